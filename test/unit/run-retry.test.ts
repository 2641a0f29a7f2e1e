import { describe, expect, it } from 'vitest'

import { confirmCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { addJobs, closeGroup, failPlan } from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { checkpointRun, viewRun } from '../../src/durable/run/run-views.ts'
import { all, finished, groups } from '../support/retried-run.ts'
import { storedState, failGroup, hopeless } from '../support/stored-state.ts'
import { failed, ready, seeds, step, TestRun } from '../support/test-run.ts'

describe('a retry of the failed jobs', () => {
  it('RUN-1: begins the next round with the same epoch and a rising seq, and keeps finished jobs', () => {
    const test = finished()
    const before = storedState(test)
    test.now += 1_000
    expect(test.call(retry, all)).toEqual({ kind: 'retried', round: 2, jobs: 1, groups: 0 })
    const { run } = test
    expect(run).toMatchObject({ round: 2, epoch: 'epoch', seq: (before.run?.seq ?? 0) + 1 })
    const view = viewRun(run, test.store)
    expect(view).toMatchObject({ status: 'ingesting', round: 2, cursor: `epoch.${run.seq}` })
    expect(Object.keys(view)).not.toEqual(expect.arrayContaining(['ended_at']))
    expect(view).not.toMatchObject({ snapshot: expect.anything() })
    const [first, second, third, fourth] = before.jobs
    const { seq } = run
    const anew = { status: 'pending', failures: 0, losses: 0, error: null, seq, told: seq }
    expect(test.jobs()).toEqual([first, { ...second, ...anew }, third, fourth])
  })

  it('RUN-1: ends again, with its own counts and a higher attempt', () => {
    const test = finished()
    test.call(retry, all)
    const flight = test.claim()
    expect(flight.jobs).toMatchObject([{ n: 1, attempt: 2 }])
    test.now += 5
    test.report(flight)
    expect(test.run).toMatchObject({ round: 2, status_seq: test.run.seq })
    expect(test.run.life).toMatchObject({
      status: 'finished',
      ended_at: test.now,
      snapshot: { total: 4, ready: 3, failed: 0, skipped: 1 },
    })
  })

  it('DB-2: owes a checkpoint of the live run, and a late checkpoint of the end does not confirm it', () => {
    const test = finished()
    const end = checkpointRun(test.run, test.store)
    test.call(confirmCheckpoint, end)
    expect(test.entries('checkpoint')).toEqual([])
    test.call(retry, all)
    expect(checkpointRun(test.run, test.store)).toMatchObject({ terminal: false })
    test.call(confirmCheckpoint, end)
    expect(test.entries('checkpoint')).toHaveLength(1)
    test.call(confirmCheckpoint, checkpointRun(test.run, test.store))
    expect(test.entries('checkpoint')).toEqual([])
  })

  it('RUN-1: gets the same answer when it is repeated under its name, and does nothing then', () => {
    const test = finished()
    const answer = test.call(retry, { ...all, retry_id: 'first' })
    expect(answer).toMatchObject({ kind: 'retried', round: 2, jobs: 1 })
    const before = storedState(test)
    expect(test.call(retry, { ...all, retry_id: 'first' })).toEqual(answer)
    expect(test.call(retry, { ...all, retry_id: 'second' })).toEqual({ kind: 'nothing' })
    test.flyAll()
    expect(test.call(retry, { ...all, retry_id: 'first' })).toEqual(answer)
    expect(test.run.round).toBe(2)
    expect(storedState(test).run?.seq).toBeGreaterThan(before.run?.seq ?? 0)
  })

  it('does nothing a second time, and finds nothing', () => {
    const test = finished()
    test.call(retry, all)
    const before = storedState(test)
    expect(test.call(retry, all)).toEqual({ kind: 'nothing' })
    expect(storedState(test)).toEqual(before)
    test.flyAll()
    expect(test.call(retry, all)).toEqual({ kind: 'nothing' })
    expect(test.run).toMatchObject({ round: 2, life: { status: 'finished' } })
  })

  it('PLAN-3, RUN-4: plans failed groups again, from `initializing` if none was ever closed', () => {
    const test = new TestRun()
    test.create('a', 'b')
    failGroup(test, 0)
    failGroup(test, 1)
    expect(test.run.life.status).toBe('error')
    expect(test.call(retry, all)).toEqual({ kind: 'retried', round: 2, jobs: 0, groups: 2 })
    expect(test.run.life).toEqual({ status: 'initializing' })
    expect(viewRun(test.run, test.store).error).toBeUndefined()
    expect(test.store.readGroups()).toMatchObject([
      { status: 'waiting', attempt: 1, failures: 0, losses: 0, reason: null },
      { status: 'waiting', attempt: 1 },
    ])
    test.plan(0, 1)
    expect(test.run.life.status).toBe('ingesting')
    failGroup(test, 1, { ...hopeless, retryable: true })
    expect(test.store.readGroup(1)).toMatchObject({ status: 'waiting', attempt: 2, failures: 1 })
    test.pass(test.settings.backoff_ms)
    test.plan(1, 0)
    test.flyAll()
    expect(test.run.life).toMatchObject({
      status: 'finished',
      snapshot: { total: 1, ready: 1, groups_closed: 2, groups_failed: 0 },
    })
  })

  it('PLAN-2: keeps the jobs and results of a group that is planned again', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(1, 0)
    const { attempt } = test.grantPlan(0)
    test.call(addJobs, { group: 0, attempt, jobs: seeds(0, 2) })
    test.flyAll()
    test.call(failPlan, { group: 0, attempt, failure: hopeless })
    expect(test.run.life.status).toBe('finished')
    test.call(retry, all)
    expect(test.call(closeGroup, { group: 0, attempt })).toEqual({ kind: 'stale' })
    test.plan(0, 3)
    test.flyAll()
    expect(test.jobs().map((job) => job.attempt)).toEqual([1, 1, 1])
    expect(test.run.life).toMatchObject({ status: 'finished', snapshot: { total: 3, ready: 3 } })
  })

  it('JOB-3: resets the budgets, and a job that lost its leases flies with others again', () => {
    const test = new TestRun({ flight_jobs: 3, settings: { losses_max: 2, losses_suspect: 1 } })
    test.create('a')
    test.plan(0, 3)
    while (test.run.life.status === 'ingesting') {
      while (test.mail.some(({ subject }) => subject.kind === 'flight')) test.claim()
      test.pass(test.settings.lease_ms)
    }
    expect(test.jobs()).toMatchObject(
      [0, 1, 2].map(() => ({ status: 'failed', losses: 3, error: { code: 'lease_lost' } })),
    )
    const { attempt } = test.job(0, 0)
    test.call(retry, all)
    const flight = test.claim()
    expect(flight.jobs).toMatchObject([0, 1, 2].map((n) => ({ n, attempt: attempt + 1 })))
    test.report(flight, { row: () => failed() })
    expect(test.jobs()).toMatchObject([0, 1, 2].map(() => ({ status: 'pending', failures: 1 })))
  })

  it('sends flights as large as those of the group', () => {
    const test = new TestRun({ flight_jobs: 100 })
    test.create('a')
    const { attempt } = test.grantPlan(0)
    test.call(addJobs, { group: 0, attempt, jobs: seeds(0, 5), flight_jobs: 2 })
    test.call(closeGroup, { group: 0, attempt })
    for (let i = 0; i < 3; i += 1) test.report(test.claim(), { row: () => failed(false) })
    test.call(retry, all)
    const sizes = [test.claim(), test.claim(), test.claim()].map((flight) => flight.jobs.length)
    expect(sizes).toEqual([2, 2, 1])
  })
})

