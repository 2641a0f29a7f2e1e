import { z } from 'zod'

import type { Database, Statement } from './connect.ts'
import type { FenceKey } from './fences.ts'

/** The task that removes, and the most rows of one statement. */
export type Slice = FenceKey & { readonly limit: number }

/** How many rows of a part one statement removed, and how many the task has removed of it in all. */
export type Removed = { readonly removed: number; readonly total: number }

/** Removes some of the rows of a table that the condition names, and counts them for the task in the same statement. */
export type Removal = {
  readonly table: string
  /** The condition over `kept`. `$1` is the owner; its own parameters begin with `$5`. */
  readonly where: string
  readonly params: readonly unknown[]
  /** The order of an index by which Postgres shall look the rows up. */
  readonly order?: string
}

export async function removeSlice(
  db: Database,
  { owner, task_id, limit }: Slice,
  { table, where, params, order }: Removal,
): Promise<Removed> {
  const sorted = order === undefined ? '' : `ORDER BY ${order}`
  const text = `
WITH removed AS (
  DELETE FROM "${table}" WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM "${table}" AS kept WHERE kept.owner = $1::text AND ${where} ${sorted} LIMIT $3::integer))
  RETURNING 1
)
${COUNTED}`
  const [row] = await db.batch([...BY_INDEX, [text, [owner, task_id, limit, table, ...params]]])
  return Counted.parse(row)
}

const Counted = z.object({ removed: z.int(), total: z.int() })

/** Left to itself, Postgres reads a table of which an owner has a large part. */
const BY_INDEX: readonly Statement[] = [['SET LOCAL enable_seqscan = off', []]]

/** Adds the rows of `removed` to the task’s count of the part `$4`. */
const COUNTED = `
, noted AS (
  INSERT INTO removals AS kept (owner, task_id, part, count)
  SELECT $1::text, $2::text, $4::text, count(*)::integer FROM removed HAVING count(*) > 0
  ON CONFLICT (owner, task_id, part) DO UPDATE SET count = kept.count + excluded.count
  RETURNING count
)
SELECT (SELECT count(*)::integer FROM removed) AS removed, coalesce(
  (SELECT count FROM noted),
  (SELECT count FROM removals WHERE owner = $1::text AND task_id = $2::text AND part = $4::text), 0) AS total`

/** Reads what a task has removed, by part. `objects`: the runs whose objects it has emptied, which are those that it fenced. */
export async function readRemovals(
  db: Database,
  { owner, task_id }: FenceKey,
): Promise<Readonly<Record<string, number>>> {
  const rows = await db.query(READ, [owner, task_id])
  return Object.fromEntries(Parts.parse(rows).map(({ part, count }) => [part, count]))
}

const READ = `
SELECT part, count FROM removals WHERE owner = $1::text AND task_id = $2::text
UNION ALL
SELECT 'objects', count(*)::integer FROM fences WHERE owner = $1::text AND task_id = $2::text
HAVING count(*) > 0`

const Parts = z.array(z.object({ part: z.string(), count: z.int() }))

/** Removes the counts of a task, once its receipt has them. */
export async function dropRemovals(db: Database, { owner, task_id }: FenceKey): Promise<void> {
  await db.query('DELETE FROM removals WHERE owner = $1::text AND task_id = $2::text', [
    owner,
    task_id,
  ])
}

/** The tables of the deletion itself: a task removes its own rows of them at its end. */
const OWN = new Set(['fences', 'removals'])

/**
 * Lists the tables that have an owner, as Postgres has them: a table that a later version adds is among them. The table of
 * vectors comes with an extension alone.
 */
export async function ownedTables(db: Database): Promise<readonly string[]> {
  const found = Tables.parse(await db.query(OWNED, []))
  return found.map(({ name }) => name).filter((name) => !OWN.has(name))
}

const Tables = z.array(z.object({ name: z.string() }))

const OWNED = `
SELECT columns.table_name AS name FROM information_schema.columns AS columns
JOIN information_schema.tables AS tables USING (table_schema, table_name)
WHERE column_name = 'owner' AND table_schema = current_schema() AND table_type = 'BASE TABLE'
ORDER BY name`

/** All rows of an owner in a table. The name comes from `ownedTables`. */
export function allOf(table: string): Removal {
  return { table, where: 'true', params: [] }
}

