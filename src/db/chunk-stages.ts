import type { Database, Statement } from './connect.ts'
import { jsonText } from './json.ts'
import { vectorText } from './vector-text.ts'

/** The document and the attempt for which chunks are written. */
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
  readonly page: number | null
  readonly page_end: number | null
  readonly headings: readonly string[]
  readonly places?: readonly unknown[]
  /** The words by which the chunk is found. Without them, the words of its headings and its text. */
  readonly searched?: string
  readonly boxes?: readonly unknown[]
}

/** Writes chunks that no search sees yet. Keeps chunks that are there, and writes none for a removed document. */
export async function stageChunks(
  db: Database,
  { owner, document_id, stage, language }: Stage & { readonly language: string },
  chunks: readonly StagedChunk[],
): Promise<void> {
  await db.query(STAGE, [owner, document_id, stage, language, jsonText(chunks)])
}

const runOf = (stage: string) => `split_part(${stage}, '.', 1)`
const attemptOf = (stage: string) => `split_part(${stage}, '.', 2)::integer`

/** Matches a stage that never becomes visible: the run whose stage is visible wrote it in an earlier attempt. */
const overtaken = (stage: string, seen: string) =>
  `(${runOf(stage)} = ${runOf(seen)} AND ${attemptOf(stage)} < ${attemptOf(seen)})`

/**
 * True if the document exists, belongs to this run, and shows no later attempt. Locks the document, so that
 * nothing is written after its removal or after the sweep that follows a later attempt's result.
 */
const EXPECTED = `EXISTS (
  SELECT 1 FROM documents
  WHERE owner = $1::text AND document_id = $2::text AND run_id = ${runOf('$3::text')}
    AND ${overtaken('$3::text', 'stage')} IS NOT TRUE
  FOR SHARE)`

const STAGE = `
INSERT INTO chunks
  (owner, document_id, stage, n, text, "start", "end", page, page_end, headings, places,
    boxes, language, words)
SELECT $1::text, $2::text, $3::text, n, text, "start", "end", coalesce(page, 1), coalesce(page_end, 1),
  ARRAY(SELECT jsonb_array_elements_text(headings)), places, nullif(boxes, 'null'), $4::text,
  to_tsvector($4::text::regconfig, coalesce(searched,
    array_to_string(ARRAY(SELECT jsonb_array_elements_text(headings)), ' ') || ' ' || text))
FROM jsonb_to_recordset($5::text::jsonb) AS row(
  n integer, text text, "start" integer, "end" integer, page integer, page_end integer,
  headings jsonb, places jsonb, boxes jsonb, searched text)
WHERE ${EXPECTED}
ON CONFLICT DO NOTHING`

export type StagedVector = { readonly n: number; readonly vector: Float32Array }

/** Writes the chunks' vectors if Postgres has pgvector. */
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

/** How exactly the index compares vectors: half as large with half precision, which pgvector has from 0.7 on. */
export type VectorIndex = 'vector' | 'halfvec'

/** The index of each database that has the table of vectors. Asked once, because the table stays. */
const indexes = new WeakMap<Database, VectorIndex>()

/** Answers the index of the chunks' vectors. Undefined if Postgres lacked pgvector when the migrations ran. */
export async function vectorIndex(db: Database): Promise<VectorIndex | undefined> {
  const known = indexes.get(db)
  if (known !== undefined) return known
  const [found] = await db.query(ASK, [])
  if (found?.['there'] !== true) return undefined
  const index = found['half'] === true ? 'halfvec' : 'vector'
  indexes.set(db, index)
  return index
}

const ASK = `SELECT to_regclass('chunk_vectors') IS NOT NULL AS there,
  to_regclass('chunk_vectors_near_half') IS NOT NULL AS half`

/** Returns whether Postgres had pgvector when the migrations ran. */
export async function hasVectors(db: Database): Promise<boolean> {
  return (await vectorIndex(db)) !== undefined
}

/**
 * Removes a document's invisible chunks, except those of an attempt that may still be at work. Also removes
 * abandoned chunks of the owner's other documents. `stage` is the stage of a result that was just recorded: if it
 * is invisible, it is removed too, because its attempt is over.
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

/** Keeps the stages of attempts that may still be at work: those of the document's run after the visible one. */
const sweep = (table: string) => `
DELETE FROM ${table} AS stale USING documents AS seen
WHERE stale.owner = $1::text AND stale.document_id = $2::text
  AND seen.owner = stale.owner AND seen.document_id = stale.document_id
  AND stale.stage IS DISTINCT FROM seen.stage
  AND (stale.stage = $3::text OR ${runOf('stale.stage')} <> seen.run_id
    OR ${overtaken('stale.stage', 'seen.stage')}
    OR stale.created_at < now() - make_interval(secs => $4::double precision / 1000))`

/** Removes the stages of documents that no run has made visible. No result follows a failed or aborted job. */
const sweepGivenUp = (table: string) => `
DELETE FROM ${table} AS stale USING documents AS seen
WHERE seen.owner = $1::text AND ${runOf('seen.stage')} IS DISTINCT FROM seen.run_id
  AND stale.owner = seen.owner AND stale.document_id = seen.document_id
  AND stale.stage IS DISTINCT FROM seen.stage
  AND stale.created_at < now() - make_interval(secs => $2::double precision / 1000)`

export function tablesOf(vectors: boolean): readonly string[] {
  return vectors ? ['chunk_vectors', 'chunks'] : ['chunks']
}
