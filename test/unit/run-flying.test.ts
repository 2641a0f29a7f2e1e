import { describe, expect, it } from 'vitest'

import { claim, release, report } from '../../src/durable/flying.ts'
import { failed, ready, step, TestRun } from '../support/test-run.ts'

/** One closed group of so many jobs, whose flights were sent. */
function begin(count: number, options: ConstructorParameters<typeof TestRun>[0] = {}): TestRun {
  const test = new TestRun(options)
  test.create('a', 'b')
  test.plan(0, count)
  test.mail = test.take('flight')
  return test
}

describe('a claim', () => {
  it('JOB-1: grants the lease and raises the attempt of each open job', () => {
    const test = begin(3)
    const { seq } = test.run
    expect(test.claim()).toMatchObject({
      kind: 'granted',
      owner: 'alice',
      pipeline: 'letters',
      group: 'a',
      grant: 1,
      renew_ms: test.settings.renew_ms,
      jobs: [
        { n: 0, external_id: '0-0', title: 'Title of 0-0', attempt: 1, payload: '{}' },
        { n: 1, external_id: '0-1', attempt: 1 },
      ],
    })
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([1, 1, 0])
    expect(test.run.seq).toBe(seq + 1)
  })

  it('JOB-1: is refused while another holds the lease, and for a flight that is none', () => {
    const test = begin(2)
    const { flight } = test.claim()
    expect(test.call(claim, { flight })).toEqual({ kind: 'refused' })
    expect(test.call(claim, { flight: 99 })).toEqual({ kind: 'refused' })
    const [plan] = test.entries('plan')
    expect(test.call(claim, { flight: plan?.id ?? 0 })).toEqual({ kind: 'refused' })
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([1, 1])
  })

  it('JOB-1: the lease is decided by the object’s clock alone', () => {
    const test = begin(2)
    const first = test.claim()
    test.pass(test.settings.lease_ms - 1)
    expect(test.report(first, { last: false, row: step })).toMatchObject({ kind: 'held' })
    test.pass(test.settings.lease_ms - 1)
    expect(test.report(first, { last: false, row: () => undefined })).toEqual({
      kind: 'held',
      aborted: [],
      lost: [],
    })
    test.pass(test.settings.lease_ms)
    expect(test.report(first)).toEqual({ kind: 'gone' })
    expect(test.statuses()).toEqual(['pending', 'pending'])
  })
})

