import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { claim } from '../../src/durable/run/flights.ts'
import { isOpen } from '../../src/durable/run/job-state.ts'
import { addJobs, claimPlan, renewPlan } from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { all, groups } from '../support/retried-run.ts'
import { storedState } from '../support/stored-state.ts'
import { failed, seeds, TestRun } from '../support/test-run.ts'

const by = { by: 'alice' }
const SLICE = 3

/** Makes a run of two groups with five jobs each, of which the first two are at work. */
function working(): TestRun {
  const test = new TestRun({ settings: { slice_jobs: SLICE, window_jobs: 4 } })
  test.create('a', 'b', 'c')
  test.plan(0, 5)
  test.plan(1, 5)
  return test
}

/** Makes a run of two groups with five jobs each, which have all failed. */
function broken(): TestRun {
  const test = working()
  test.plan(2, 0)
  while (test.mail.some(({ subject }) => subject.kind === 'flight'))
    test.report(test.claim(), { row: () => failed(false) })
  expect(test.run.life).toMatchObject({ status: 'error', snapshot: { failed: 10 } })
  return test
}

/** Fires the alarm until no slice is left. Returns how often that was. */
function takeSlices(test: TestRun): number {
  for (let slices = 0; ; slices += 1) {
    if (test.run.sliced === undefined) return slices
    const { armed = Infinity, now } = test
    expect(armed - now).toBeLessThanOrEqual(test.settings.backoff_ms)
    test.restart()
    test.pass(Math.max(0, armed - now))
  }
}

function count(test: TestRun, status: string): number {
  return test.statuses().filter((one) => one === status).length
}

describe('RUN-2: an abort of more jobs than one slice has', () => {
  it('grants nothing from its receipt on, and no report changes anything', () => {
    const test = working()
    const flight = test.claim()
    const { attempt } = test.grantPlan(2)
    const [unclaimed] = test.take('flight')
    const { seq, life } = test.run
    const receipt = { seq: seq + 1, in_flight: 2, by: 'alice' }
    expect(test.call(abort, by)).toMatchObject({ kind: 'aborted', receipt })
    expect(test.run.life).toEqual(life)
    expect(viewRun(test.run, test.store)).toMatchObject({ status: 'ingesting', abort: receipt })
    expect(count(test, 'aborted')).toBe(SLICE)
    // The jobs at work come first.
    expect(flight.jobs.map(({ n }) => test.job(0, n).status)).toEqual(['aborted', 'aborted'])
    const before = storedState(test)
    expect(test.report(flight)).toEqual({ kind: 'gone' })
    expect(test.call(claim, { flight: unclaimed?.id ?? 0 })).toEqual({ kind: 'refused' })
    expect(test.call(claimPlan, { group: 2 })).toEqual({ kind: 'refused' })
    const plan = { group: 2, attempt }
    expect(test.call(renewPlan, plan)).toEqual({ kind: 'aborted' })
    expect(test.call(addJobs, { ...plan, jobs: seeds(2, 1) })).toEqual({ kind: 'aborted' })
    expect(storedState(test)).toEqual(before)
    expect(test.entries('flight')).toEqual([])
    expect(test.entries('plan')).toEqual([])
  })

  it('RUN-1, RUN-3: goes on by its alarm after each slice, and ends the run after the last', () => {
    const test = working()
    const attempts = test.jobs().map(({ attempt }) => attempt)
    test.report(test.claim(), { last: false, row: (n) => (n === 0 ? failed(false) : undefined) })
    const answer = test.call(abort, by)
    expect(takeSlices(test)).toBe(3)
    expect(test.run).toMatchObject({ status_seq: test.run.seq, life: { status: 'aborted' } })
    expect(test.jobs().filter(isOpen)).toEqual([])
    const { snapshot, abort: receipt } = viewRun(test.run, test.store)
    expect(answer).toEqual({ kind: 'aborted', receipt })
    expect(snapshot).toMatchObject({ total: 10, failed: 1, aborted: 9, groups_closed: 2 })
    expect(test.store.readGroup(2)?.status).toBe('aborted')
    expect(test.jobs().map(({ attempt }, i) => attempt - (attempts[i] ?? 0))).toEqual([
      1,
      2,
      ...Array(8).fill(1),
    ])
    expect(test.entries('checkpoint')).toHaveLength(1)
  })

  it('shows the jobs of each slice under a seq of its own', () => {
    const test = working()
    const { length } = test.changes
    test.call(abort, by)
    takeSlices(test)
    const slices = test.changes.slice(length).map(({ jobs }) => jobs.length)
    expect(slices).toEqual([SLICE, SLICE, SLICE, 1])
    const { seq } = test.run
    expect(test.jobs().map((job) => seq - job.told)).toEqual([3, 3, 3, 2, 2, 2, 1, 1, 1, 0])
  })

  it('gets the same receipt when it is repeated between two slices', () => {
    const test = working()
    const first = test.call(abort, by)
    const before = storedState(test)
    test.now += 1
    expect(test.call(abort, { by: 'bob' })).toEqual(first)
    expect(storedState(test)).toEqual(before)
  })
})

