import { z } from 'zod'

import { Owner, RunId, type RunName } from '../protocol/ids.ts'
import type { Database, Statement } from './connect.ts'
import { exactIsoText } from './iso.ts'
import { jsonText } from './json.ts'

/** An archived run that Postgres still has parts of. `ended_at` has Postgres's full precision. */
export type OldRun = RunName & { readonly ended_at: string; readonly marked: boolean }

export type OldRunsQuery = {
  /** Runs that ended before this time, in ms since 1970. */
  readonly before: number
  /** The runs of this owner alone, or of all owners but some. */
  readonly of: { readonly owner: string } | { readonly but: readonly string[] }
  /** The last run of the page before. */
  readonly after: OldRun | null
  readonly limit: number
}

/** Lists archived runs, the oldest end first. A marked run's removal has begun. */
export async function listOldRuns(
  db: Database,
  { before, of, after, limit }: OldRunsQuery,
): Promise<readonly OldRun[]> {
  const place = after === null ? ['-infinity', '', ''] : [after.ended_at, after.owner, after.run_id]
  const until = new Date(Math.max(0, before)).toISOString()
  const whose = 'owner' in of ? [of.owner, '[]'] : [null, JSON.stringify(of.but)]
  return OldRuns.parse(await db.query(LIST, [until, ...place, limit, ...whose]))
}

const OldRuns = z.array(
  z.object({ owner: Owner, run_id: RunId, ended_at: z.string(), marked: z.boolean() }),
)

const LIST = `
SELECT owner, run_id, ${exactIsoText('ended_at')} AS ended_at, removed_at IS NOT NULL AS marked
FROM runs
WHERE group_keys IS NOT NULL AND NOT emptied AND ended_at < $1::timestamptz
  AND (ended_at, owner, run_id) > ($2::timestamptz, $3::text, $4::text)
  AND ($6::text IS NULL OR owner = $6::text)
  AND owner NOT IN (SELECT jsonb_array_elements_text($7::text::jsonb))
ORDER BY runs.ended_at, owner, run_id LIMIT $5::integer`

/** The parts of a run that are removed, in this order. */
export const REMOVED_PARTS = ['visits', 'changes', 'lines', 'jobs'] as const
export type RemovedPart = (typeof REMOVED_PARTS)[number]

/** Marks runs as removed. From then on no route shows their jobs, log and expiries. */
export async function markRemoved(
  db: Database,
  runs: readonly RunName[],
  now: number,
): Promise<void> {
  await db.query(MARK, [named(runs), new Date(now).toISOString()])
}

/** Removes at most `limit` rows of a part of marked runs. Returns how many it removed: fewer if no more are left. */
export async function removeRows(
  db: Database,
  part: RemovedPart,
  { runs, limit }: { readonly runs: readonly RunName[]; readonly limit: number },
): Promise<number> {
  const [row] = await db.batch([...BY_INDEX, [REMOVE[part], [named(runs), limit]]])
  return Removed.parse(row).count
}

/**
 * Where a run has a large part of a table, Postgres would rather read the table, or read and sort all of the run for
 * each slice.
 */
const BY_INDEX: readonly Statement[] = [
  ['SET LOCAL enable_seqscan = off', []],
  ['SET LOCAL enable_sort = off', []],
]

const Removed = z.object({ count: z.int() })

/** Notes that nothing of these runs is left to remove. */
export async function noteEmptied(db: Database, runs: readonly RunName[]): Promise<void> {
  await db.query(EMPTIED, [named(runs)])
}

function named(runs: readonly RunName[]): string {
  return jsonText(runs.map(({ owner, run_id }) => ({ owner, run_id })))
}

/**
 * The places of rows of the runs in $1. The inner limit keeps Postgres from a join, which might read the whole table;
 * the order is that of the index by which Postgres shall look a run up.
 */
const places = (table: string, { where = 'true', order, limit }: Lookup) => `ARRAY(
  SELECT found.place FROM jsonb_to_recordset($1::text::jsonb) AS old(owner text, run_id text)
  CROSS JOIN LATERAL (
    SELECT ctid AS place FROM ${table} AS kept
    WHERE kept.owner = old.owner AND kept.run_id = old.run_id AND ${where}
    ${order === undefined ? '' : `ORDER BY ${order}`} LIMIT ${limit}
  ) AS found
  LIMIT ${limit})`

type Lookup = { readonly where?: string; readonly order?: string; readonly limit: string }

/** More runs than one call names. */
const ALL_RUNS = '1000'

const change = (set: string) => `
UPDATE runs SET ${set}
WHERE ctid = ANY (${places('runs', { order: 'kept.owner, kept.run_id', limit: ALL_RUNS })})
  AND group_keys IS NOT NULL`

const MARK = `${change('removed_at = $2::timestamptz')} AND removed_at IS NULL`
const EMPTIED = `${change('emptied = true')} AND removed_at IS NOT NULL`

const remove = (table: string, lookup: Omit<Lookup, 'limit'>) => `
WITH removed AS (
  DELETE FROM ${table} WHERE ctid = ANY (${places(table, { ...lookup, limit: '$2::integer' })})
  RETURNING 1
)
SELECT count(*)::integer AS count FROM removed`

const REMOVE: Readonly<Record<RemovedPart, string>> = {
  // The number of a company's newest visit outlives the company, and a held expiry of it may still be judged.
  visits: remove('visits', {
    where: `EXISTS (SELECT FROM visits AS later WHERE later.owner = kept.owner
      AND later.company = kept.company AND later.visit > kept.visit)`,
  }),
  changes: remove('posting_changes', {}),
  lines: remove('run_logs', { order: 'kept.seq' }),
  // A document's state is in its job, as long as the document names the run. A join would read all documents.
  jobs: remove('run_jobs', {
    where: `(SELECT run_id FROM documents WHERE documents.owner = kept.owner
      AND document_id = kept.external_id) IS DISTINCT FROM kept.run_id`,
    order: 'kept."group", kept.external_id',
  }),
}
