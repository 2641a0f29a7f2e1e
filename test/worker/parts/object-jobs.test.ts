import { beforeEach, describe, expect, it, vi } from 'vitest'

import type { ReportRow } from '../../../src/durable/run/work-rpc.ts'
import { ExternalId, GroupKey } from '../../../src/protocol/ids.ts'
import { ManualQueues } from '../manual-queues.ts'
import type { Stub } from '../object.ts'
import { alice, claim, claimPlan, createRun, finish, jobsOf, plan, settings } from '../object.ts'

let queues: ManualQueues

beforeEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  queues = new ManualQueues()
})

/** Makes a run whose only group has these jobs. Returns the number of their only flight. */
async function flying(...names: string[]): Promise<{ run: Stub; flight: number }> {
  const { run } = await createRun()
  await plan(run, names)
  const [message] = await queues.take('flight')
  return { run, flight: message.flight }
}

async function jobsNow(run: Stub) {
  const page = await run.jobs({ owner: alice, limit: 100 })
  if (page === undefined || page === 'bad_cursor') throw new Error('the run is not there')
  return page.jobs
}

async function statusNow(run: Stub): Promise<string | undefined> {
  return (await run.view({ owner: alice }))?.status
}

const failed = (retryable: boolean) =>
  ({ kind: 'failed', failure: { code: 'x', message: 'It broke.', retryable } }) as const

describe('a plan', () => {
  it('PLAN-1: is granted to one consumer at a time, with a higher attempt each time', async () => {
    const { run } = await createRun()
    const first = await claimPlan(run)
    expect(first).toMatchObject({ attempt: 1, group: 'acme', owner: alice, input: '"acme"' })
    expect(await run.claimPlan({ group: 0 })).toEqual({ kind: 'refused' })
    await run.releasePlan({ group: 0, attempt: 1, wait_ms: 1 })
    await queues.take('plan')
    await run.lost({ kind: 'plan', group: 0 })
    await queues.take('plan')
    expect((await claimPlan(run)).attempt).toBe(2)
    expect(await run.renewPlan({ group: 0, attempt: 1 })).toEqual({ kind: 'stale' })
    expect(await run.renewPlan({ group: 0, attempt: 2 })).toEqual({ kind: 'ok' })
  })

  it('PLAN-2: adds new jobs, resets none, and is closed once', async () => {
    const { run } = await createRun(['acme', 'other'])
    const { attempt } = await claimPlan(run)
    const lease = { group: 0, attempt }
    expect(await run.addJobs({ ...lease, jobs: jobsOf('1', '2', '1') })).toEqual({ kind: 'ok' })
    const [message] = await queues.take('flight')
    await finish(run, message.flight, await claim(run, message.flight))
    const before = await jobsNow(run)
    expect(await run.addJobs({ ...lease, jobs: jobsOf('2', '3') })).toEqual({ kind: 'ok' })
    const after = await jobsNow(run)
    expect(after.map(({ external_id }) => external_id)).toEqual(['1', '2', '3'])
    expect(after.slice(0, 2)).toEqual(before)
    expect(await run.closeGroup(lease)).toEqual({ kind: 'ok' })
    expect(await run.closeGroup(lease)).toEqual({ kind: 'ok' })
    expect(await run.addJobs({ ...lease, jobs: jobsOf('4') })).toEqual({ kind: 'stale' })
    expect(await jobsNow(run)).toHaveLength(3)
  })

  it('PLAN-2: an abandoned attempt is stale, and its jobs stay', async () => {
    const { run } = await createRun()
    await claimPlan(run)
    await run.addJobs({ group: 0, attempt: 1, jobs: jobsOf('1') })
    await run.lost({ kind: 'plan', group: 0 })
    await claimPlan(run)
    const old = { group: 0, attempt: 1 }
    expect(await run.addJobs({ ...old, jobs: jobsOf('2') })).toEqual({ kind: 'stale' })
    expect(await run.closeGroup(old)).toEqual({ kind: 'stale' })
    const failure = { code: 'x', message: 'x', retryable: false }
    expect(await run.failPlan({ ...old, failure })).toEqual({ kind: 'stale' })
    await run.addJobs({ group: 0, attempt: 2, jobs: jobsOf('2', '1') })
    expect((await jobsNow(run)).map((job) => job.external_id)).toEqual(['1', '2'])
  })

  it('PLAN-2: after an abort the iterator is told to stop', async () => {
    const { run } = await createRun()
    const { attempt } = await claimPlan(run)
    const lease = { group: 0, attempt }
    await run.abort({ owner: alice, by: alice })
    expect(await run.addJobs({ ...lease, jobs: jobsOf('1') })).toEqual({ kind: 'aborted' })
    expect(await run.renewPlan(lease)).toEqual({ kind: 'aborted' })
    expect(await run.closeGroup(lease)).toEqual({ kind: 'aborted' })
    expect(await jobsNow(run)).toEqual([])
  })

  it('PLAN-3: a failed plan marks its group, and the others go on', async () => {
    const { run } = await createRun(['acme', 'other'])
    const { attempt } = await claimPlan(run, 0)
    const failure = { code: 'board_not_found', message: 'There is no board.', retryable: false }
    await run.failPlan({ group: 0, attempt, failure })
    await plan(run, ['1'], 1)
    const [message] = await queues.take('flight')
    await finish(run, message.flight, await claim(run, message.flight))
    expect(await run.view({ owner: alice })).toMatchObject({
      status: 'finished',
      groups: {
        acme: { status: 'failed', reason: { code: 'board_not_found' } },
        other: { status: 'closed' },
      },
      snapshot: { total: 1, ready: 1, groups_closed: 1, groups_failed: 1 },
    })
  })

  it('RUN-3: the run ends only when the last group is closed and the last job is terminal', async () => {
    const { run } = await createRun(['acme', 'other'])
    await plan(run, ['1'], 0)
    const [message] = await queues.take('flight')
    await finish(run, message.flight, await claim(run, message.flight))
    expect(await statusNow(run)).toBe('ingesting')
    await plan(run, [], 1)
    expect(await statusNow(run)).toBe('finished')
  })

  it('RUN-4: the run is an error if every group failed', async () => {
    const { run } = await createRun()
    const { attempt } = await claimPlan(run)
    const failure = { code: 'x', message: 'x', retryable: false }
    await run.failPlan({ group: 0, attempt, failure })
    const view = await run.view({ owner: alice })
    expect(view).toMatchObject({ status: 'error', error: { code: 'no_group_planned' } })
  })
})