describe('RUN-1: a retry of more jobs than one slice has', () => {
  it.each([
    ['all that failed', all],
    ['groups by name', groups('a', 'b')],
  ])('opens %s, slice by slice, by its alarm', (_, choice) => {
    const test = broken()
    const answer = { kind: 'retried', round: 2, jobs: 10, groups: 0 }
    expect(test.call(retry, { ...choice, retry_id: 'first' })).toEqual(answer)
    expect([count(test, 'pending'), count(test, 'failed')]).toEqual([SLICE, 10 - SLICE])
    expect(test.call(retry, { ...choice, retry_id: 'first' })).toEqual(answer)
    expect(test.call(retry, choice)).toEqual({ kind: 'busy' })
    // The first jobs end before the others are opened, and the round goes on.
    test.flyAll()
    expect(test.run.life.status).toBe('ingesting')
    expect(takeSlices(test)).toBe(3)
    expect(count(test, 'failed')).toBe(0)
    expect(test.call(retry, choice)).toEqual({ kind: 'nothing' })
    test.flyAll()
    expect(test.run).toMatchObject({ round: 2, life: { status: 'finished' } })
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual(Array(10).fill(2))
  })

  it('leaves alone a job that failed after the retry was asked for', () => {
    const test = working()
    const flights = [test.claim(), test.claim()]
    for (const flight of flights) test.report(flight, { row: () => failed(false) })
    const last = test.claim()
    expect(test.call(retry, all)).toMatchObject({ round: 1, jobs: 4 })
    test.report(last, { row: () => failed(false) })
    takeSlices(test)
    expect(last.jobs.map(({ n }) => test.job(last.group === 'a' ? 0 : 1, n).status)).toEqual([
      'failed',
      'failed',
    ])
    expect(count(test, 'failed')).toBe(2)
  })

  it('RUN-2: ends with an abort between two slices, and the jobs that it had not opened stay failed', () => {
    const test = broken()
    test.call(retry, all)
    expect(test.call(abort, by)).toMatchObject({ kind: 'aborted', receipt: { in_flight: 0 } })
    takeSlices(test)
    const snapshot = { total: 10, aborted: SLICE, failed: 10 - SLICE, ready: 0 }
    expect(test.run.life).toMatchObject({ status: 'aborted', snapshot })
    expect(test.run.sliced).toBeUndefined()
  })

  it('RUN-2: opens an aborted run again, once the abort has reached all jobs', () => {
    const test = working()
    test.call(abort, by)
    expect(test.call(retry, groups('a', 'b', 'c'))).toEqual({ kind: 'busy' })
    takeSlices(test)
    const answer = { kind: 'retried', round: 2, jobs: 10, groups: 1 }
    expect(test.call(retry, groups('a', 'b', 'c'))).toEqual(answer)
    takeSlices(test)
    test.mail = test.mail.filter((entry) => test.owes(entry))
    test.plan(2, 0)
    test.flyAll()
    expect(test.run.life).toMatchObject({ status: 'finished', snapshot: { ready: 10 } })
  })
})
