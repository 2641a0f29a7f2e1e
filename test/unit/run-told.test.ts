import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { release } from '../../src/durable/run/flights.ts'
import { addJobs, claimPlan, closeGroup, failPlan, renewPlan } from '../../src/durable/run/plans.ts'
import type { ShownChanges } from '../../src/durable/watch/shown.ts'
import type { Claimed, Reported } from '../support/test-run.ts'
import { failed, ready, seed, seeds, step, TestRun } from '../support/test-run.ts'

/** Makes a run of the groups a and b. Group a has so many jobs in one claimed flight. */
function begin(count: number): { test: TestRun; flight: Claimed } {
  const test = new TestRun({ flight_jobs: 10 })
  test.create('a', 'b')
  test.plan(0, count)
  return { test, flight: test.claim() }
}

function crawling(said: { progress?: number; message?: string }): Reported {
  return { kind: 'step', step: 'crawling', ...said }
}

/** Reports the flight's first job. The lease goes on. */
function say(test: TestRun, flight: Claimed, told: Reported): void {
  test.report(flight, { last: false, row: (n) => (n === 0 ? told : undefined) })
}

function lastChange(test: TestRun): ShownChanges {
  const [last] = test.changes.slice(-1)
  if (last === undefined) throw new Error('nothing was changed')
  return last
}

const reading = crawling({ progress: 40, message: 'Reading acme.test.' })

describe('the view of a job', () => {
  it('begins when the job is added', () => {
    const { test } = begin(1)
    const { attempt } = test.grantPlan(1)
    test.call(addJobs, { group: 1, attempt, jobs: [seed('x')] })
    const { seq } = test.run
    expect(test.job(1, 0)).toMatchObject({ added: seq, titled: seq, seq, told: seq })
    expect(test.run).toMatchObject({ added_seq: seq, titled_seq: seq })
    expect(lastChange(test)).toEqual({
      jobs: test.store.changesSince(seq - 1),
      groups: [test.store.readGroup(1)],
    })
  })

  it('JOB-1: changes with a grant after the first one, which shows the attempt, while the status stays', () => {
    const { test, flight } = begin(2)
    const before = test.jobs()
    test.call(release, { ...flight, wait_ms: 1 })
    test.pass(1)
    expect(test.jobs()).toEqual(before)
    test.claim()
    const { seq } = test.run
    expect(test.jobs()).toMatchObject([
      { attempt: 2, seq: seq - 2, told: seq },
      { attempt: 2, seq: seq - 2, told: seq },
    ])
    expect(lastChange(test)).toEqual({ jobs: test.store.changesSince(seq - 1), groups: [] })
    expect(lastChange(test).jobs).toHaveLength(2)
  })

  it('EV-5: changes with the progress of its step, without a change of status', () => {
    const { test, flight } = begin(2)
    say(test, flight, reading)
    const { seq } = test.run
    expect(test.job(0, 0)).toMatchObject({
      status: 'crawling',
      progress: 40,
      message: 'Reading acme.test.',
      seq,
      told: seq,
    })
    say(test, flight, crawling({ progress: 50 }))
    expect(test.job(0, 0)).toMatchObject({ progress: 50, message: null, seq, told: seq + 1 })
    expect(lastChange(test).jobs).toEqual(test.store.changesSince(seq))
    expect(test.store.changesSince(seq)).toMatchObject([{ n: 0, progress: 50 }])
  })

  it('JOB-2: does not change if the same progress is reported again', () => {
    const { test, flight } = begin(2)
    say(test, flight, reading)
    const before = { run: test.run, jobs: test.jobs(), told: test.changes.length }
    say(test, flight, reading)
    expect({ run: test.run, jobs: test.jobs(), told: test.changes.length }).toEqual(before)
  })

  const reason = { code: 'c', message: 'm' }
  const leaving: Record<string, (test: TestRun, flight: Claimed) => void> = {
    'another step': (test, flight) => say(test, flight, { kind: 'step', step: 'extracting' }),
    'its result': (test, flight) => say(test, flight, ready()),
    'being skipped': (test, flight) => say(test, flight, { kind: 'skipped', reason }),
    'a wait': (test, flight) => say(test, flight, { kind: 'waiting', until: test.now + 9, reason }),
    'a failure': (test, flight) => say(test, flight, failed()),
    'its last failure': (test, flight) => say(test, flight, failed(false)),
    'a lost lease': (test) => test.pass(test.settings.lease_ms),
    'an abort': (test) => test.call(abort, { by: 'alice' }),
    'a new grant'(test, { flight, grant }) {
      test.call(release, { flight, grant, wait_ms: 1 })
      expect(test.job(0, 0)).toMatchObject({ status: 'crawling', progress: 40 })
      test.pass(1)
      test.claim()
    },
  }

  it.each(Object.entries(leaving))('EV-5: its step’s progress goes with %s', (_, leave) => {
    const { test, flight } = begin(2)
    say(test, flight, reading)
    const { seq } = test.run
    leave(test, flight)
    expect(test.job(0, 0)).toMatchObject({ progress: null, message: null })
    expect(test.job(0, 0).told).toBeGreaterThan(seq)
  })

  it('EV-2: has its own seq for a new title', () => {
    const { test, flight } = begin(2)
    const { titled_seq, added_seq } = test.run
    say(test, flight, { kind: 'ready', outcome: 'new', title: 'Title of 0-0' })
    expect(test.job(0, 0).titled).toBe(titled_seq)
    expect(test.run.titled_seq).toBe(titled_seq)
    test.report(flight, { row: () => ({ kind: 'ready', outcome: 'new', title: 'Baker' }) })
    const { seq } = test.run
    expect(test.job(0, 1)).toMatchObject({ title: 'Baker', added: added_seq, titled: seq, seq })
    expect(test.run).toMatchObject({ titled_seq: seq, added_seq })
  })

  it('JOB-3: shows the attempt if a lease is lost before any step, and nothing of a later lease', () => {
    const { test } = begin(2)
    const before = test.jobs()
    test.pass(test.settings.lease_ms)
    const { seq: told } = test.run
    const attempts = expect.stringContaining('lost')
    const lost = before.map((job) => ({ ...job, attempt: 1, losses: 1, told, attempts }))
    expect(test.jobs()).toEqual(lost)
    test.claim()
    const granted = test.jobs()
    test.pass(test.settings.lease_ms)
    expect(test.jobs()).toEqual(granted.map((job) => ({ ...job, losses: 2, attempts })))
    expect(lastChange(test)).toEqual({ jobs: [], groups: [] })
    expect(test.run.seq).toBeGreaterThan(granted[0]?.told ?? Infinity)
  })

  it('RUN-2: changes with an abort for all open jobs', () => {
    const { test, flight } = begin(3)
    say(test, flight, ready())
    const { seq } = test.run
    test.call(abort, { by: 'alice' })
    expect(lastChange(test).jobs.map(({ n, status, told }) => [n, status, told])).toEqual([
      [1, 'aborted', seq + 1],
      [2, 'aborted', seq + 1],
    ])
    expect(lastChange(test).groups).toEqual([test.store.readGroup(1)])
  })
})

