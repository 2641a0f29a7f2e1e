import { expect, vi } from 'vitest'

import type { Company } from '../../src/protocol/company.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { JobPage, RunStarted, RunView as RunViewSchema } from '../../src/protocol/run.ts'
import { clientOf } from './api-client.ts'
import { database, newOwner, startBody } from './parts.ts'
import { picture, Watcher } from './watch.ts'

/** Makes a new user, with functions that call the Worker about runs. */
export async function newUser() {
  const owner = newOwner()
  const client = await clientOf(owner)
  const get = async (path: string) => (await client.get(path)).json()
  return {
    owner,
    client,
    async start(...companies: (number | Company)[]) {
      const response = await client.post('/api/runs', startBody(...companies))
      return RunStarted.parse(await response.json()).run_id
    },
    async watch(run_id: string, cursor?: string) {
      const headers = cursor === undefined ? {} : { 'last-event-id': cursor }
      return new Watcher(await client.get(`/api/runs/${run_id}/stream`, headers))
    },
    view: async (run_id: string) => RunViewSchema.parse(await get(`/api/runs/${run_id}`)),
    jobs: async (run_id: string) =>
      JobPage.parse(await get(`/api/runs/${run_id}/jobs?limit=1000`)).jobs,
  }
}

export type TestUser = Awaited<ReturnType<typeof newUser>>

/** Watches a run to its end. Checks that the watcher's fold, the object and Postgres agree. */
export async function follow(who: TestUser, run_id: string): Promise<RunView> {
  const watcher = await (await who.watch(run_id)).drain()
  expectOrder(watcher)
  const view = await who.view(run_id)
  expect(view).toMatchObject({ status: watcher.state.status, cursor: watcher.cursor })
  await agree(who, run_id, watcher)
  return view
}

/**
 * Checks EV-1 to EV-3: the status comes first, each status once and in order, ids rise, and all jobs and
 * the end come last.
 */
function expectOrder({ events, cursor }: Watcher): void {
  const life = ['pending', 'initializing', 'ingesting', 'finished', 'error', 'aborted']
  const statuses = events.flatMap((one) => (one.event === 'status' ? life.indexOf(one.data) : []))
  expect(statuses).toEqual([...new Set(statuses)].toSorted((a, b) => a - b))
  const seqs = events.flatMap(({ id }) => (id === undefined ? [] : Number(id.split('.')[1])))
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b))
  expect(events[0]?.event).toBe(statuses.length === 1 ? 'groups' : 'status')
  expect(events.slice(-3, -1).map(({ event }) => event)).toEqual(['all_jobs', 'complete'])
  expect(events.at(-1)).toMatchObject({ event: 'status', id: cursor })
}

export async function agree(who: TestUser, run_id: string, watcher: Watcher): Promise<void> {
  const jobs = await who.jobs(run_id)
  const shown = new Map<string, Record<string, string>>()
  for (const { group, external_id, status } of jobs) {
    shown.set(group, { ...shown.get(group), [external_id]: status })
  }
  expect(picture(watcher.state)).toEqual(Object.fromEntries(shown))
  const { snapshot, counts } = await who.view(run_id)
  // EV-6: the last progress has the counts of the end.
  expect(watcher.state.progress?.counts).toEqual(counts)
  expect(watcher.state.snapshot).toEqual(snapshot)
  const { total, ready, failed, skipped, aborted } = snapshot ?? {}
  expect({ total, sum: [ready, failed, skipped, aborted] }).toEqual({
    total: jobs.length,
    sum: ['ready', 'failed', 'skipped', 'aborted'].map(
      (status) => jobs.filter((job) => job.status === status).length,
    ),
  })
  await inPostgres(who, run_id)
  const rows = await database().query(
    'SELECT "group", external_id, status, outcome, attempt FROM run_jobs WHERE owner = $1 AND run_id = $2',
    [who.owner, run_id],
  )
  const stored = new Map(
    rows.map((row) => [JSON.stringify([row['group'], row['external_id']]), row]),
  )
  for (const { group, external_id, status, outcome, attempt } of jobs) {
    expect(stored.get(JSON.stringify([group, external_id]))).toMatchObject({
      status,
      outcome: outcome ?? null,
      attempt,
    })
  }
  expect(stored.size).toBe(jobs.length)
}

/** Waits for the last checkpoint of an ended run, and reads its row. */
async function inPostgres({ owner }: TestUser, run_id: string): Promise<Record<string, unknown>> {
  return vi.waitFor(
    async () => {
      const rows = await database().query(
        'SELECT status, total, view FROM runs WHERE owner = $1 AND run_id = $2 AND ended_at IS NOT NULL',
        [owner, run_id],
      )
      if (rows[0] === undefined) throw new Error('the run is not in Postgres')
      return rows[0]
    },
    { timeout: 60_000 },
  )
}
