import { describe, expect, it } from 'vitest'

import { retryAfterReason } from '../../src/durable/host/host-reason.ts'
import { abort } from '../../src/durable/run/abort.ts'
import { confirmCheckpoint, databaseAway } from '../../src/durable/run/checkpoints.ts'
import { claim, report } from '../../src/durable/run/flights.ts'
import { releasePlan } from '../../src/durable/run/plans.ts'
import { waitsOf } from '../../src/durable/run/waits.ts'
import type { Wait } from '../../src/protocol/events.ts'
import type { Settings } from '../../src/settings.ts'
import { type Claimed, TestRun } from '../support/test-run.ts'

const settings: Partial<Settings> = {
  lease_ms: 15_000,
  unclaimed_ms: 10_000,
  unclaimed_max_ms: 40_000,
  losses_max: 3,
}

function waits({ run, store, now, settings: times }: TestRun): Wait[] {
  return waitsOf({ run, entries: store.readEntries(), now }, times)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** Makes a run of two planned groups with so many jobs each, in flights of one job. */
function begin(jobs: number): TestRun {
  const test = new TestRun({ settings, flight_jobs: 1 })
  test.create('a', 'b')
  test.plan(0, jobs)
  test.plan(1, jobs)
  return test
}

/** Puts the job back until then, because of a host. */
function putBack(
  test: TestRun,
  claimed: Claimed,
  reason: { code: string; message: string },
): number {
  const until = test.now + 60_000
  const { flight, grant, jobs } = claimed
  const rows = jobs.map(
    ({ n, attempt }) => ({ n, attempt, kind: 'waiting', until, reason }) as const,
  )
  test.call(report, { flight, grant, rows, last: true })
  return until
}

describe('EV-6: the waits of a run', () => {
  it('are empty while it goes on', () => {
    const test = begin(2)
    expect(waits(test)).toEqual([])
    test.claim()
    test.pass(9_999)
    expect(waits(test)).toEqual([])
  })

  it('have a host, until the first of its groups goes on', () => {
    const test = begin(2)
    const pace = { code: 'host_pace', message: 'jobs.example is asked at most once a second.' }
    const until = putBack(test, test.claim(), pace)
    test.now += 1_000
    putBack(test, test.claim(), pace)
    putBack(test, test.claim(), pace)
    expect(waits(test)).toEqual([{ ...pace, until: iso(until), groups: 2 }])
  })

  it('have a pause that a host requested, with its end', () => {
    const test = new TestRun({ settings })
    test.create('a')
    const { attempt } = test.grantPlan(0)
    const until = test.now + 120_000
    const reason = retryAfterReason('jobs.example', until)
    test.call(releasePlan, { group: 0, attempt, until, waits: reason })
    expect(waits(test)).toEqual([{ ...reason, until: iso(until), groups: 1 }])
    expect(reason).toEqual({
      code: 'retry_after',
      message: `jobs.example asked for a pause until ${iso(until)}.`,
    })
  })

  it('have expired leases, with their number and the first time, until something is done', () => {
    const test = begin(1)
    const since = test.now + 15_000
    for (let lost = 1; lost <= 3; lost += 1) {
      test.claim()
      if (lost === 1) test.report(test.claim())
      test.pass(15_000)
      const times = lost === 1 ? 'once' : `${lost} times`
      expect(waits(test)).toMatchObject([
        {
          code: 'leases_expired',
          message: `Workers were lost: their leases expired ${times}. Other workers are given the work.`,
          since: iso(since),
          until: iso(test.now + 10_000),
          groups: 1,
        },
      ])
    }
    test.restart()
    expect(waits(test)).toHaveLength(1)
    test.report(test.claim())
    expect(test.run.life.status).toBe('finished')
    expect(waits(test)).toEqual([])
  })

  it('have expired leases of plans, until one is closed', () => {
    const test = new TestRun({ settings })
    test.create('a', 'b')
    test.grantPlan(0)
    test.pass(15_000)
    expect(waits(test)).toMatchObject([{ code: 'leases_expired', groups: 1 }, {}])
    test.plan(1, 0)
    expect(waits(test).map(({ code }) => code)).not.toContain('leases_expired')
  })

  it('have no lost lease if the loss itself ends something', () => {
    const test = begin(1)
    test.report(test.claim())
    for (let lost = 0; lost < 4; lost += 1) {
      test.claim()
      test.pass(15_000)
    }
    expect(test.run.life.status).toBe('finished')
    expect(test.run.lost?.times).toBe(undefined)
  })

  it('have Postgres, since when and until the next probe, for everything that is left', () => {
    const test = begin(2)
    test.call(confirmCheckpoint, { seq: test.run.seq })
    const since = test.now
    test.call(databaseAway, { took_ms: 0 })
    test.now += 2_000
    expect(waits(test)).toEqual([
      {
        code: 'database_away',
        message:
          'Postgres cannot be reached. Workers keep their results until Postgres answers again.',
        since: iso(since),
        until: iso(since + 20_000),
        groups: 2,
      },
    ])
    test.call(confirmCheckpoint, { seq: test.run.seq })
    expect(waits(test)).toEqual([])
  })

  it('have the queue, if messages wait longer than usual, and since when', () => {
    const test = begin(2)
    const since = test.now
    const taken = test.claim()
    test.pass(10_000)
    expect(waits(test)).toEqual([
      {
        code: 'queue_backlog',
        message: '3 messages wait in the queue, and no worker has asked for the work yet.',
        since: iso(since),
        until: iso(since + 30_000),
        groups: 2,
      },
    ])
    test.pass(20_000)
    expect(waits(test)).toMatchObject([{}, { code: 'queue_backlog', since: iso(since) }])
    expect(test.report(taken)).toEqual({ kind: 'gone' })
    for (const { id } of test.entries('flight')) test.call(claim, { flight: id })
    expect(waits(test)).toMatchObject([{ code: 'leases_expired' }])
  })

  it('are empty after the end', () => {
    const test = begin(1)
    test.call(databaseAway, { took_ms: 0 })
    expect(waits(test)).toHaveLength(1)
    test.call(abort, { by: 'alice' })
    expect(waits(test)).toEqual([])
  })
})
