import type { Database, Statement } from './connect.ts'
import { jsonText } from './json.ts'
import { vectorText } from './vector-text.ts'

/** Whose chunks they are, and under which attempt they are written. */
export type Stage = {
  readonly owner: string
  readonly document_id: string
  readonly stage: string
}

export type StagedChunk = {
  readonly n: number
  readonly text: string
  readonly start: number
  readonly end: number
  readonly page: number
  readonly page_end: number
  readonly headings: readonly string[]
}

/** Writes chunks that nobody sees yet; those that are there already stay, and none of a removed document. */
export async function stageChunks(
  db: Database,
  { owner, document_id, stage, language }: Stage & { readonly language: string },
  chunks: readonly StagedChunk[],
): Promise<void> {
  await db.query(STAGE, [owner, document_id, stage, language, jsonText(chunks)])
}

const runOf = (stage: string) => `split_part(${stage}, '.', 1)`
const attemptOf = (stage: string) => `split_part(${stage}, '.', 2)::integer`

/** Of the run whose stage is seen, but before it: nobody will ever see this one. */
const overtaken = (stage: string, seen: string) =>
  `(${runOf(stage)} = ${runOf(seen)} AND ${attemptOf(stage)} < ${attemptOf(seen)})`

/**
 * The document is there, and this run's, and no later attempt is seen: locked, so that nothing is
 * written behind its removal, nor behind the sweep that follows a later attempt's result.
 */
const EXPECTED = `EXISTS (
  SELECT 1 FROM documents
  WHERE owner = $1::text AND document_id = $2::text AND run_id = ${runOf('$3::text')}
    AND ${overtaken('$3::text', 'stage')} IS NOT TRUE
  FOR SHARE)`

const STAGE = `
INSERT INTO chunks
  (owner, document_id, stage, n, text, "start", "end", page, page_end, headings, language, words)
SELECT $1::text, $2::text, $3::text, n, text, "start", "end", page, page_end,
  ARRAY(SELECT jsonb_array_elements_text(headings)), $4::text,
  to_tsvector($4::text::regconfig,
    array_to_string(ARRAY(SELECT jsonb_array_elements_text(headings)), ' ') || ' ' || text)
FROM jsonb_to_recordset($5::text::jsonb) AS row(
  n integer, text text, "start" integer, "end" integer, page integer, page_end integer,
  headings jsonb)
WHERE ${EXPECTED}
ON CONFLICT DO NOTHING`

export type StagedVector = { readonly n: number; readonly vector: Float32Array }

/** Writes the chunks' vectors, where Postgres has a place for them. */
export async function stageVectors(
  db: Database,
  { owner, document_id, stage, model }: Stage & { readonly model: string },
  vectors: readonly StagedVector[],
): Promise<void> {
  if (!(await hasVectors(db))) return
  const rows = vectors.map(({ n, vector }) => ({ n, vector: vectorText(vector) }))
  await db.query(VECTORS, [owner, document_id, stage, model, JSON.stringify(rows)])
}

const VECTORS = `
INSERT INTO chunk_vectors (owner, document_id, stage, n, model, vector)
SELECT $1::text, $2::text, $3::text, n, $4::text, l2_normalize(vector::vector)
FROM jsonb_to_recordset($5::text::jsonb) AS row(n integer, vector text)
WHERE ${EXPECTED}
ON CONFLICT DO NOTHING`

/** Databases that are known to hold vectors: asked once, since a table that is there stays. */
const withVectors = new WeakSet<Database>()

/** Whether Postgres had pgvector when its schema was made. */
export async function hasVectors(db: Database): Promise<boolean> {
  if (withVectors.has(db)) return true
  const [found] = await db.query(`SELECT to_regclass('chunk_vectors') IS NOT NULL AS there`, [])
  if (found?.['there'] !== true) return false
  withVectors.add(db)
  return true
}

/**
 * Removes what nobody sees of a document, but for what may still be on its way, and what was given
 * up of the owner's others. `stage` is that of a result which was recorded, so that it is on no way
 * any more, whether it is seen or lost.
 */
export async function sweepStages(
  db: Database,
  { owner, document_id, stage }: Stage,
  young_ms: number,
): Promise<void> {
  const params = [owner, document_id, stage, young_ms]
  const tables = tablesOf(await hasVectors(db))
  await db.batch([
    ...tables.map((table): Statement => [sweep(table), params]),
    ...tables.map((table): Statement => [sweepGivenUp(table), [owner, young_ms]]),
  ])
}

/** Only an attempt of the document's run that is not behind what is seen may be on its way. */
const sweep = (table: string) => `
DELETE FROM ${table} AS stale USING documents AS seen
WHERE stale.owner = $1::text AND stale.document_id = $2::text
  AND seen.owner = stale.owner AND seen.document_id = stale.document_id
  AND stale.stage IS DISTINCT FROM seen.stage
  AND (stale.stage = $3::text OR ${runOf('stale.stage')} <> seen.run_id
    OR ${overtaken('stale.stage', 'seen.stage')}
    OR stale.created_at < now() - make_interval(secs => $4::double precision / 1000))`

/** Of a document whose run has not made it seen; where it failed or was aborted, no result follows. */
const sweepGivenUp = (table: string) => `
DELETE FROM ${table} AS stale USING documents AS seen
WHERE seen.owner = $1::text AND ${runOf('seen.stage')} IS DISTINCT FROM seen.run_id
  AND stale.owner = seen.owner AND stale.document_id = seen.document_id
  AND stale.stage IS DISTINCT FROM seen.stage
  AND stale.created_at < now() - make_interval(secs => $2::double precision / 1000)`

export function tablesOf(vectors: boolean): readonly string[] {
  return vectors ? ['chunk_vectors', 'chunks'] : ['chunks']
}
