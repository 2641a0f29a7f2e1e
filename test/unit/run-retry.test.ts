import { describe, expect, it } from 'vitest'

import { confirmCheckpoint } from '../../src/durable/checkpointing.ts'
import { abort } from '../../src/durable/ending.ts'
import { claim, report } from '../../src/durable/flying.ts'
import { addJobs, claimPlan, closeGroup, failPlan } from '../../src/durable/planning.ts'
import { retry } from '../../src/durable/retrying.ts'
import { checkpointRun, viewRun } from '../../src/durable/views.ts'
import { observe, rateOf } from '../../src/durable/watch/pace.ts'
import { placeOf } from '../../src/durable/watch/place.ts'
import { ExternalId, GroupKey } from '../../src/protocol/ids.ts'
import type { RetryChoice } from '../../src/protocol/run.ts'
import { read } from '../support/frame-reader.ts'
import { failed, ready, seeds, step, TestRun } from '../support/test-run.ts'

const all: RetryChoice = { status: 'failed' }
const hopeless = { code: 'listing_gone', message: 'It is gone.', retryable: false }
const skipped = { kind: 'skipped', reason: { code: 'robots', message: 'Forbidden.' } } as const

function groups(...keys: string[]): RetryChoice {
  return { groups: keys.map((key) => GroupKey.parse(key)) }
}

function jobs(...names: [group: string, external_id: string][]): RetryChoice {
  return {
    jobs: names.map(([group, id]) => ({
      group: GroupKey.parse(group),
      external_id: ExternalId.parse(id),
    })),
  }
}

function failGroup(test: TestRun, group: number, failure = hopeless): void {
  const { attempt } = test.grantPlan(group)
  test.call(failPlan, { group, attempt, failure })
}

/** A run of one group with four jobs that has finished: ready, failed, skipped, ready. */
function finished(): TestRun {
  const test = new TestRun({ flight_jobs: 4 })
  test.create('a')
  test.plan(0, 4)
  test.report(test.claim(), { row: (n) => [ready(), failed(false), skipped][n] ?? ready() })
  expect(test.run.life.status).toBe('finished')
  return test
}

/** `a` has jobs that are ready, failed, at work and never sent; `b` to `d` were never planned. */
function aborted(): TestRun {
  const test = new TestRun({ flight_jobs: 3, settings: { window_jobs: 3, window_plans: 1 } })
  test.create('a', 'b', 'c', 'd')
  test.plan(0, 7)
  test.report(test.claim(), {
    last: false,
    row: (n) => [ready(), failed(false), step()][n],
  })
  test.call(abort, { by: 'alice' })
  test.mail = []
  expect(test.statuses().toSorted()).toEqual([...Array(5).fill('aborted'), 'failed', 'ready'])
  return test
}

function everything(test: TestRun) {
  const { store } = test
  return { run: store.readRun(), groups: store.readGroups(), jobs: test.jobs() }
}

