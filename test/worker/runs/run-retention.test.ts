import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'

import type { RunId } from '../../../src/protocol/ids.ts'
import { Problem } from '../../../src/protocol/problems.ts'
import { RunStarted } from '../../../src/protocol/run.ts'
import { archived } from '../archived.ts'
import worker from '../main.ts'
import { database, startBody } from '../parts.ts'
import { SocketWatcher } from '../socket.ts'
import { follow, type TestUser, newUser } from '../test-user.ts'
import { watchThrough } from '../watch-library.ts'

const POSTINGS = 25

afterEach(() => {
  vi.restoreAllMocks()
})

/** Fires the cron as the platform does, and returns what the sweep logs. */
async function fireCron(): Promise<Record<string, unknown>> {
  const said = vi.spyOn(console, 'info').mockReturnValue()
  await worker.scheduled(createScheduledController({ cron: '17 */6 * * *' }), env)
  const lines = said.mock.calls.map(([line]) => JSON.parse(String(line)))
  return lines.find(({ message }) => message === 'old runs were swept')
}

async function endedRun(headers: Record<string, string> = {}) {
  const who = await newUser()
  const response = await who.client.post('/api/runs', startBody(54), headers)
  const { run_id } = RunStarted.parse(await response.json())
  return { who, run_id, view: await follow(who, run_id) }
}

/** Sets the end of a run in Postgres so many days back. */
async function age({ owner }: TestUser, run_id: RunId, days: number): Promise<void> {
  await database().query(
    `UPDATE runs SET ended_at = ended_at - $3::integer * interval '1 day'
     WHERE owner = $1 AND run_id = $2`,
    [owner, run_id, days],
  )
}

async function removedRun() {
  const run = await endedRun({ 'idempotency-key': 'once' })
  await archived(run.run_id)
  await age(run.who, run.run_id, 91)
  expect(await fireCron()).toMatchObject({ runs: 1, jobs: POSTINGS, left: false })
  return run
}

async function rowsOf({ owner }: TestUser, run_id: RunId): Promise<number> {
  const rows = await database().query(
    `SELECT 1 FROM run_jobs WHERE owner = $1 AND run_id = $2
     UNION ALL SELECT 1 FROM run_logs WHERE owner = $1 AND run_id = $2`,
    [owner, run_id],
  )
  return rows.length
}

const READS = ['jobs', 'jobs/company-54/x', 'logs', 'expiry', 'events', 'stream', 'socket']

/** Asks each route that reads what was removed. */
function readAll({ client }: TestUser, run_id: RunId): Promise<Response[]> {
  const headers = { upgrade: 'websocket' }
  const paths = READS.map((end) => `/api/runs/${run_id}/${end}`)
  const earlier = ['logs', 'progress'].map((end) => `/api/ingestion/${end}/${run_id}`)
  return Promise.all([...paths, ...earlier].map((path) => client.get(path, headers)))
}

describe('RUN-6: the cron', () => {
  it('removes the jobs and the log of a run that was archived long ago, and its routes say when', async () => {
    const { who, run_id, view } = await removedRun()
    expect(await rowsOf(who, run_id)).toBe(0)
    const shown = await who.view(run_id)
    const { removed_at } = shown
    expect(removed_at).toMatch(/^20\d\d-.*Z$/)
    expect(shown).toEqual({ ...view, watchers: 0, removed_at })
    for (const response of await readAll(who, run_id)) {
      const problem = Problem.parse(await response.json())
      const type = '/problems/removed'
      expect([response.status, problem]).toMatchObject([410, { type, status: 410, removed_at }])
      expect(response.headers.get('content-type')).toBe('application/problem+json')
    }
  })

  it('hides a removed run from everybody else, as before', async () => {
    const { run_id } = await removedRun()
    const stranger = await newUser()
    const answers = await readAll(stranger, run_id)
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404))
    await Promise.all(answers.map((answer) => answer.text()))
  })

  it('RUN-1: leaves the tombstone, which answers the start’s key, an abort and a retry', async () => {
    const { who, run_id } = await removedRun()
    const key = { 'idempotency-key': 'once' }
    const start = (board: number) => who.client.post('/api/runs', startBody(board), key)
    expect(RunStarted.parse(await (await start(54)).json()).run_id).toBe(run_id)
    expect((await start(53)).status).toBe(422)
    const path = `/api/runs/${run_id}`
    expect((await who.client.post(`${path}/abort`)).status).toBe(409)
    const retry = await who.client.post(`${path}/retry`, { status: 'failed' })
    expect(await retry.json()).toMatchObject({ type: '/problems/archived' })
  })

  it('W-4: tells a watcher at the run’s end that it lacks nothing', async () => {
    const { who, run_id, view } = await removedRun()
    const { cursor } = view
    const at = (end: string, headers = {}) =>
      who.client.get(`/api/runs/${run_id}/${end}?cursor=${cursor}`, headers)
    expect((await at('stream')).status).toBe(204)
    expect(await (await at('events')).json()).toEqual({ cursor, events: [], done: true })
    const socket = new SocketWatcher(await at('socket', { upgrade: 'websocket' }))
    expect(await socket.closed).toBe(1000)
  })

  it.each(['sse', 'socket', 'poll'] as const)(
    'ends the client library’s watch with the problem, over %s',
    async (transport) => {
      const { who, run_id } = await removedRun()
      const { connection } = await watchThrough(run_id, transport, who.client).ended
      const problem = { type: '/problems/removed', removed_at: expect.any(String) }
      expect(connection).toMatchObject({ status: 'failed', error: { status: 410, problem } })
    },
  )

  it('answers the view anew to a client that has the one before', async () => {
    const { who, run_id, view } = await removedRun()
    const asked = (etag: string) => who.client.get(`/api/runs/${run_id}`, { 'if-none-match': etag })
    const fresh = await asked(`"${view.cursor}"`)
    expect(fresh.status).toBe(200)
    await fresh.body?.cancel()
    expect((await asked(fresh.headers.get('etag') ?? '')).status).toBe(304)
  })

  it('leaves a run whose time is not over, and one that its object still has', async () => {
    const young = await endedRun()
    await archived(young.run_id)
    await age(young.who, young.run_id, 89)
    const living = await endedRun()
    await age(living.who, living.run_id, 91)
    // As an archive leaves it that a retry overtook.
    await database().query(`UPDATE runs SET group_keys = '{company-54}' WHERE owner = $1`, [
      living.who.owner,
    ])
    expect(await fireCron()).toMatchObject({ runs: 0, kept: 1, jobs: 0 })
    for (const { who, run_id } of [young, living]) {
      expect(await rowsOf(who, run_id)).toBeGreaterThanOrEqual(POSTINGS)
      expect(await who.jobs(run_id)).toHaveLength(POSTINGS)
    }
  })
})
