import { describe, expect, it } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { LiveJob, LiveJobPage } from '../../src/durable/run/run-rpc.ts'
import { JobPage, JobRecord, RunStarted } from '../../src/protocol/run.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { createTestApi } from '../support/api.ts'

type Jobs = Readonly<Record<string, JobStatus>>

/**
 * An API with a run of these jobs. Postgres has a result of 400,000 bytes for each job, unless `away` is
 * true.
 */
async function runOf(
  jobs: Jobs,
  { away = false, job = {} }: { away?: boolean; job?: object | null } = {},
) {
  const all = Object.entries(jobs).map(([external_id, status]) => {
    return { group: 'a', external_id, title: `Job ${external_id}`, status, attempt: 1 }
  })
  const limits: number[] = []
  const page = (limit: number): LiveJobPage => {
    limits.push(limit)
    return { jobs: all.slice(0, limit), next_cursor: all.length > limit ? 'next' : null }
  }
  const live = (external_id: string): LiveJob | undefined => {
    const status = jobs[external_id]
    const named = { title: `Job ${external_id}`, attempt: 1, attempts: [], ...job }
    return status && { status, ...(job && named) }
  }
  let asked = 0
  const api = createTestApi(({ run }) => ({
    run: (run_id) => ({
      ...run(run_id),
      jobs: async ({ limit }) => page(limit),
      job: async ({ external_id }) => live(external_id),
    }),
    archivedRun: () => ({ ...run(asId), job: async () => undefined }),
    async readResults({ jobs: wanted, most_bytes }) {
      asked += 1
      if (away) throw new DatabaseUnavailable({ cause: new Error('refused') })
      const fit = Math.max(1, Math.floor(most_bytes / 400_000))
      const results = wanted.slice(0, fit).map(({ external_id }) => ({ of: external_id }))
      return { results, left_out: wanted.length - results.length }
    },
  }))
  const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  const { run_id } = RunStarted.parse(await started.json())
  const asId = run_id
  const get = (path: string) => api.call(`/api/runs/${run_id}/jobs${path}`)
  return { get, limits, asked: () => asked }
}

describe('a page of jobs', () => {
  it('shows the results of ready jobs', async () => {
    const { get } = await runOf({ x: 'ready', y: 'failed' })
    const { jobs } = JobPage.parse(await (await get('')).json())
    expect(jobs).toMatchObject([{ external_id: 'x', result: { of: 'x' } }, { external_id: 'y' }])
    expect(jobs[1]).not.toHaveProperty('result')
  })

  it('does not query Postgres if no job is ready', async () => {
    const { get, asked } = await runOf({ x: 'pending', y: 'failed' })
    expect((await get('')).status).toBe(200)
    expect(asked()).toBe(0)
  })

  it('ends before its results become too large', async () => {
    const { get, limits } = await runOf({ v: 'ready', w: 'ready', x: 'ready', y: 'ready' })
    const { jobs, next_cursor } = JobPage.parse(await (await get('?limit=4')).json())
    expect(jobs.map(({ result }) => result)).toEqual([{ of: 'v' }, { of: 'w' }])
    expect(next_cursor).toBe('next')
    expect(limits).toEqual([4, 2])
  })

  it('DB-3: says that the results are missing while Postgres is away', async () => {
    const { get } = await runOf({ x: 'ready' }, { away: true })
    const page = JobPage.parse(await (await get('')).json())
    expect(page).toMatchObject({ results_unavailable: true, jobs: [{ external_id: 'x' }] })
  })
})

describe('one job', () => {
  it('is shown with its result', async () => {
    const { get } = await runOf({ x: 'ready' })
    const answer = JobRecord.parse(await (await get('/a/x')).json())
    const shown = { group: 'a', external_id: 'x', title: 'Job x', status: 'ready', attempt: 1 }
    expect(answer).toEqual({ ...shown, attempts: [], result: { of: 'x' } })
  })

  it('is shown with its step, its error and the reason of its wait', async () => {
    const more = {
      progress: 40,
      error: { code: 'e', message: 'E.' },
      waits: { code: 'w', message: 'W.', until: '2026-01-01T00:00:00.000Z' },
      attempts: [{ attempt: 1, started_at: '2026-01-01T00:00:00.000Z' }],
    }
    const { get, asked } = await runOf({ x: 'crawling' }, { job: more })
    const answer = JobRecord.parse(await (await get('/a/x')).json())
    expect(answer).toMatchObject({ status: 'crawling', step: 'crawling', ...more })
    expect(asked()).toBe(0)
  })

  it('DB-3: is 503 while Postgres is away, which has its result', async () => {
    const { get } = await runOf({ x: 'ready', y: 'pending' }, { away: true })
    expect((await get('/a/x')).status).toBe(503)
    expect((await get('/a/y')).status).toBe(200)
  })

  it('is 404 if the run has no such job', async () => {
    const { get } = await runOf({ x: 'ready' })
    for (const path of ['/a/z', '/a/%00', `/a/${'z'.repeat(501)}`])
      expect((await get(path)).status).toBe(404)
  })

  it('of an object of an earlier version is shown without its state and attempts', async () => {
    const { get } = await runOf({ x: 'pending' }, { job: null })
    const answer = JobRecord.parse(await (await get('/a/x')).json())
    expect(answer).toMatchObject({ title: 'x', attempt: 0, attempts: [] })
  })
})
