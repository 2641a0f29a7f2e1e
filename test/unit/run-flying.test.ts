import { describe, expect, it } from 'vitest'

import { claim, release, report } from '../../src/durable/run/flights.ts'
import { sentRun as begin } from '../support/sent-run.ts'
import { failed, ready, step } from '../support/test-run.ts'

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
    expect(test.run.seq).toBe(seq)
  })

  it('JOB-1: writes a first grant to the flight alone, and each later grant to the jobs too', () => {
    const test = begin(3)
    const before = test.jobs()
    const { flight, grant } = test.claim()
    expect(test.jobs()).toEqual(before)
    const { seq } = test.run
    test.call(release, { flight, grant, wait_ms: 1 })
    test.pass(1)
    test.restart()
    const again = test.call(claim, { flight })
    expect(again).toMatchObject({ grant: 2, jobs: [{ attempt: 2 }, { attempt: 2 }] })
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([2, 2, 0])
    expect(test.run.seq).toBe(seq + 1)
  })

  it('JOB-1, JOB-2: keeps the attempt of a job that leaves its flight without a report of its own', () => {
    const test = begin(2)
    const { flight, grant } = test.claim()
    const rows = [0, 1].map((n) => ({ n, attempt: n === 0 ? 1 : 7, kind: 'ready' }) as const)
    test.call(report, { flight, grant, rows, last: true })
    expect(test.job(0, 1)).toMatchObject({ status: 'pending', attempt: 1, losses: 0 })
    expect(test.claim().jobs).toMatchObject([{ n: 1, attempt: 2 }])
  })

  it('JOB-1: is refused while another holds the lease, and for an unknown flight', () => {
    const test = begin(2)
    const { flight } = test.claim()
    expect(test.call(claim, { flight })).toEqual({ kind: 'refused' })
    expect(test.call(claim, { flight: 99 })).toEqual({ kind: 'refused' })
    const [plan] = test.entries('plan')
    expect(test.call(claim, { flight: plan?.id ?? 0 })).toEqual({ kind: 'refused' })
    expect(test.jobs().map(({ attempt }) => attempt)).toEqual([0, 0])
  })

  it('JOB-1: is decided only by the object’s clock', () => {
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
  it('JOB-2: of known facts changes nothing, and is answered again', () => {
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

  it('JOB-2: of a failure counts once if it is repeated', () => {
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

  it('JOB-2: on jobs of another flight, or of an unknown one, changes nothing', () => {
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

  it('that ends some of the jobs leaves the others in the flight and its lease', () => {
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

  it('that is the last one sends the open jobs again at once', () => {
    const test = begin(2)
    const flight = test.claim()
    test.report(flight, { last: true, row: (n) => (n === 0 ? ready() : step()) })
    expect(test.statuses()).toEqual(['ready', 'crawling'])
    expect(test.claim().jobs).toMatchObject([{ n: 1, attempt: 2 }])
  })

  it("JOB-3: that is the last one and leaves out a job loses the job's lease, but not for ever", () => {
    const test = begin(1)
    const { losses_max } = test.settings
    for (let i = 0; i <= losses_max; i += 1) {
      expect(test.statuses()).toEqual(['pending'])
      test.report(test.claim(), { last: true, row: () => undefined })
    }
    expect(test.jobs()).toMatchObject([{ status: 'failed', error: { code: 'lease_lost' } }])
  })

  it('of a skipped job has the reason', () => {
    const test = begin(1)
    const reason = { code: 'robots', message: 'robots.txt forbids it.' }
    test.report(test.claim(), { row: () => ({ kind: 'skipped', reason }) })
    expect(test.job(0, 0)).toMatchObject({ status: 'skipped', error: reason, outcome: null })
  })
})

describe('a released flight', () => {
  it('Q-2: waits for the given time, at no cost', () => {
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

  it('Q-2: must be held by the caller', () => {
    const test = begin(2)
    const first = test.claim()
    test.call(release, { flight: first.flight, grant: first.grant, wait_ms: 1 })
    test.pass(1)
    const second = test.claim()
    test.call(release, { flight: first.flight, grant: first.grant, wait_ms: 1 })
    expect(test.report(second)).toMatchObject({ kind: 'held' })
    expect(test.statuses()).toEqual(['ready', 'ready'])
  })

  it('JOB-1: is not held again after a late report of its former holder', () => {
    const test = begin(2)
    const first = test.claim()
    test.call(release, { flight: first.flight, grant: first.grant, wait_ms: 5_000 })
    expect(test.report(first, { last: false, row: step })).toEqual({ kind: 'gone' })
    expect(test.entries('flight')).toMatchObject([{ state: 'held', due: test.now + 5_000 }])
  })
})
