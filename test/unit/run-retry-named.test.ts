import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { claim, report } from '../../src/durable/run/flights.ts'
import { claimPlan, closeGroup } from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { aborted, all, finished, groups, jobs } from '../support/retried-run.ts'
import { storedState, failGroup } from '../support/stored-state.ts'
import { failed, ready, TestRun } from '../support/test-run.ts'

describe('a retry by name', () => {
  it('opens failed and skipped jobs, and leaves ready ones alone', () => {
    const test = finished()
    const choice = jobs(['a', '0-0'], ['a', '0-1'], ['a', '0-2'], ['a', '0-1'])
    expect(test.call(retry, choice)).toMatchObject({ kind: 'retried', jobs: 2 })
    expect(test.statuses()).toEqual(['ready', 'pending', 'pending', 'ready'])
  })

  it('of only ready jobs finds nothing', () => {
    const test = finished()
    const before = storedState(test)
    expect(test.call(retry, jobs(['a', '0-0'], ['a', '0-3']))).toEqual({ kind: 'nothing' })
    expect(storedState(test)).toEqual(before)
  })

  it('returns the names that the run does not have, and then does nothing', () => {
    const test = finished()
    const before = storedState(test)
    const choice = jobs(['a', '0-1'], ['b', '0-1'], ['a', 'x'], ['__proto__', '0-1'])
    expect(test.call(retry, choice)).toEqual({ kind: 'missing', at: [1, 2, 3] })
    expect(test.call(retry, groups('b', 'a'))).toEqual({ kind: 'missing', at: [0] })
    expect(storedState(test)).toEqual(before)
  })

  it('of groups opens their failed jobs, and plans failed groups again', () => {
    const test = new TestRun()
    test.create('a', 'b', 'c')
    for (const group of [0, 1]) {
      test.plan(group, 2)
      test.report(test.claim(), { row: (n) => (n === 0 ? ready() : failed(false)) })
    }
    failGroup(test, 2)
    expect(test.run.life.status).toBe('finished')
    expect(test.call(retry, groups('a', 'c', 'a'))).toMatchObject({ jobs: 1, groups: 1 })
    expect(test.statuses()).toEqual(['ready', 'pending', 'ready', 'failed'])
    expect(test.store.readGroups()).toMatchObject([
      { status: 'closed' },
      { status: 'closed' },
      { status: 'waiting' },
    ])
  })
})

describe('a retry after an abort', () => {
  it('of the failed jobs leaves those that the abort ended', () => {
    const test = aborted()
    expect(test.call(retry, all)).toEqual({ kind: 'retried', round: 2, jobs: 1, groups: 0 })
    test.flyAll()
    expect(test.run.life).toMatchObject({
      status: 'finished',
      snapshot: { ready: 2, aborted: 5, failed: 0, groups_failed: 0 },
    })
    expect(viewRun(test.run, test.store).abort).toBeUndefined()
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([1, 2, 2, 1, 1, 1, 1])
  })

  it('by group goes on with the whole group, and with nothing else', () => {
    const test = aborted()
    expect(test.call(retry, groups('a', 'c'))).toMatchObject({ jobs: 6, groups: 1 })
    expect(test.take('plan')).toMatchObject([{ subject: { group: 2 } }])
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
    test.plan(2, 1)
    test.flyAll()
    expect(test.run.life).toMatchObject({
      status: 'finished',
      snapshot: {
        total: 8,
        ready: 8,
        groups_failed: 0,
        group_counts: { total: 4, by_status: { closed: 2, aborted: 2 } },
      },
    })
    expect(test.take('plan')).toEqual([])
  })

  it('by job sends a flight only for that job', () => {
    const test = aborted()
    test.call(retry, jobs(['a', '0-5']))
    const flights = test.take('flight').map(({ subject }) => subject)
    expect(flights).toEqual([{ kind: 'flight', group: 0, jobs: [5] }])
    expect(test.entries('flight')).toHaveLength(1)
  })

  it('RUN-2: can be aborted again, with a receipt of its own', () => {
    const test = aborted()
    const first = test.call(abort, { by: 'alice' })
    test.call(retry, groups('a', 'b'))
    test.claim()
    test.now += 9
    const second = test.call(abort, { by: 'bob' })
    const receipt = { by: 'bob', seq: test.run.seq, in_flight: 3 }
    expect(second).toMatchObject({ kind: 'aborted', receipt })
    expect(second).not.toEqual(first)
    expect(test.call(abort, { by: 'carol' })).toEqual(second)
    expect(test.run.life).toMatchObject({ status: 'aborted', snapshot: { total: 7, ready: 1 } })
  })
})

describe('a worker of the round before', () => {
  it('JOB-2, RUN-2: cannot change anything, whatever it reports', () => {
    const test = new TestRun({ flight_jobs: 2 })
    test.create('a', 'b')
    test.plan(0, 2)
    const late = test.claim()
    const { attempt } = test.grantPlan(1)
    test.call(abort, { by: 'alice' })
    test.call(retry, groups('a', 'b'))
    const before = storedState(test)
    expect(test.report(late)).toEqual({ kind: 'gone' })
    expect(test.call(claim, { flight: late.flight })).toEqual({ kind: 'refused' })
    expect(test.call(closeGroup, { group: 1, attempt })).toEqual({ kind: 'stale' })
    expect(storedState(test)).toEqual(before)
    const own = test.claim()
    expect(own.jobs.map((job) => job.attempt)).toEqual([3, 3])
    const rows = late.jobs.map(({ n }) => ({ n, attempt: 1, ...failed() }))
    test.call(report, { flight: own.flight, grant: own.grant, rows, last: false })
    expect(test.statuses()).toEqual(['pending', 'pending'])
    expect(test.jobs().map(({ failures }) => failures)).toEqual([0, 0])
  })
})