describe('a retry of a live run', () => {
  it('JOB-1: opens a job in the same round while others of its flight are at work', () => {
    const test = new TestRun({ flight_jobs: 3 })
    test.create('a')
    test.plan(0, 3)
    const flight = test.claim()
    const said = { last: false, row: (n: number) => (n === 1 ? failed(false) : step()) }
    test.report(flight, said)
    expect(test.statuses()).toEqual(['crawling', 'failed', 'crawling'])
    expect(test.call(retry, all)).toEqual({ kind: 'retried', round: 1, jobs: 1, groups: 0 })
    expect(test.entries('flight').map(({ subject }) => subject)).toMatchObject([
      { jobs: [0, 2] },
      { jobs: [1] },
    ])
    test.report(flight, said)
    expect(test.job(0, 1)).toMatchObject({ status: 'pending', failures: 0, attempt: 1 })
    const again = test.claim()
    expect(again.jobs).toMatchObject([{ n: 1, attempt: 2 }])
    expect(test.report(flight, { row: (n) => (n === 1 ? undefined : ready()) }).kind).toBe('held')
    test.report(again)
    expect(test.run).toMatchObject({ round: 1, life: { status: 'finished' } })
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([1, 2, 1])
  })

  it('leaves open plans and open jobs alone', () => {
    const test = new TestRun({ flight_jobs: 2 })
    test.create('a', 'b')
    const { attempt } = test.grantPlan(0)
    test.call(addJobs, { group: 0, attempt, jobs: seeds(0, 3) })
    test.report(test.claim(), { row: () => failed(false) })
    const { round, life } = test.run
    expect(test.call(retry, groups('a', 'b'))).toMatchObject({ round: 1, jobs: 2, groups: 0 })
    expect(test.run).toMatchObject({ round, life })
    expect(test.store.readGroups()).toMatchObject([{ status: 'planning' }, { status: 'waiting' }])
    expect(test.call(retry, groups('a', 'b'))).toEqual({ kind: 'nothing' })
    expect(test.call(closeGroup, { group: 0, attempt })).toEqual({ kind: 'ok' })
  })
})
