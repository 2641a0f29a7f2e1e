import { expect } from 'vitest'

import type { WatchedRun } from '../../src/protocol/fold.ts'
import type { Owner, RunId } from '../../src/protocol/ids.ts'
import type { Stub } from './object.ts'
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
  expect(view?.counts.total).toBe(jobs.length)
  expect(await storedJobs(owner, run_id)).toEqual(jobs.toSorted())
  const statuses = page.jobs.map(({ group, external_id, status }) => [group, external_id, status])
  expect(folded(shown)).toEqual(statuses.map((one) => JSON.stringify(one)).toSorted())
  const sql = 'SELECT status, total FROM runs WHERE owner = $1 AND run_id = $2'
  const stored = await database().query(sql, [owner, run_id])
  expect(stored).toEqual([{ status: view?.status, total: jobs.length }])
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
