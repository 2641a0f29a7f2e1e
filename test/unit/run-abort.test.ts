import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { asGranted, noteAttempt } from '../../src/durable/run/attempts.ts'
import { claim, release } from '../../src/durable/run/flights.ts'
import { isPlanned } from '../../src/durable/run/group-state.ts'
import type { Job } from '../../src/durable/run/job-state.ts'
import { isOpen } from '../../src/durable/run/job-state.ts'
import { addJobs, claimPlan, failPlan } from '../../src/durable/run/plans.ts'
import { flightOf } from '../../src/durable/run/run-outbox.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { countGroups } from '../../src/protocol/run.ts'
import { storedState, failGroup, hopeless } from '../support/stored-state.ts'
import { failed, ready, seeds, step, TestRun } from '../support/test-run.ts'

describe('an abort', () => {
  const states: Record<string, [(test: TestRun) => void, number]> = {
    pending: [() => {}, 0],
    initializing: [(test) => void test.grantPlan(1), 0],
    'initializing, with jobs': [
      (test) => {
        const { attempt } = test.grantPlan(0)
        test.call(addJobs, { group: 0, attempt, jobs: seeds(0, 3) })
        test.claim()
      },
      2,
    ],
    ingesting: [(test) => test.plan(0, 0), 0],
    'with sent flights': [(test) => test.plan(0, 7), 0],
    'with leased flights': [
      (test) => {
        test.plan(0, 7)
        const flight = test.claim()
        test.claim()
        test.report(flight, { last: false, row: (n) => (n === 0 ? ready() : step()) })
      },
      3,
    ],
    'with held flights': [
      (test) => {
        test.plan(0, 3)
        const { flight, grant } = test.claim()
        test.call(release, { flight, grant, wait_ms: 5_000 })
        test.report(test.claim(), { row: () => failed() })
      },
      0,
    ],
    'with jobs that no flight carries yet': [(test) => test.plan(0, 50), 0],
  }

  it.each(Object.entries(states))('RUN-2: %s', (_, [prepare, in_flight]) => {
    const test = new TestRun({ settings: { window_jobs: 12 } })
    test.create('a', 'b')
    prepare(test)
    const entries = test.store.readEntries()
    const jobs = test.jobs().map((job) => asGranted(job, flightOf(job, entries) ?? {}))
    const before = { run: test.run, jobs, groups: test.store.readGroups() }
    test.now += 3
    const answer = test.call(abort, { by: 'alice' })
    const seq = before.run.seq + 1
    const receipt = { by: 'alice', at: new Date(test.now).toISOString(), seq, in_flight }
    expect(answer).toEqual({ kind: 'aborted', receipt })
    expect(test.run).toMatchObject({
      seq,
      status_seq: seq,
      life: { status: 'aborted', receipt, ended_at: test.now },
    })
    const after = test.jobs()
    const aborted = (job: Job) => ({
      ...job,
      status: 'aborted',
      attempt: job.attempt + 1,
      attempts: noteAttempt(job, { ...job, status: 'aborted' }, test.now),
      seq,
      told: seq,
    })
    expect(after).toEqual(before.jobs.map((job) => (isOpen(job) ? aborted(job) : job)))
    const groups = test.store.readGroups()
    expect(groups.map(({ status }) => status)).toEqual(
      before.groups.map((group) => (isPlanned(group) ? group.status : 'aborted')),
    )
    const { snapshot } = viewRun(test.run, test.store)
    expect(snapshot).toMatchObject({
      total: before.jobs.length,
      aborted: after.filter(({ status }) => status === 'aborted').length,
      groups_failed: 0,
      group_counts: countGroups(groups),
      failed_groups: [],
    })
    expect(test.entries('flight')).toEqual([])
    expect(test.entries('plan')).toEqual([])
  })

  it('RUN-3: ends the open groups, and leaves those that were read or failed', () => {
    const test = new TestRun({ settings: { window_plans: 4 } })
    test.create('closed', 'failed', 'tried', 'planning', 'waiting')
    test.plan(0, 1)
    failGroup(test, 1)
    const failure = { code: 'slow', message: 'Too slow.', retryable: true }
    const tried = test.grantPlan(2)
    test.call(failPlan, { group: 2, attempt: tried.attempt, failure })
    test.grantPlan(3)
    test.call(abort, { by: 'alice' })
    const { groups, group_counts, snapshot, problems } = viewRun(test.run, test.store)
    const ended = { status: 'aborted', reason: { code: 'aborted' } }
    expect(groups).toMatchObject({
      closed: { status: 'closed' },
      failed: { status: 'failed', reason: { code: hopeless.code } },
      tried: ended,
      planning: ended,
      waiting: ended,
    })
    const by_status = { closed: 1, failed: 1, aborted: 3 }
    expect(group_counts).toEqual({ total: 5, by_status })
    expect(problems).toEqual({ groups: 1, jobs: 0 })
    expect(snapshot).toMatchObject({
      groups_closed: 1,
      groups_failed: 1,
      group_counts: { total: 5, by_status },
      failed_groups: [{ group: 'failed', code: hopeless.code }],
    })
  })

  it('RUN-2: gets the same receipt when it is repeated by anybody', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 2)
    test.claim()
    const first = test.call(abort, { by: 'alice' })
    const before = storedState(test)
    test.now += 1_000
    test.restart()
    expect(test.call(abort, { by: 'bob' })).toEqual(first)
    expect(storedState(test)).toEqual(before)
  })

  it('RUN-2: after another end is refused with that end', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 0)
    expect(test.call(abort, { by: 'alice' })).toEqual({ kind: 'ended', status: 'finished' })
    expect(test.run.life.status).toBe('finished')
  })

  it('RUN-2: makes a late report change nothing and stop its worker', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 2)
    const flight = test.claim()
    test.call(abort, { by: 'alice' })
    const before = storedState(test)
    expect(test.report(flight)).toEqual({ kind: 'gone' })
    expect(storedState(test)).toEqual(before)
  })

  it('RUN-2: grants nothing to messages that are still on a queue', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 2)
    const [flight] = test.take('flight')
    test.call(abort, { by: 'alice' })
    expect(test.call(claim, { flight: flight?.id ?? 0 })).toEqual({ kind: 'refused' })
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
  })
})
