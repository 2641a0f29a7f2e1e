import type { ArchivedJob } from '../protocol/archive.ts'
import type { RunName } from '../protocol/ids.ts'
import type { StoredJob } from '../protocol/run.ts'
import type { Database } from './connect.ts'
import { isUnfenced } from './fences.ts'
import { rowsByKey } from './job-rows.ts'
import { jsonText } from './json.ts'
import { type FailedRow, writeSplitting } from './split.ts'

/**
 * Writes a page of a run's jobs in one statement. The run's object decides (RUN-2): its row replaces a
 * worker's row, unless the worker's has a higher attempt. An unchanged row costs no write. Returns the rows
 * that Postgres cannot hold.
 */
export async function writeRunJobs(
  db: Database,
  { owner, run_id }: RunName,
  rows: readonly StoredJob[],
): Promise<readonly FailedRow<StoredJob>[]> {
  const page = [...rowsByKey(rows).values()].map(({ written }) => written)
  const { failed } = await writeSplitting(page, (part) =>
    db.query(writing(SHOWN), [owner, run_id, jsonText(part)]),
  )
  return failed
}

/** Writes a page of an ended run's jobs for the archive, with every shown field and the positions. */
export async function placeRunJobs(
  db: Database,
  { owner, run_id }: RunName,
  rows: readonly ArchivedJob[],
): Promise<readonly FailedRow<ArchivedJob>[]> {
  const { failed } = await writeSplitting(rows, (part) =>
    db.query(writing(ARCHIVED), [owner, run_id, jsonText(part)]),
  )
  return failed
}

const SHOWN = ['title', 'status', 'outcome', 'attempt', 'error']
export const PLACED = [...SHOWN, 'url', 'group_ord', 'n']
export const ARCHIVED = [...PLACED, 'attempts']

export function tuple(table: string, columns: readonly string[]): string {
  return `(${columns.map((name) => `${table}.${name}`).join(', ')})`
}

/** The jobs of parameter $3, as a FROM item. */
export const givenJobs = `(
  SELECT "group", external_id, title, status, outcome, attempt, nullif(error, 'null') AS error,
    url, group_ord, n, nullif(attempts, 'null') AS attempts
  FROM jsonb_to_recordset($3::text::jsonb) AS row(
    "group" text, external_id text, title text, status text, outcome text, attempt integer,
    error jsonb, url text, group_ord integer, n integer, attempts jsonb)
) AS given`

// The outcome of a worker's commit stays when the object decides otherwise: an aborted job that is tried
// again finds its own posting and is still `new` (JOB-4).
const writing = (columns: readonly string[]) => `
INSERT INTO run_jobs AS kept (owner, run_id, "group", external_id, ${columns.join(', ')})
SELECT $1::text, $2::text, "group", external_id, ${columns.join(', ')}
FROM ${givenJobs} WHERE ${isUnfenced}
ORDER BY "group", external_id
ON CONFLICT (owner, run_id, "group", external_id) DO UPDATE SET
  ${columns.map((name) => `${name} = excluded.${name}`).join(', ')},
  updated_at = CASE WHEN (kept.status, kept.attempt) = (excluded.status, excluded.attempt) THEN kept.updated_at ELSE now() END,
  result = CASE WHEN excluded.status = 'ready' THEN kept.result END,
  first_outcome = coalesce(kept.first_outcome, nullif(kept.outcome, 'unchanged'))
WHERE kept.attempt <= excluded.attempt
  AND ${tuple('kept', columns)} IS DISTINCT FROM ${tuple('excluded', columns)}`