describe('the view of a group', () => {
  it('begins with the run’s first seq', () => {
    const test = new TestRun()
    test.create('a', 'b')
    expect(test.changes).toEqual([{ jobs: [], groups: test.store.readGroups() }])
    expect(test.store.readGroups()).toMatchObject([{ seq: 1 }, { seq: 1 }])
    expect(test.run.seq).toBe(1)
  })

  it('EV-5: changes with its status, its found jobs, and its reason', () => {
    const test = new TestRun()
    test.create('a', 'b')
    const changes = (): void => {
      const { seq } = test.run
      expect(test.store.readGroup(0)).toMatchObject({ seq })
      expect(test.store.groupsSince(seq - 1)).toEqual(lastChange(test).groups)
      expect(lastChange(test).groups).toHaveLength(1)
    }
    test.call(claimPlan, { group: 0 })
    changes()
    test.call(addJobs, { group: 0, attempt: 1, jobs: seeds(0, 2) })
    changes()
    const failure = { code: 'broken', message: 'No JSON.', retryable: true }
    test.call(failPlan, { group: 0, attempt: 1, failure })
    changes()
    test.pass(test.settings.backoff_ms)
    test.call(claimPlan, { group: 0 })
    changes()
    test.call(closeGroup, { group: 0, attempt: 2 })
    changes()
    expect(test.store.readGroup(1)).toMatchObject({ seq: 1 })
  })

  it('does not change with a renewal, or with jobs that start and end', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 5)
    const before = test.store.readGroup(0)
    test.call(renewPlan, { group: 1, attempt: test.grantPlan(1).attempt })
    test.report(test.claim(), { row: step })
    test.flyAll()
    expect(test.store.readGroup(0)).toMatchObject({ seq: before?.seq, dispatched: 5 })
  })

  it('is right after its jobs were dispatched in the same change', () => {
    const test = new TestRun()
    test.create('a')
    test.call(claimPlan, { group: 0 })
    test.call(addJobs, { group: 0, attempt: 1, jobs: seeds(0, 2) })
    expect(test.store.readGroup(0)).toMatchObject({ found: 2, dispatched: 2 })
    expect(lastChange(test).groups).toEqual([test.store.readGroup(0)])
  })
})
