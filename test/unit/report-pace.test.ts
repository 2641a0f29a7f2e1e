import { describe, expect, it } from 'vitest'

import { flightTimes, quietReportIn } from '../../src/durable/run/report-pace.ts'
import type { RunEntry } from '../../src/durable/run/run-outbox.ts'
import { readSettings } from '../../src/settings.ts'
import { TestRun } from '../support/test-run.ts'

const settings = readSettings('{}')

function flights(count: number, state: RunEntry['state'] = 'leased'): RunEntry[] {
  return Array.from({ length: count }, (_, id) => {
    const subject = { kind: 'flight', group: 0, jobs: [id] } as const
    return { id, subject, state, due: 0, sends: 0, grant: 1, waits: null }
  })
}

function runOf(jobs: number, flight_jobs: number) {
  const test = new TestRun({ flight_jobs, settings })
  test.create('a')
  test.plan(0, jobs)
  return test
}

describe('the reports of a run that nobody watches', () => {
  it.each([
    [1, 1_000],
    [150, 1_000],
    [300, 2_000],
    [2_000, 13_333],
  ])('W-2: of %i flights come every %i ms', (count, ms) => {
    const entries = [...flights(count), ...flights(9, 'sent')]
    expect(Math.floor(quietReportIn(entries, settings))).toBe(ms)
  })
})

describe('the leases of flights', () => {
  const usual = { renew_ms: 5_000, lease_ms: 15_000 }
  const longer = { renew_ms: 13_333, lease_ms: 40_000 }

  it.each([
    { jobs: 3, flight_jobs: 1, due: usual },
    { jobs: 2_000, flight_jobs: 100, due: usual },
    { jobs: 750, flight_jobs: 1, due: usual },
    { jobs: 2_000, flight_jobs: 1, due: longer },
    { jobs: 10_000, flight_jobs: 1, due: longer },
  ])('JOB-1: of $jobs jobs, $flight_jobs a flight, take $due', ({ jobs, flight_jobs, due }) => {
    const tally = { ...runOf(1, 1).run.tally, jobs: { pending: jobs } }
    const { renew_ms, lease_ms } = flightTimes({ tally, flight_jobs }, settings)
    expect({ renew_ms: Math.floor(renew_ms), lease_ms: Math.round(lease_ms) }).toEqual(due)
  })

  it('JOB-1: are kept by a worker that renews at the pace of its grant, while further jobs are added', () => {
    const test = runOf(2_000, 1)
    const flight = test.claim()
    expect(Math.floor(flight.renew_ms)).toBe(13_333)
    test.pass(39_000)
    expect(test.report(flight, { last: false, row: () => undefined })).toMatchObject({
      kind: 'held',
    })
    test.pass(39_000)
    expect(test.report(flight)).toMatchObject({ kind: 'held' })
  })
})
