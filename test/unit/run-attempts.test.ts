import { describe, expect, it } from 'vitest'

import { ArchivedRun } from '../../src/archive/archived-run.ts'
import { abort } from '../../src/durable/run/abort.ts'
import { noteAttempt, viewAttempts } from '../../src/durable/run/attempts.ts'
import { release } from '../../src/durable/run/flights.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { liveJob } from '../../src/durable/run/run-views.ts'
import type { JobAttempt } from '../../src/protocol/run.ts'
import { portOf } from '../support/archive-port.ts'
import { alice, failed, ready, seed, step, TestRun } from '../support/test-run.ts'

const START = 1_700_000_000_000

/** Makes a run with one job. Also returns the job's attempts, with times in milliseconds since the start. */
function runOfOne() {
  const test = new TestRun({ flight_jobs: 1 })
  test.create('a')
  test.plan(0, 1)
  const name = { group: test.store.readGroups()[0]?.key ?? fail(), ...seed('0-0') }
  const live = () => liveJob(test.store, name) ?? fail()
  const attempts = () => (live().attempts ?? []).map(sinceStart)
  return { test, name, live, attempts }
}

function fail(): never {
  throw new Error('the job is not there')
}

function sinceStart({ started_at, ended_at, ...attempt }: JobAttempt) {
  const times = [started_at, ...(ended_at === undefined ? [] : [ended_at])]
  return { ...attempt, times: times.map((time) => Date.parse(time) - START) }
}

const reason = { code: 'broken', message: 'It broke.' }

describe('the attempts of a job', () => {
  it('are empty before the first grant', () => {
    expect(runOfOne().attempts()).toEqual([])
  })

  it('begin with a grant, and go on through steps', () => {
    const { test, attempts, live } = runOfOne()
    const flight = test.claim()
    test.now += 5
    test.report(flight, { last: false, row: step })
    expect(attempts()).toEqual([{ attempt: 1, times: [0] }])
    expect(live()).toMatchObject({ status: 'crawling', attempt: 1, title: 'Title of 0-0' })
  })

  it('end with the job, and tell how', () => {
    const { test, attempts, live } = runOfOne()
    const flight = test.claim()
    test.now += 7
    test.report(flight)
    expect(attempts()).toEqual([{ attempt: 1, times: [0, 7], end: 'ready' }])
    expect(live()).toMatchObject({ status: 'ready', outcome: 'new' })
  })

  it('tell why they failed, each of them', () => {
    const { test, attempts } = runOfOne()
    test.report(test.claim(), { row: () => failed() })
    test.pass(60_000)
    test.report(test.claim(), { row: () => failed(false) })
    expect(attempts()).toEqual([
      { attempt: 1, times: [0, 0], end: 'failed', reason },
      { attempt: 2, times: [60_000, 60_000], end: 'failed', reason },
    ])
  })

  it('tell that a worker was lost', () => {
    const { test, attempts } = runOfOne()
    test.claim()
    test.pass(20_000)
    expect(attempts()).toMatchObject([{ attempt: 1, times: [0, 20_000], end: 'lost' }])
  })

  it('tell that the job had to wait, and for what', () => {
    const { test, attempts, live } = runOfOne()
    const paced = { code: 'host_pace', message: 'The host is asked slowly.' }
    const until = START + 5_000
    test.report(test.claim(), { row: () => ({ kind: 'waiting', until, reason: paced }) })
    expect(attempts()).toEqual([{ attempt: 1, times: [0, 0], end: 'waiting' }])
    expect(live().waits).toEqual({ ...paced, until: new Date(until).toISOString() })
    test.pass(5_000)
    test.claim()
    expect(attempts()).toHaveLength(2)
    expect(live().waits).toBeUndefined()
  })

  it('tell that the job was given back', () => {
    const { test, attempts } = runOfOne()
    const { flight, grant } = test.claim()
    test.call(release, { flight, grant, wait_ms: 1_000 })
    test.pass(1_000)
    test.claim()
    expect(attempts()).toEqual([
      { attempt: 1, times: [0, 1_000], end: 'released' },
      { attempt: 2, times: [1_000] },
    ])
  })

  it('RUN-2: end with the run’s abort', () => {
    const { test, attempts } = runOfOne()
    test.claim()
    test.call(abort, { by: alice })
    expect(attempts()).toEqual([{ attempt: 1, times: [0, 0], end: 'aborted' }])
  })

  it('RUN-1: go on in another round', () => {
    const { test, attempts } = runOfOne()
    test.report(test.claim(), { row: () => failed(false) })
    test.call(retry, { status: 'failed' })
    test.report(test.claim())
    expect(attempts()).toMatchObject([
      { attempt: 1, end: 'failed' },
      { attempt: 2, end: 'ready' },
    ])
  })

  it('RUN-1: are the same after the archive', async () => {
    const { test, name, live } = runOfOne()
    test.report(test.claim(), { row: () => failed() })
    test.pass(60_000)
    test.report(test.claim(), { row: ready })
    const archived = new ArchivedRun(test.run.run_id, {
      archive: portOf(test),
      settings: test.settings,
      host: () => expect.unreachable('no socket is asked for'),
      log: (_, message) => expect.unreachable(message),
    })
    expect(await archived.job({ owner: alice, ...name })).toEqual(live())
    expect(await archived.job({ owner: alice, ...name, ...seed('x') })).toBeUndefined()
  })
})

it('are at most the last twenty', () => {
  const job = { error: null, failures: 0, losses: 0, status: 'pending' } as const
  let attempts: string | null = null
  for (let attempt = 1; attempt <= 30; attempt += 1)
    attempts = noteAttempt(
      { ...job, attempt: attempt - 1, attempts },
      { ...job, attempt, attempts },
      1,
    )
  const kept = viewAttempts(attempts)
  expect(kept).toHaveLength(20)
  expect(kept.at(-1)).toMatchObject({ attempt: 30 })
})
