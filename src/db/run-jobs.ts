import type { StoredJob } from '../protocol/run.ts'
import type { Database } from './connect.ts'
import { rowsByKey } from './job-rows.ts'
import { jsonText } from './json.ts'
import { type FailedRow, writeSplitting } from './split.ts'

/**
 * Writes a page of a run's jobs in one statement. The object decides (RUN-2): what it says
 * replaces what a worker left, unless that worker has a higher attempt. Rows that say the same
 * already cost no write. Answers the rows that Postgres cannot hold.
 */
export async function writeRunJobs(
  db: Database,
  { owner, run_id }: { readonly owner: string; readonly run_id: string },
  rows: readonly StoredJob[],
): Promise<readonly FailedRow<StoredJob>[]> {
  const page = [...rowsByKey(rows).values()].map(({ written }) => written)
  const { failed } = await writeSplitting(page, (part) =>
    db.query(STATEMENT, [owner, run_id, jsonText(part)]),
  )
  return failed
}

const shown = ['title', 'status', 'outcome', 'attempt', 'error']
const shownOf = (table: string) => `(${shown.map((name) => `${table}.${name}`).join(', ')})`

const STATEMENT = `
INSERT INTO run_jobs AS kept (owner, run_id, "group", external_id, ${shown.join(', ')})
SELECT $1::text, $2::text, "group", external_id, title, status, outcome, attempt,
  nullif(error, 'null')
FROM jsonb_to_recordset($3::text::jsonb) AS row(
  "group" text, external_id text, title text, status text, outcome text, attempt integer,
  error jsonb)
ORDER BY "group", external_id
ON CONFLICT (owner, run_id, "group", external_id) DO UPDATE SET
  ${shown.map((name) => `${name} = excluded.${name}`).join(', ')}, updated_at = now()
WHERE kept.attempt <= excluded.attempt
  AND ${shownOf('kept')} IS DISTINCT FROM ${shownOf('excluded')}`
