import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { MatterId, type MatterPage, MatterView } from '../protocol/matter.ts'
import { classify } from './classify.ts'
import type { Database } from './connect.ts'
import { WITH_JOB } from './documents.ts'
import { exactIsoText, isoText } from './iso.ts'
import {
  cutPage,
  decodePosition,
  encodePosition,
  type ListAnswer,
  StoredKey,
  StoredTime,
} from './page.ts'
import { readableRows, readRow, type RowName } from './readable.ts'

/** A matter is asked for by its id or by its name. */
export type AskedMatter = { readonly matter_id: MatterId } | { readonly name: string }

const Place = z.object({
  matter_id: MatterId,
  group: z.string().brand<'GroupKey'>(),
  name: z.string(),
})
/** What an action on a matter needs. */
export type MatterPlace = z.infer<typeof Place>

type MatterKey = { readonly owner: string; readonly matter_id: MatterId }

/** Finds a matter. A name that no matter has now finds the matter whose first name it was. */
export async function findMatter(
  db: Database,
  owner: string,
  asked: AskedMatter,
): Promise<MatterPlace | undefined> {
  const [row] =
    'name' in asked
      ? await db.query(BY_NAME, [owner, cleanText(asked.name)])
      : await db.query(BY_ID, [owner, asked.matter_id])
  return row && readRow(Place, row, nameOfMatter(owner, row))
}

const BY_ID = `SELECT matter_id, "group", name FROM matters
WHERE owner = $1::text AND matter_id = $2::text`

const BY_NAME = `SELECT matter_id, "group", name FROM matters
WHERE owner = $1::text AND (name = $2::text OR "group" = $2::text)
ORDER BY name = $2::text DESC LIMIT 1`

/** Finds the matter that has this name now, or makes it. `made`: this call made it. */
export async function placeMatter(
  db: Database,
  owner: string,
  name: string,
): Promise<MatterPlace & { readonly made: boolean }> {
  const params = [owner, cleanText(name)]
  // A statement does not see the row of a concurrent one that it waited for. The next statement sees it.
  const [row] = await db.batch([
    [PLACE, params],
    [NAMED, params],
  ])
  return readRow(Place.extend({ made: z.boolean() }), row ?? {}, nameOfMatter(owner, { name }))
}

/** The group is the name, unless it is the group of a matter that was renamed. */
const PLACE = `
INSERT INTO matters (owner, matter_id, "group", name)
SELECT $1::text, id, CASE
    WHEN EXISTS (SELECT 1 FROM matters AS other WHERE other.owner = $1::text AND other."group" = $2::text)
    THEN left($2::text, 90) || ' ' || left(id, 8) ELSE $2::text END, $2::text
FROM (SELECT replace(gen_random_uuid()::text, '-', '') AS id) AS made
WHERE NOT EXISTS (SELECT 1 FROM matters AS kept WHERE kept.owner = $1::text AND kept.name = $2::text)
ON CONFLICT DO NOTHING`

/** `now()` is the time at which the transaction began. */
const NAMED = `SELECT matter_id, "group", name, created_at = now() AS made FROM matters
WHERE owner = $1::text AND name = $2::text`

/** Renames a matter. Its documents stay in the group of their runs. 'taken': another matter has the name. */
export async function renameMatter(
  db: Database,
  { owner, matter_id }: MatterKey,
  name: string,
): Promise<'renamed' | 'taken' | undefined> {
  try {
    const [row] = await db.query(RENAME, [owner, matter_id, cleanText(name)])
    if (row?.['found'] !== true) return undefined
    return row['renamed'] === true ? 'renamed' : 'taken'
  } catch (error) {
    // Another matter got the name at the same moment.
    const fault = classify(error)
    if (fault.kind === 'data' && fault.code === UNIQUE_VIOLATION) return 'taken'
    throw error
  }
}

const UNIQUE_VIOLATION = '23505'

const RENAME = `
WITH put AS (
  UPDATE matters SET name = $3::text
  WHERE owner = $1::text AND matter_id = $2::text AND NOT EXISTS (
    SELECT 1 FROM matters AS other
    WHERE other.owner = $1::text AND other.name = $3::text AND other.matter_id <> $2::text)
  RETURNING matter_id
)
SELECT EXISTS (SELECT 1 FROM matters WHERE owner = $1::text AND matter_id = $2::text) AS found,
  EXISTS (SELECT 1 FROM put) AS renamed`

/**
 * Removes a matter without documents, and its watch tokens. 'used': the matter has documents. The transaction locks the matter first:
 * documents that are put in meanwhile are committed before, or make the matter anew.
 */
export async function removeMatter(
  db: Database,
  { owner, matter_id }: MatterKey,
): Promise<'removed' | 'used' | undefined> {
  const params = [owner, matter_id]
  const [row] = await db.batch([
    [`${BY_ID} FOR UPDATE`, params],
    [REMOVE, params],
  ])
  if (row?.['found'] !== true) return undefined
  return row['removed'] === true ? 'removed' : 'used'
}

