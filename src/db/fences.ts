import { z } from 'zod'

import type { Database } from './connect.ts'

/**
 * A condition of statements that write rows of a run: false once the run's deletion has begun (DEL-2). `$1` is the owner,
 * `run` the parameter with the run's id. The tables `runs` and `visits` have a trigger instead.
 */
export const unfenced = (run: string) => `NOT EXISTS (
  SELECT 1 FROM fences WHERE fences.owner = $1::text AND fences.run_id = ${run}::text)`

export const isUnfenced = unfenced('$2')

/** Stands in the last visit of a deleted company in place of who decided its expiry. No owner has this name. */
export const BY_DELETION = ''

export type FenceKey = { readonly owner: string; readonly task_id: string }

/** Sets the fences of runs. Returns the number of the transaction, which orders it among those of others. */
export async function setFences(
  db: Database,
  { owner, task_id }: FenceKey,
  run_ids: readonly string[],
): Promise<string> {
  const [row] = await db.query(SET, [owner, task_id, JSON.stringify(run_ids)])
  return Moment.parse(row).moment
}

const SET = `
WITH put AS (
  INSERT INTO fences (owner, run_id, task_id)
  SELECT $1::text, run_id, $2::text FROM jsonb_array_elements_text($3::text::jsonb) AS given(run_id)
  ORDER BY run_id
  ON CONFLICT (owner, run_id) DO UPDATE SET task_id = excluded.task_id
)
SELECT pg_current_xact_id()::text AS moment`

/** Returns the number of a transaction of now. */
export async function readMoment(db: Database): Promise<string> {
  const [row] = await db.query('SELECT pg_current_xact_id()::text AS moment', [])
  return Moment.parse(row).moment
}

const Moment = z.object({ moment: z.string() })

/**
 * Whether each statement that began before this transaction has ended. A statement that began before a fence was set does
 * not see the fence, and may still write. Only the statements of the Worker's own role count: those of others do not write
 * here, and a backup takes hours.
 */
export async function isAlone(db: Database, moment: string): Promise<boolean> {
  return (await db.query(OLDER, [moment])).length === 0
}

const OLDER = `
SELECT pid FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
  AND backend_xmin IS NOT NULL AND age(backend_xmin) >= age($1::text::xid8::xid)
LIMIT 1`

/** Lists runs that a task has fenced, after one of them. */
export async function fencedRuns(
  db: Database,
  { owner, task_id }: FenceKey,
  { after, limit }: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.query(FENCED, [owner, task_id, after, limit])
  return Fenced.parse(rows).map(({ run_id }) => run_id)
}

const Fenced = z.array(z.object({ run_id: z.string() }))

const FENCED = `
SELECT run_id FROM fences WHERE owner = $1::text AND task_id = $2::text AND run_id > $3::text
ORDER BY run_id LIMIT $4::integer`

/** Removes the fences that this task has set on these runs. */
export async function liftFences(
  db: Database,
  { owner, task_id }: FenceKey,
  run_ids: readonly string[],
): Promise<void> {
  await db.query(LIFT, [owner, task_id, JSON.stringify(run_ids)])
}

const LIFT = `
DELETE FROM fences WHERE owner = $1::text AND task_id = $2::text
  AND run_id IN (SELECT jsonb_array_elements_text($3::text::jsonb))`
