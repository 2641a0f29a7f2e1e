import { describe, expect, it } from 'vitest'

import { sentRun as begin } from '../support/sent-run.ts'
import { failed, ready } from '../support/test-run.ts'

describe('the budget of a job', () => {
  it('JOB-3: is three typed failures, each with a longer wait', () => {
    const test = begin(1, { settings: { backoff_ms: 100, unclaimed_ms: 60_000 } })
    for (const wait of [100, 200]) {
      test.report(test.claim(), { row: () => failed() })
      const due = test.now + wait
      expect(test.entries('flight')).toMatchObject([{ state: 'held', due }])
      expect(test.mail).toEqual([])
      expect(test.armed).toBe(due)
      test.pass(wait - 1)
      expect(test.mail).toEqual([])
      test.pass(1)
    }
    test.report(test.claim(), { row: () => failed() })
    expect(test.entries('flight')).toEqual([])
    expect(test.job(0, 0)).toMatchObject({
      status: 'failed',
      failures: 3,
      attempt: 3,
      error: { code: 'broken', message: 'It broke.' },
    })
  })

  it('JOB-3: is one failure if a retry cannot help', () => {
    const test = begin(1)
    test.report(test.claim(), { row: () => failed(false) })
    expect(test.job(0, 0)).toMatchObject({ status: 'failed', failures: 1, attempt: 1 })
    expect(test.entries('flight')).toEqual([])
  })

  it('JOB-3: is twelve lost leases, and then the attempt rises above every worker’s', () => {
    const test = begin(1, { settings: { losses_suspect: 100 } })
    for (let i = 0; i < 12; i += 1) {
      test.claim()
      test.pass(test.settings.lease_ms)
    }
    expect(test.job(0, 0)).toMatchObject({ status: 'pending', losses: 12, attempt: 12 })
    const last = test.claim()
    test.pass(test.settings.lease_ms)
    expect(test.job(0, 0)).toMatchObject({
      status: 'failed',
      losses: 13,
      error: { code: 'lease_lost' },
    })
    expect(test.job(0, 0).attempt).toBeGreaterThan(last.jobs[0]?.attempt ?? Infinity)
    expect(test.entries('flight')).toEqual([])
  })

  it('JOB-3: counts losses and failures separately', () => {
    const test = begin(1, { settings: { backoff_ms: 1 } })
    test.report(test.claim(), { row: () => failed() })
    test.pass(1)
    for (let i = 0; i < 11; i += 1) {
      test.claim()
      test.pass(test.settings.lease_ms)
      test.pass(test.settings.unclaimed_ms)
    }
    expect(test.job(0, 0)).toMatchObject({ failures: 1, losses: 11, status: 'pending' })
    test.report(test.claim())
    expect(test.job(0, 0)).toMatchObject({ status: 'ready', outcome: 'new', error: null })
  })

  it('JOB-3: makes a job that lost two leases fly alone', () => {
    const test = begin(3, { flight_jobs: 3 })
    test.claim()
    test.pass(test.settings.lease_ms)
    const second = test.claim()
    expect(second.jobs.map(({ n }) => n)).toEqual([0, 1, 2])
    test.report(second, { last: false, row: (n) => (n === 0 ? ready() : undefined) })
    test.pass(test.settings.lease_ms)
    expect(test.job(0, 1).losses).toBe(2)
    const flights = [test.claim(), test.claim()]
    expect(flights.map(({ jobs }) => jobs.map(({ n }) => n))).toEqual([[1], [2]])
  })

  it('JOB-3: is not used by a flight that nobody claims, however often it is sent', () => {
    const test = begin(2, { settings: { unclaimed_ms: 10, unclaimed_max_ms: 50 } })
    test.plan(1, 0)
    const waits: number[] = []
    for (let i = 0; i < 5; i += 1) {
      test.mail = []
      const before = test.now
      test.pass((test.armed ?? Infinity) - test.now)
      if (test.take('flight').length > 0) waits.push(test.now - before)
      else i -= 1
    }
    expect(waits.reduce((sum, wait) => sum + wait)).toBeGreaterThanOrEqual(10 + 20 + 40 + 50 + 50)
    const jobs = test.jobs()
    expect(jobs.map(({ attempt, losses, failures }) => [attempt, losses, failures])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    expect(test.entries('flight')).toHaveLength(1)
  })

  it("JOB-3: does not make the other jobs of a failed job's flight wait", () => {
    const test = begin(2, { settings: { backoff_ms: 5_000 } })
    test.report(test.claim(), { row: (n) => (n === 0 ? failed() : undefined) })
    expect(test.claim().jobs.map(({ n }) => n)).toEqual([1])
    test.pass(5_000)
    expect(test.claim().jobs.map(({ n }) => n)).toEqual([0])
  })
})

describe('a poison job', () => {
  it('JOB-5: fails alone, and the others of its flights are done', () => {
    const test = begin(4, { flight_jobs: 4 })
    test.plan(1, 0)
    for (let i = 0; i < 100 && test.run.life.status === 'ingesting'; i += 1) {
      while (test.mail.some(({ subject }) => subject.kind === 'flight')) {
        const flight = test.claim()
        // Every worker on job 2 dies.
        if (!flight.jobs.some(({ n }) => n === 2)) test.report(flight)
      }
      test.pass((test.armed ?? Infinity) - test.now)
    }
    expect(test.statuses()).toEqual(['ready', 'ready', 'failed', 'ready'])
    expect(test.job(0, 2)).toMatchObject({ losses: 13, error: { code: 'lease_lost' } })
    expect(test.job(0, 1).losses).toBe(2)
    expect(test.run.life.status).toBe('finished')
  })

  it('JOB-3, JOB-5: fails alone even if it kills everything that flies at the same time', () => {
    const test = begin(60, { flight_jobs: 6 })
    test.plan(1, 0)
    const deaths = test.settings.losses_max + 1
    for (let i = 0; i < 1_000 && test.run.life.status === 'ingesting'; i += 1) {
      const granted: ReturnType<typeof test.claim>[] = []
      while (test.mail.some(({ subject }) => subject.kind === 'flight')) granted.push(test.claim())
      const isDown = granted.some(({ jobs }) => jobs.some(({ n }) => n === 2))
      if (!isDown) for (const flight of granted) test.report(flight)
      if (isDown || granted.length === 0) test.pass((test.armed ?? Infinity) - test.now)
    }
    expect(test.run.life.status).toBe('finished')
    expect(test.job(0, 2)).toMatchObject({ status: 'failed', losses: deaths })
    const others = test.jobs().filter(({ n, group }) => n !== 2 || group !== 0)
    expect(others.filter(({ status }) => status !== 'ready')).toEqual([])
    // The jobs beside it keep half of their budget.
    expect(Math.max(...others.map(({ losses }) => losses))).toBeLessThanOrEqual(7)
  })

  it('JOB-5: a dead letter takes back the lease of its flight', () => {
    const test = begin(2)
    const { flight } = test.claim()
    test.lose({ kind: 'flight', flight })
    expect(test.jobs().map(({ losses }) => losses)).toEqual([1, 1])
    const again = test.claim()
    expect(again.flight).not.toBe(flight)
    expect(again.jobs.map(({ attempt }) => attempt)).toEqual([2, 2])
    test.lose({ kind: 'flight', flight })
    expect(test.jobs().map(({ losses }) => losses)).toEqual([1, 1])
  })

  it('JOB-5: a dead letter of an unclaimed flight sends the flight again', () => {
    const test = begin(2)
    const [sent] = test.take('flight')
    test.lose({ kind: 'flight', flight: sent?.id ?? 0 })
    expect(test.take('flight')).toMatchObject([{ id: sent?.id, state: 'sent' }])
    expect(test.jobs().map(({ losses }) => losses)).toEqual([0, 0])
  })

  it('JOB-5, EV-7: the log of its run has a dead letter, except for one about nothing', () => {
    const test = begin(2)
    const told = () =>
      test.store.readLines(0, 100).filter(({ message }) => message.includes('gave up the message'))
    const { flight } = test.claim()
    test.lose({ kind: 'flight', flight })
    expect(told()).toMatchObject([{ level: 'warn', group: test.store.readGroup(0)?.key }])
    test.lose({ kind: 'flight', flight })
    expect(told()).toHaveLength(1)
  })
})
