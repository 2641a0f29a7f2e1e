import { runDurableObjectAlarm } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { expect, vi } from 'vitest'

import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import type { Owner, RunId } from '../../src/protocol/ids.ts'
import { PollAnswer } from '../../src/protocol/poll.ts'
import { settings, type Stub } from './object.ts'
import { database } from './parts.ts'
import { picture } from './watch.ts'

type Seen = { readonly run: Stub; readonly owner: Owner; readonly run_id: RunId }

/** Checks that the object, Postgres and a watcher's fold of a run at rest agree on every job. */
export async function agree({ run, owner, run_id }: Seen, shown: WatchedRun): Promise<void> {
  const view = await run.view({ owner })
  expect(shown.status).toBe(view?.status)
  const page = await run.jobs({ owner, limit: 1_000 })
  if (page === undefined || page === 'bad_cursor') throw new Error('the run is not there')
  const jobs = page.jobs.map(({ group, external_id, status, outcome, attempt }) =>
    JSON.stringify([group, external_id, status, outcome ?? null, attempt]),
  )
  const counts = view?.counts
  expect(counts?.total).toBe(jobs.length)
  expect(await storedJobs(owner, run_id)).toEqual(jobs.toSorted())
  const statuses = page.jobs.map(({ group, external_id, status }) => [group, external_id, status])
  expect(folded(shown)).toEqual(statuses.map((one) => JSON.stringify(one)).toSorted())
  const sql = 'SELECT status, total FROM runs WHERE owner = $1 AND run_id = $2'
  const stored = await database().query(sql, [owner, run_id])
  expect(stored).toEqual([{ status: view?.status, total: jobs.length }])
  const listed = async () => {
    const row = await listedRun(owner, run_id)
    if (row?.status !== view?.status) await tellAgain(run)
    return row
  }
  const due = { status: view?.status, detail: { run: { progress: { counts } } } }
  await expect.poll(listed).toMatchObject(due)
}

/** Lets the time pass after which a run tells its owner's list again. */
async function tellAgain(run: Stub): Promise<void> {
  vi.setSystemTime(Date.now() + settings.unclaimed_max_ms)
  await runDurableObjectAlarm(run)
}

/** OWN-1: the run as a new watcher of its owner's list is shown it. */
async function listedRun(owner: Owner, run_id: RunId) {
  const headers = { 'x-runcast-owner': encodeURIComponent(owner) }
  const list = env.OWNERS.get(env.OWNERS.idFromName(owner))
  const answer = await list.fetch('https://list/events?detail=1', { headers })
  const { events } = PollAnswer.parse(await answer.json())
  return events.reduce(fold, unwatched).jobs.get('runs')?.get(run_id)
}

/** Reads a run's jobs from Postgres, one line each. */
export async function storedJobs(owner: Owner, run_id: RunId): Promise<string[]> {
  const sql = `SELECT "group", external_id, status, outcome, attempt FROM run_jobs
    WHERE owner = $1 AND run_id = $2`
  const rows = await database().query(sql, [owner, run_id])
  return rows.map((row) => JSON.stringify(Object.values(row))).toSorted()
}

function folded(shown: WatchedRun): string[] {
  const groups = Object.entries(picture(shown))
  const jobs = groups.flatMap(([group, all]) => Object.entries(all).map((job) => [group, ...job]))
  return jobs.map((job) => JSON.stringify(job)).toSorted()
}