describe('a report', () => {
  it('JOB-2: with what is known already changes nothing, and is answered again', () => {
    const test = begin(2)
    const flight = test.claim()
    const told = { last: false, row: (n: number) => (n === 0 ? ready() : step()) }
    const answer = { kind: 'held', aborted: [], lost: [] }
    expect(test.report(flight, told)).toEqual(answer)
    const before = { run: test.run, jobs: test.jobs() }
    expect(test.report(flight, told)).toEqual(answer)
    expect({ run: test.run, jobs: test.jobs() }).toEqual(before)
    expect(test.statuses()).toEqual(['ready', 'crawling'])
  })

  it('JOB-2: of a failure, repeated, counts it once', () => {
    const test = begin(2)
    const flight = test.claim()
    const told = { last: false, row: (n: number) => (n === 0 ? failed() : undefined) }
    test.report(flight, told)
    const before = test.jobs()
    test.report(flight, told)
    expect(test.jobs()).toEqual(before)
    expect(test.job(0, 0)).toMatchObject({ status: 'pending', failures: 1 })
  })

  it('JOB-2: under a lower attempt is refused and changes nothing', () => {
    const test = begin(2)
    const first = test.claim()
    test.pass(test.settings.lease_ms)
    const second = test.claim()
    const before = { run: test.run, jobs: test.jobs(), entries: test.entries('flight') }
    expect(test.report(first)).toEqual({ kind: 'gone' })
    const { flight, grant } = second
    const rows = first.jobs.map(({ n, attempt }) => ({ n, attempt, ...ready() }))
    const answer = test.call(report, { flight, grant, rows, last: false })
    expect(answer).toEqual({ kind: 'held', aborted: [], lost: [0, 1] })
    expect({ run: test.run, jobs: test.jobs(), entries: test.entries('flight') }).toEqual(before)
  })

  it('JOB-2: under an attempt that was never granted is refused', () => {
    const test = begin(2)
    const { flight, grant } = test.claim()
    const rows = [{ n: 0, attempt: 9, ...ready() }]
    test.call(report, { flight, grant, rows, last: false })
    expect(test.statuses()).toEqual(['pending', 'pending'])
  })

  it('JOB-2: on jobs of another flight, or on none that is, changes nothing', () => {
    const test = begin(3)
    const { flight, grant } = test.claim()
    const other = test.claim()
    const rows = [...other.jobs, { n: 77, attempt: 1 }].map(({ n, attempt }) => ({
      n,
      attempt,
      ...ready(),
    }))
    test.call(report, { flight, grant, rows, last: false })
    expect(test.statuses()).toEqual(['pending', 'pending', 'pending'])
  })

  it('that ends some of the jobs leaves the rest in the flight and its lease', () => {
    const test = begin(2)
    const flight = test.claim()
    test.pass(1_000)
    test.report(flight, { last: false, row: (n) => (n === 0 ? ready() : undefined) })
    expect(test.entries('flight')).toMatchObject([
      { id: flight.flight, state: 'leased', due: test.now + test.settings.lease_ms },
    ])
    test.report(flight, { last: true, row: (n) => (n === 1 ? ready() : undefined) })
    expect(test.entries('flight')).toEqual([])
    expect(test.run.tally).toMatchObject({ jobs: { ready: 2 }, outcomes: { new: 2 } })
  })

  it('that is the last sends again at once what it left open', () => {
    const test = begin(2)
    const flight = test.claim()
    test.report(flight, { last: true, row: (n) => (n === 0 ? ready() : step()) })
    expect(test.statuses()).toEqual(['ready', 'crawling'])
    expect(test.claim().jobs).toMatchObject([{ n: 1, attempt: 2 }])
  })

  it('JOB-3: that is the last and says nothing of a job has lost it, and not for ever', () => {
    const test = begin(1)
    const { losses_max } = test.settings
    for (let i = 0; i <= losses_max; i += 1) {
      expect(test.statuses()).toEqual(['pending'])
      test.report(test.claim(), { last: true, row: () => undefined })
    }
    expect(test.jobs()).toMatchObject([{ status: 'failed', error: { code: 'lease_lost' } }])
  })

  it('of a skipped job holds the reason', () => {
    const test = begin(1)
    const reason = { code: 'robots', message: 'robots.txt forbids it.' }
    test.report(test.claim(), { row: () => ({ kind: 'skipped', reason }) })
    expect(test.job(0, 0)).toMatchObject({ status: 'skipped', error: reason, outcome: null })
  })
})