/** The parts of a run, in the order in which they go. The run's row is the first: no list shows the run from then on. */
export const RUN_PARTS = ['runs', 'posting_changes', 'visits', 'run_logs', 'run_jobs'] as const
type ErasedPart = (typeof RUN_PARTS)[number]

export function ofRun(part: ErasedPart, run_id: string): Removal {
  return { table: part, where: RUN_WHERE[part], params: [run_id] }
}

const OF_RUN = 'kept.run_id = $5::text'

const RUN_WHERE: Readonly<Record<ErasedPart, string>> = {
  posting_changes: OF_RUN,
  // The number of a company's newest visit outlives the run: `forgetRun` takes the run's id out of it.
  visits: `${OF_RUN} AND EXISTS (SELECT FROM visits AS later WHERE later.owner = kept.owner
    AND later.company = kept.company AND later.visit > kept.visit)`,
  run_logs: OF_RUN,
  run_jobs: OF_RUN,
  runs: OF_RUN,
}

/**
 * Takes the id of a run out of rows that stay: the postings that it read, and the newest visits of its companies. Returns
 * how many rows were changed: fewer than `limit` if no more are left.
 */
export async function forgetRun(
  db: Database,
  { owner, run_id }: { readonly owner: string; readonly run_id: string },
  limit: number,
): Promise<number> {
  const [row] = await db.batch([...BY_INDEX, [FORGET, [owner, run_id, limit]]])
  return z.object({ count: z.int() }).parse(row).count
}

/** No index has a posting's run. Its company is among the groups of the run, or among the companies that it visited. */
const FORGET = `
WITH seen AS MATERIALIZED (
  SELECT jsonb_object_keys(view->'groups') AS company FROM runs
  WHERE owner = $1::text AND run_id = $2::text AND pipeline = 'ingestion'
  UNION SELECT company FROM visits WHERE owner = $1::text AND run_id = $2::text
),
named AS (
  UPDATE postings SET run_id = CASE WHEN run_id = $2::text THEN '' ELSE run_id END,
    missed_run = CASE WHEN missed_run = $2::text THEN '' ELSE missed_run END
  WHERE ctid = ANY (ARRAY(
    SELECT found.place FROM seen CROSS JOIN LATERAL (
      SELECT ctid AS place FROM postings AS kept WHERE kept.owner = $1::text AND kept.company = seen.company
        AND (kept.run_id = $2::text OR kept.missed_run = $2::text) LIMIT $3::integer
    ) AS found LIMIT $3::integer))
  RETURNING 1
),
newest AS (
  UPDATE visits AS kept SET run_id = '' WHERE owner = $1::text AND run_id = $2::text
    AND NOT EXISTS (SELECT FROM visits AS later WHERE later.owner = kept.owner
      AND later.company = kept.company AND later.visit > kept.visit)
    AND (SELECT count(*) FROM named) < $3::integer
)
SELECT count(*)::integer AS count FROM named`

/** Counts the documents whose state is in a job of this run. */
export async function countDocuments(
  db: Database,
  { owner, run_id }: { readonly owner: string; readonly run_id: string },
): Promise<number> {
  const [row] = await db.query(
    'SELECT count(*)::integer AS count FROM documents WHERE owner = $1::text AND run_id = $2::text',
    [owner, run_id],
  )
  return z.object({ count: z.int() }).parse(row).count
}

/** Whether a table still has a row of an owner. The name comes from `ownedTables`. */
export async function hasAny(db: Database, table: string, owner: string): Promise<boolean> {
  return (
    (await db.query(`SELECT FROM "${table}" WHERE owner = $1::text LIMIT 1`, [owner])).length > 0
  )
}

/** Lists ids of an owner's runs after one of them, in their order. */
export async function runIdsOf(
  db: Database,
  {
    owner,
    after,
    limit,
  }: { readonly owner: string; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.query(
    `SELECT run_id FROM runs WHERE owner = $1::text AND run_id > $2::text ORDER BY run_id LIMIT $3::integer`,
    [owner, after, limit],
  )
  return z
    .array(z.object({ run_id: z.string() }))
    .parse(rows)
    .map(({ run_id }) => run_id)
}