describe('a retry of what failed', () => {
  it('RUN-1: begins the next round under the same cursor line, and keeps what is done', () => {
    const test = finished()
    const before = everything(test)
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

  it('RUN-1: the next round ends once more, with counts of its own and a higher attempt', () => {
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

  it('DB-2: owes a checkpoint of the live run, which a late one of its end does not take away', () => {
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

  it('twice is once: the second finds nothing and changes nothing', () => {
    const test = finished()
    test.call(retry, all)
    const before = everything(test)
    expect(test.call(retry, all)).toEqual({ kind: 'nothing' })
    expect(everything(test)).toEqual(before)
    test.flyAll()
    expect(test.call(retry, all)).toEqual({ kind: 'nothing' })
    expect(test.run).toMatchObject({ round: 2, life: { status: 'finished' } })
  })

  it('PLAN-3, RUN-4: plans failed groups anew, from `initializing` where none was ever closed', () => {
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

  it('PLAN-2: a group planned anew keeps the jobs that it had, and their results', () => {
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

  it('JOB-3: budgets begin anew, and a job that lost its leases flies among others again', () => {
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

  it('goes in flights as large as those of its group', () => {
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

describe('a retry by name', () => {
  it('opens what failed or was skipped, and leaves alone what is ready', () => {
    const test = finished()
    const choice = jobs(['a', '0-0'], ['a', '0-1'], ['a', '0-2'], ['a', '0-1'])
    expect(test.call(retry, choice)).toMatchObject({ kind: 'retried', jobs: 2 })
    expect(test.statuses()).toEqual(['ready', 'pending', 'pending', 'ready'])
  })

  it('of ready jobs alone finds nothing', () => {
    const test = finished()
    const before = everything(test)
    expect(test.call(retry, jobs(['a', '0-0'], ['a', '0-3']))).toEqual({ kind: 'nothing' })
    expect(everything(test)).toEqual(before)
  })

  it('says which names are none of the run’s, and does nothing then', () => {
    const test = finished()
    const before = everything(test)
    const choice = jobs(['a', '0-1'], ['b', '0-1'], ['a', 'x'], ['__proto__', '0-1'])
    expect(test.call(retry, choice)).toEqual({ kind: 'missing', at: [1, 2, 3] })
    expect(test.call(retry, groups('b', 'a'))).toEqual({ kind: 'missing', at: [0] })
    expect(everything(test)).toEqual(before)
  })

  it('of groups opens their failed jobs, and plans those anew that failed themselves', () => {
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
  it('of what failed leaves to the abort what it ended', () => {
    const test = aborted()
    expect(test.call(retry, all)).toEqual({ kind: 'retried', round: 2, jobs: 1, groups: 0 })
    test.flyAll()
    expect(test.run.life).toMatchObject({
      status: 'finished',
      snapshot: { ready: 2, aborted: 5, failed: 0, groups_failed: 3 },
    })
    expect(viewRun(test.run, test.store).abort).toBeUndefined()
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([1, 2, 2, 1, 1, 1, 1])
  })

  it('by group goes on with all of it, and with nothing else', () => {
    const test = aborted()
    expect(test.call(retry, groups('a', 'c'))).toMatchObject({ jobs: 6, groups: 1 })
    expect(test.take('plan')).toMatchObject([{ subject: { group: 2 } }])
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
    test.plan(2, 1)
    test.flyAll()
    expect(test.run.life).toMatchObject({
      status: 'finished',
      snapshot: { total: 8, ready: 8, groups_closed: 2, groups_failed: 2 },
    })
    expect(test.take('plan')).toEqual([])
  })

  it('by job sends a flight for it alone', () => {
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
  it('JOB-2, RUN-2: changes nothing any more, whatever it says', () => {
    const test = new TestRun({ flight_jobs: 2 })
    test.create('a', 'b')
    test.plan(0, 2)
    const late = test.claim()
    const { attempt } = test.grantPlan(1)
    test.call(abort, { by: 'alice' })
    test.call(retry, groups('a', 'b'))
    const before = everything(test)
    expect(test.report(late)).toEqual({ kind: 'gone' })
    expect(test.call(claim, { flight: late.flight })).toEqual({ kind: 'refused' })
    expect(test.call(closeGroup, { group: 1, attempt })).toEqual({ kind: 'stale' })
    expect(everything(test)).toEqual(before)
    const own = test.claim()
    expect(own.jobs.map((job) => job.attempt)).toEqual([3, 3])
    const rows = late.jobs.map(({ n }) => ({ n, attempt: 1, ...failed() }))
    test.call(report, { flight: own.flight, grant: own.grant, rows, last: false })
    expect(test.statuses()).toEqual(['pending', 'pending'])
    expect(test.jobs().map(({ failures }) => failures)).toEqual([0, 0])
  })
})

describe('a retry of a live run', () => {
  it('JOB-1: opens in the same round a job whose flight still has others at work', () => {
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

  it('leaves plans that are under way, and what is open', () => {
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

describe('who comes after a retry', () => {
  it('RUN-1, W-4: from the end’s cursor is told the new status and what is open again', () => {
    const test = finished()
    const end = `epoch.${test.run.seq}`
    test.call(retry, all)
    const { events } = read(test, placeOf(test.run, end), { lean: true })
    expect(events).toEqual([
      { event: 'status', data: 'ingesting' },
      { event: 'update', data: { a: { '0-1': 'pending' } }, id: `epoch.${test.run.seq}` },
    ])
    const others = read(test, placeOf(test.run, end))
    expect(others.names).toEqual(['status', 'all_jobs'])
    test.flyAll()
    const over = read(test, placeOf(test.run, end), { lean: true })
    expect(over.names).toEqual(['update', 'complete', 'status'])
  })

  it('EV-7: finds it in the log of the stream, and not what came between the rounds', () => {
    const test = finished()
    const late = { flight: 99, grant: 1, rows: [], last: true }
    test.call(report, { ...late, lines: [{ level: 'info', message: 'Late.' }] })
    const end = placeOf(test.run, `epoch.${test.run.seq}`)
    test.call(retry, all)
    const logs = read(test, end, { lean: true, log: true }).events.filter((e) => e.event === 'log')
    expect(logs.map(({ data }) => Reflect.get(Object(data), 'message'))).toEqual([
      'Round 2 begins, with 1 job again.',
      'The run is ingesting.',
    ])
  })

  it('EV-6: is told the pace of the jobs that come to their end from then on', () => {
    const ended = observe(observe([], { at: 1_000, done: 0 }), { at: 6_000, done: 100 })
    const opened = observe(ended, { at: 8_000, done: 40 })
    expect(rateOf(opened)).toBe(0)
    expect(rateOf(observe(opened, { at: 10_000, done: 50 }))).toBe(5)
  })
})