const REMOVE = `
WITH gone AS (
  DELETE FROM matters AS kept WHERE kept.owner = $1::text AND kept.matter_id = $2::text
    AND NOT EXISTS (
      SELECT 1 FROM documents WHERE documents.owner = kept.owner AND documents.matter = kept."group")
  RETURNING kept.matter_id
),
unshared AS (
  DELETE FROM watch_tokens WHERE owner = $1::text AND matter_id IN (SELECT matter_id FROM gone)
)
SELECT EXISTS (SELECT 1 FROM matters WHERE owner = $1::text AND matter_id = $2::text) AS found,
  EXISTS (SELECT 1 FROM gone) AS removed`

type Withdrawal = {
  readonly owner: string
  readonly document_ids: readonly string[]
  /** The matter that was made for the documents. */
  readonly made?: MatterId | undefined
}

/** Removes the documents that were added for a run that could not be started, and the matter that was made for them. */
export async function withdrawDocuments(
  db: Database,
  { owner, document_ids, made }: Withdrawal,
): Promise<void> {
  const params = [owner, JSON.stringify(document_ids)]
  const given = '(SELECT jsonb_array_elements_text($2::text::jsonb))'
  const statements = [
    `DELETE FROM attachments WHERE owner = $1::text
      AND (parent_id IN ${given} OR document_id IN ${given})`,
    `DELETE FROM documents WHERE owner = $1::text AND document_id IN ${given}`,
  ]
  await db.batch(statements.map((statement) => [statement, params] as const))
  if (made !== undefined) await removeMatter(db, { owner, matter_id: made })
}

export async function readMatter(
  db: Database,
  { owner, matter_id }: MatterKey,
): Promise<MatterView | undefined> {
  const [row] = await db.query(LIST, [owner, matter_id, null, null, 1])
  return row && readRow(MatterView, row, nameOfMatter(owner, row))
}

type MatterQuery = {
  readonly owner: string
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([StoredTime, StoredKey])

/** Lists an owner's matters, the one with the newest document first. */
export async function listMatters(
  db: Database,
  { owner, cursor, limit }: MatterQuery,
): Promise<ListAnswer<MatterPage>> {
  const before = cursor === undefined ? null : decodePosition(Position, cursor)
  if (before === undefined) return { kind: 'bad_cursor' }
  const [time, id] = before ?? [null, null]
  const rows = await db.query(LIST, [owner, null, time, id, limit + 1])
  const { rows: found, last } = cutPage(rows, limit)
  const matters = readableRows(MatterView, found, (row) => nameOfMatter(owner, row))
  const next_cursor = last
    ? encodePosition([String(last['stored_at']), String(last['matter_id'])])
    : null
  return { kind: 'page', page: { matters, next_cursor } }
}

/** A document that was indexed from its file is ready, as in the list of documents. */
const LIST = `
WITH counted AS (
  SELECT kept.matter, max(kept.created_at) AS newest, count(*)::integer AS documents,
    CASE WHEN kept.indexed_at IS NOT NULL THEN 'ready' ELSE coalesce(job.status, 'pending') END AS told_status,
    sum(CASE WHEN kept.stage IS NOT NULL AND jsonb_typeof(kept.notices) = 'array'
      THEN jsonb_array_length(kept.notices) ELSE 0 END)::integer AS notices
  FROM ${WITH_JOB}
  WHERE kept.owner = $1::text AND ($2::text IS NULL OR kept.matter = (
    SELECT "group" FROM matters WHERE owner = $1::text AND matter_id = $2::text))
  GROUP BY kept.matter, told_status
),
told AS (
  SELECT matter_id, "group", name, matters.created_at,
    greatest(matters.created_at, max(counted.newest)) AS latest,
    jsonb_build_object('total', coalesce(sum(documents), 0),
      'by_status', coalesce(jsonb_object_agg(told_status, documents) FILTER (WHERE told_status IS NOT NULL), '{}')
    ) AS documents,
    coalesce(sum(notices), 0)::integer AS notices
  FROM matters LEFT JOIN counted ON counted.matter = matters."group"
  WHERE matters.owner = $1::text AND ($2::text IS NULL OR matter_id = $2::text)
  GROUP BY matter_id, "group", name, matters.created_at
)
SELECT matter_id, "group", name, ${isoText('created_at')} AS created_at, documents, notices,
  ${exactIsoText('latest')} AS stored_at
FROM told
WHERE $3::text IS NULL OR (latest, matter_id) < ($3::text::timestamptz, $4::text)
ORDER BY latest DESC, matter_id DESC LIMIT $5::integer`

function nameOfMatter(owner: string, row: Readonly<Record<string, unknown>>): RowName {
  return { owner, what: `the matter ${String(row['matter_id'] ?? row['name'])}` }
}
