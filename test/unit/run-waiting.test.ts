import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { claim, report } from '../../src/durable/run/flights.ts'
import { addJobs, claimPlan, releasePlan } from '../../src/durable/run/plans.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { seeds, TestRun, type Reported } from '../support/test-run.ts'

const reason = { code: 'host_pace', message: 'jobs.example.com is asked at most once a second.' }

/** Makes a run with one group of crawled jobs, two of them in the first flight. */
function crawling(count = 5): TestRun {
  const run = new TestRun({ flight_jobs: 100 })
  run.create('a')
  const { attempt } = run.grantPlan(0)
  run.call(addJobs, { group: 0, attempt, flight_jobs: 2, jobs: seeds(0, count) })
  return run
}

function waitUntil(until: number): Reported {
  return { kind: 'waiting', until, reason }
}

describe('a job that must wait', () => {
  it('Q-2: leaves its flight until then, and comes back under the next attempt', () => {
    const run = crawling()
    const until = run.now + 5_000
    const first = run.claim()
    run.report(first, { last: false, row: (n) => (n === 0 ? waitUntil(until) : undefined) })
    expect(run.job(0, 0)).toMatchObject({ status: 'pending', attempt: 1, failures: 0, losses: 0 })
    const waiting = run.entries('flight').find(({ waits }) => waits !== null)
    expect(waiting).toMatchObject({ state: 'held', due: until, waits: reason })
    expect(run.armed).toBeLessThanOrEqual(until)

    run.report(first, { row: (n) => (n === 1 ? { kind: 'ready', outcome: 'new' } : undefined) })
    run.mail = []
    run.pass(4_999)
    expect(run.mail.filter(({ id }) => id === waiting?.id)).toEqual([])
    run.pass(1)
    const second = run.claim()
    expect(second.jobs.map(({ n, attempt }) => [n, attempt])).toEqual([[0, 2]])
  })

  it('JOB-3: holds no lease, so that it survives the loss of the flight that it left', () => {
    const run = crawling(2)
    const flight = run.claim()
    run.report(flight, {
      last: false,
      row: (n) => (n === 0 ? waitUntil(run.now + 60_000) : undefined),
    })
    run.pass(run.settings.lease_ms)
    expect([run.job(0, 0).losses, run.job(0, 1).losses]).toEqual([0, 1])
  })

  it('JOB-1: is in no other flight in the meantime, and its late report changes nothing', () => {
    const run = crawling(1)
    const flight = run.claim()
    run.report(flight, { row: () => waitUntil(run.now + 1_000) })
    const again = { flight: flight.flight, grant: flight.grant, last: true, rows: [] }
    expect(run.call(report, again)).toEqual({ kind: 'gone' })
    expect(run.call(claim, { flight: flight.flight })).toEqual({ kind: 'refused' })
    expect(run.entries('flight')).toHaveLength(1)
  })

  it('holds up its group: no further flight goes out before it has flown', () => {
    const run = crawling(6)
    const [first] = run.take('flight')
    const rest = run.entries('flight').length
    expect(first).toBeDefined()
    expect(rest).toBe(3)
    const later = new TestRun({ flight_jobs: 100, settings: { window_jobs: 2 } })
    later.create('a')
    const { attempt } = later.grantPlan(0)
    later.call(addJobs, { group: 0, attempt, flight_jobs: 2, jobs: seeds(0, 6) })
    later.report(later.claim(), { row: () => waitUntil(later.now + 3_000) })
    expect(later.take('flight')).toEqual([])
    later.pass(3_000)
    expect(later.take('flight').flatMap(jobsOf)).toEqual([0, 1])
  })

  it('is shown in its group, with the time at which the first wait ends', () => {
    const run = crawling(2)
    const at = (ms: number) => new Date(run.now + ms).toISOString()
    const first = at(2_000)
    run.report(run.claim(), { row: (n) => waitUntil(run.now + 2_000 * (n + 1)) })
    expect(viewRun(run.run, run.store).groups['a']?.waits).toEqual({ ...reason, until: first })
    run.pass(4_000)
    expect(viewRun(run.run, run.store).groups['a']?.waits).toBeUndefined()
  })

  it('RUN-2: is aborted like any other', () => {
    const run = crawling(1)
    run.report(run.claim(), { row: () => waitUntil(run.now + 9_000) })
    run.call(abort, { by: 'alice' })
    expect(run.statuses()).toEqual(['aborted'])
    expect(run.entries('flight')).toEqual([])
  })

  it('waits as often as necessary, at no cost', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 600_000 }), { maxLength: 40 }), (waits) => {
        const run = crawling(1)
        for (const ms of waits) {
          run.report(run.claim(), { row: () => waitUntil(run.now + ms) })
          run.pass(ms)
        }
        expect(run.job(0, 0)).toMatchObject({ failures: 0, losses: 0, attempt: waits.length })
        run.report(run.claim())
        expect(run.job(0, 0).status).toBe('ready')
      }),
      { numRuns: 50 },
    )
  })
})

describe('a plan that must wait', () => {
  it('Q-2: is sent again at its time, at no cost, and its group shows the reason', () => {
    const run = new TestRun()
    run.create('a', 'b')
    const { attempt } = run.grantPlan(0)
    const until = run.now + 30_000
    run.call(releasePlan, { group: 0, attempt, until, waits: reason })
    expect(viewRun(run.run, run.store).groups['a']).toMatchObject({
      status: 'waiting',
      waits: { ...reason, until: new Date(until).toISOString() },
    })
    run.mail = []
    run.pass(30_000)
    expect(
      run.take('plan').some(({ subject }) => subject.kind === 'plan' && subject.group === 0),
    ).toBe(true)
    expect(run.call(claimPlan, { group: 0 })).toMatchObject({ kind: 'granted', attempt: 2 })
    expect(run.store.readGroup(0)).toMatchObject({ failures: 0, losses: 0 })
  })
})

function jobsOf({ subject }: ReturnType<TestRun['take']>[number]): readonly number[] {
  return subject.kind === 'flight' ? subject.jobs : []
}