describe('what a job may cost', () => {
  it('JOB-3: three typed failures, each waited for longer than the last', () => {
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

  it('JOB-3: one failure where trying again cannot help', () => {
    const test = begin(1)
    test.report(test.claim(), { row: () => failed(false) })
    expect(test.job(0, 0)).toMatchObject({ status: 'failed', failures: 1, attempt: 1 })
    expect(test.entries('flight')).toEqual([])
  })

  it('JOB-3: twelve lost leases, and no more; the attempt then rises past every worker’s', () => {
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

  it('JOB-3: losses and failures have budgets of their own', () => {
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

  it('JOB-3: a job that lost two leases flies alone', () => {
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

  it('JOB-3: nothing for a flight that nobody claims, however often it is sent', () => {
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

  it('JOB-3: a job that failed does not make the others of its flight wait', () => {
    const test = begin(2, { settings: { backoff_ms: 5_000 } })
    test.report(test.claim(), { row: (n) => (n === 0 ? failed() : undefined) })
    expect(test.claim().jobs.map(({ n }) => n)).toEqual([1])
    test.pass(5_000)
    expect(test.claim().jobs.map(({ n }) => n)).toEqual([0])
  })
})

describe('a poison job', () => {
  it('JOB-5: fails alone: the others of its flights are done', () => {
    const test = begin(4, { flight_jobs: 4 })
    test.plan(1, 0)
    for (let i = 0; i < 100 && test.run.life.status === 'ingesting'; i += 1) {
      while (test.mail.some(({ subject }) => subject.kind === 'flight')) {
        const flight = test.claim()
        // Whatever works on job 2 dies of it.
        if (!flight.jobs.some(({ n }) => n === 2)) test.report(flight)
      }
      test.pass((test.armed ?? Infinity) - test.now)
    }
    expect(test.statuses()).toEqual(['ready', 'ready', 'failed', 'ready'])
    expect(test.job(0, 2)).toMatchObject({ losses: 13, error: { code: 'lease_lost' } })
    expect(test.job(0, 1).losses).toBe(2)
    expect(test.run.life.status).toBe('finished')
  })

  it('JOB-5: a dead letter takes back the lease of its flight', () => {
    const test = begin(2)
    const { flight } = test.claim()
    test.engine.lost({ kind: 'flight', flight })
    expect(test.jobs().map(({ losses }) => losses)).toEqual([1, 1])
    const again = test.claim()
    expect(again.flight).not.toBe(flight)
    expect(again.jobs.map(({ attempt }) => attempt)).toEqual([2, 2])
    test.engine.lost({ kind: 'flight', flight })
    expect(test.jobs().map(({ losses }) => losses)).toEqual([1, 1])
  })

  it('JOB-5: a dead letter of a flight that nobody claimed sends it again', () => {
    const test = begin(2)
    const [sent] = test.take('flight')
    test.engine.lost({ kind: 'flight', flight: sent?.id ?? 0 })
    expect(test.take('flight')).toMatchObject([{ id: sent?.id, state: 'sent' }])
    expect(test.jobs().map(({ losses }) => losses)).toEqual([0, 0])
  })
})

describe('a flight that is given back', () => {
  it('Q-2: waits as long as is said, and costs nothing', () => {
    const test = begin(2, { settings: { unclaimed_ms: 60_000 } })
    const { flight, grant } = test.claim()
    test.call(release, { flight, grant, wait_ms: 5_000 })
    expect(test.mail).toEqual([])
    expect(test.call(claim, { flight })).toEqual({ kind: 'refused' })
    expect(test.armed).toBe(test.now + 5_000)
    test.pass(5_000)
    const again = test.claim()
    expect(again).toMatchObject({ flight, grant: grant + 1 })
    expect(test.jobs()).toMatchObject([
      { attempt: 2, failures: 0, losses: 0 },
      { attempt: 2, failures: 0, losses: 0 },
    ])
  })

  it('Q-2: is not given back by who no longer holds it', () => {
    const test = begin(2)
    const first = test.claim()
    test.call(release, { flight: first.flight, grant: first.grant, wait_ms: 1 })
    test.pass(1)
    const second = test.claim()
    test.call(release, { flight: first.flight, grant: first.grant, wait_ms: 1 })
    expect(test.report(second)).toMatchObject({ kind: 'held' })
    expect(test.statuses()).toEqual(['ready', 'ready'])
  })

  it('JOB-1: is not held again by a late report of who gave it back', () => {
    const test = begin(2)
    const first = test.claim()
    test.call(release, { flight: first.flight, grant: first.grant, wait_ms: 5_000 })
    expect(test.report(first, { last: false, row: step })).toEqual({ kind: 'gone' })
    expect(test.entries('flight')).toMatchObject([{ state: 'held', due: test.now + 5_000 }])
  })
})

describe('the outbox', () => {
  it('Q-2: an entry stands until its effect is confirmed', () => {
    const test = begin(2)
    const [sent] = test.take('flight')
    expect(test.entries('flight')).toMatchObject([{ id: sent?.id, state: 'sent' }])
    const claimed = { ...test.call(claim, { flight: sent?.id ?? 0 }), flight: sent?.id ?? 0 }
    if (claimed.kind !== 'granted') throw new Error('refused')
    expect(test.entries('flight')).toMatchObject([{ id: sent?.id, state: 'leased' }])
    test.report(claimed)
    expect(test.entries('flight')).toEqual([])
  })

  it('Q-2: what could not be sent is sent again, also after a restart', () => {
    const test = begin(2, { settings: { backoff_ms: 70, unclaimed_ms: 60_000 } })
    const unsent = test.take('flight')
    test.engine.unsent(unsent)
    expect(test.mail).toEqual([])
    test.restart()
    test.pass(70)
    expect(test.take('flight').map(({ id }) => id)).toEqual(unsent.map(({ id }) => id))
    test.restart()
    test.pass(60_000)
    expect(test.take('flight').map(({ id }) => id)).toEqual(unsent.map(({ id }) => id))
  })

  it('Q-2: what was claimed all the same, is not sent again', () => {
    const test = begin(2)
    const [sent] = test.take('flight')
    test.call(claim, { flight: sent?.id ?? 0 })
    test.engine.unsent(sent === undefined ? [] : [sent])
    expect(test.entries('flight')).toMatchObject([{ state: 'leased' }])
  })
})