describe('a flight', () => {
  it('JOB-1: is granted once, and a refused claim changes nothing', async () => {
    const { run, flight } = await flying('1', '2')
    const grant = await claim(run, flight)
    expect(grant.jobs.map(({ n, attempt }) => [n, attempt])).toEqual([
      [0, 1],
      [1, 1],
    ])
    expect(await run.claim({ flight })).toEqual({ kind: 'refused' })
    expect(await run.claim({ flight: flight + 1 })).toEqual({ kind: 'refused' })
    const name = { group: GroupKey.parse('acme'), external_id: ExternalId.parse('1') }
    expect(await run.job({ owner: alice, ...name })).toMatchObject({
      attempt: 1,
      attempts: [{ attempt: 1 }],
    })
  })

  it('W-2: says when to report again, although nobody watches', async () => {
    const { run, flight } = await flying('1', '2')
    const { grant } = await claim(run, flight)
    const renewal = { flight, grant, rows: [], last: false }
    expect(await run.report(renewal)).not.toHaveProperty('report_in_ms')
    const answer = await run.report({ ...renewal, every_ms: 1 })
    expect(answer).toMatchObject({ kind: 'held', report_in_ms: settings.quiet_report_ms })
  })

  it('JOB-1: attempts rise with each grant', async () => {
    const { run, flight } = await flying('1')
    await claim(run, flight)
    await run.lost({ kind: 'flight', flight })
    const [again] = await queues.take('flight')
    expect(again.flight).not.toBe(flight)
    const grant = await claim(run, again.flight)
    expect(grant.jobs).toMatchObject([{ n: 0, attempt: 2 }])
  })

  it('JOB-2: a lower attempt changes nothing', async () => {
    const { run, flight } = await flying('1')
    const old = await claim(run, flight)
    await run.lost({ kind: 'flight', flight })
    const [again] = await queues.take('flight')
    const grant = await claim(run, again.flight)
    const before = await run.view({ owner: alice })
    expect(await finish(run, flight, old)).toEqual({ kind: 'gone' })
    const rows: ReportRow[] = [{ n: 0, attempt: 1, kind: 'ready', outcome: 'new' }]
    const late = { flight: again.flight, grant: grant.grant, rows, last: false }
    expect(await run.report(late)).toEqual({ kind: 'held', aborted: [], lost: [0] })
    expect(await run.view({ owner: alice })).toEqual(before)
  })

  it.each<[string, ReportRow]>([
    ['a step', { n: 0, attempt: 1, kind: 'step', step: 'extracting' }],
    ['ready', { n: 0, attempt: 1, kind: 'ready', outcome: 'changed' }],
    ['skipped', { n: 0, attempt: 1, kind: 'skipped', reason: { code: 'robots', message: 'no' } }],
    ['failed for good', { n: 0, attempt: 1, ...failed(false) }],
    ['failed for now', { n: 0, attempt: 1, ...failed(true) }],
  ])('JOB-2: an equal report repeated changes nothing: %s', async (_what, row) => {
    const { run, flight } = await flying('1', '2')
    const { grant } = await claim(run, flight)
    const report = { flight, grant, rows: [row], last: false }
    expect(await run.report(report)).toEqual({ kind: 'held', aborted: [], lost: [] })
    const before = await run.view({ owner: alice })
    const jobs = await jobsNow(run)
    for (let times = 0; times < 5; times += 1) {
      expect(await run.report(report)).toEqual({ kind: 'held', aborted: [], lost: [] })
    }
    expect(await run.view({ owner: alice })).toEqual(before)
    expect(await jobsNow(run)).toEqual(jobs)
  })

  it('JOB-3: a job is failed with the reason after three typed failures that may pass', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const { run, flight } = await flying('1')
    let next = flight
    for (const attempt of [1, 2, 3]) {
      const { grant } = await claim(run, next)
      const rows: ReportRow[] = [{ n: 0, attempt, ...failed(true) }]
      await run.report({ flight: next, grant, rows, last: true })
      if (attempt === 3) break
      expect(await jobsNow(run)).toMatchObject([{ status: 'pending' }])
      vi.setSystemTime(Date.now() + 60_000)
      await run.lost({ kind: 'checkpoint' })
      const [message] = await queues.take('flight')
      next = message.flight
    }
    expect(await jobsNow(run)).toMatchObject([{ status: 'failed', error: { code: 'x' } }])
    expect(await run.view({ owner: alice })).toMatchObject({
      status: 'error',
      error: { code: 'no_job_ready' },
    })
  })

  it('JOB-3: a job is failed after one failure that cannot pass', async () => {
    const { run, flight } = await flying('1', '2')
    const { grant } = await claim(run, flight)
    const rows: ReportRow[] = [
      { n: 0, attempt: 1, ...failed(false) },
      { n: 1, attempt: 1, kind: 'ready', outcome: 'new' },
    ]
    await run.report({ flight, grant, rows, last: true })
    expect(await run.view({ owner: alice })).toMatchObject({
      status: 'finished',
      snapshot: { total: 2, ready: 1, failed: 1 },
    })
  })

  it('JOB-3: a job that lost two leases flies alone, and fails after more than twelve', async () => {
    const { run, flight } = await flying('1', '2')
    await claim(run, flight)
    await run.lost({ kind: 'flight', flight })
    const second = await queues.take('flight')
    expect(second).toHaveLength(1)
    await claim(run, second[0].flight)
    await run.lost({ kind: 'flight', flight: second[0].flight })
    const alone = await queues.take('flight')
    const grants = await Promise.all(alone.map((message) => claim(run, message.flight)))
    expect(grants).toMatchObject([{ jobs: [{ n: 0, attempt: 3 }] }, { jobs: [{ n: 1 }] }])
    await run.lost({ kind: 'flight', flight: alone[0].flight })
    const rows: ReportRow[] = [{ n: 1, attempt: 3, kind: 'ready', outcome: 'new' }]
    await run.report({ flight: alone[1]?.flight ?? 0, grant: 1, rows, last: true })
    for (let losses = 4; losses <= 13; losses += 1) {
      const [message] = await queues.take('flight')
      await claim(run, message.flight)
      await run.lost({ kind: 'flight', flight: message.flight })
    }
    expect(await jobsNow(run)).toMatchObject([
      { status: 'failed', attempt: 14, error: { code: 'lease_lost' } },
      { status: 'ready' },
    ])
    expect(await statusNow(run)).toBe('finished')
  })
})
