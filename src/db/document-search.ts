import { z } from 'zod'

import { DocumentId, TextPlace } from '../protocol/document.ts'
import { vectorIndex, type VectorIndex } from './chunk-stages.ts'
import type { Database } from './connect.ts'
import { nameOfChunk } from './documents.ts'
import { readableRows } from './readable.ts'
import { vectorText } from './vector-text.ts'

/** All chunks of an owner, or those of one matter, given by its group, or of one document. */
export type ChunkQuery = {
  readonly owner: string
  readonly matter?: string | undefined
  readonly document_id?: string | undefined
  readonly limit: number
}

/** A found chunk, with the columns that a hit shows. */
const FoundRow = z.object({
  document_id: DocumentId,
  n: z.int(),
  matter: z.string(),
  name: z.string(),
  text: z.string(),
  page: z.int(),
  headings: z.array(z.string()),
  places: z.array(TextPlace).nullable().exactOptional(),
})
export type FoundRow = z.infer<typeof FoundRow>

type ChunkRow = Readonly<Record<string, unknown>>

function readable(owner: string, rows: readonly ChunkRow[]): FoundRow[] {
  return readableRows(FoundRow, rows, (row) => nameOfChunk({ owner, ...row }))
}

const SHOWN = `seen.document_id, matters.name AS matter, seen.name, chunk.n, chunk.text, chunk.page,
  to_jsonb(chunk.headings) AS headings, chunk.places`

const MATTER = `JOIN matters ON matters.owner = seen.owner AND matters."group" = seen.matter`

const SCOPE = `seen.owner = $1::text
  AND ($2::text IS NULL OR seen.matter = $2::text)
  AND ($3::text IS NULL OR seen.document_id = $3::text)`

/** Finds chunks that have any word of the question, in each language of the owner's documents. */
export async function searchWords(
  db: Database,
  { owner, matter, document_id, limit }: ChunkQuery,
  question: string,
): Promise<readonly FoundRow[]> {
  const params = [owner, matter ?? null, document_id ?? null, question, limit]
  return readable(owner, await db.query(WORDS, params))
}

/**
 * Any word makes a hit. The rank counts how many words match, and how often. (ts_rank_cd, which also
 * measures their distance, finds no more and takes twice as long.) The statement asks for one language at
 * a time, because the index serves only a query that is the same for all rows.
 */
const WORDS = `
WITH spoken AS MATERIALIZED (
  SELECT DISTINCT seen.language FROM documents AS seen
  JOIN pg_ts_config ON cfgname = seen.language
  WHERE ${SCOPE} AND seen.stage IS NOT NULL
),
asked AS MATERIALIZED (
  SELECT language,
    replace(plainto_tsquery(language::regconfig, $4::text)::text, '&', '|')::tsquery AS query
  FROM spoken
)
SELECT ${SHOWN}
FROM asked
JOIN chunks AS chunk
  ON chunk.owner = $1::text AND chunk.language = asked.language AND chunk.words @@ asked.query
JOIN documents AS seen
  ON seen.owner = chunk.owner AND seen.document_id = chunk.document_id AND seen.stage = chunk.stage
${MATTER}
WHERE ${SCOPE}
ORDER BY ts_rank(chunk.words, asked.query, 1) DESC, seen.document_id, chunk.n
LIMIT $5::integer`

/** Finds the chunks nearest to the question's vector. Finds none if Postgres has no pgvector. */
export async function searchVectors(
  db: Database,
  { owner, matter, document_id, limit }: ChunkQuery,
  question: { readonly model: string; readonly vector: Float32Array },
): Promise<readonly FoundRow[]> {
  const index = await vectorIndex(db)
  if (index === undefined) return []
  const { model, vector } = question
  const params = [owner, matter ?? null, document_id ?? null, model, vectorText(vector), limit]
  return readable(
    owner,
    await db.batch([
      [WIDER, []],
      [DEEPER, []],
      [nearest(index), params],
    ]),
  )
}

/** The number of neighbours that the index visits before it answers. */
const WIDER = 'SET LOCAL hnsw.ef_search = 200'

/** Lets the index search on until enough of the found chunks are the owner's. */
const DEEPER = `SET LOCAL hnsw.iterative_scan = 'relaxed_order'`

/** The expressions that each index serves. */
const DISTANCE: Readonly<Record<VectorIndex, string>> = {
  vector: 'near.vector <=> $5::text::vector',
  halfvec: 'near.vector::halfvec(1024) <=> $5::text::halfvec(1024)',
}

/** The index chooses the chunks, at its precision. They are put in order by their vectors in full. */
const nearest = (index: VectorIndex) => `
SELECT ${SHOWN}
FROM (
  SELECT near.owner, near.document_id, near.stage, near.n, near.vector <=> $5::text::vector AS far
  FROM chunk_vectors AS near
  JOIN documents AS seen ON seen.owner = near.owner AND seen.document_id = near.document_id
    AND seen.stage = near.stage
  WHERE near.owner = $1::text AND near.model = $4::text AND ${SCOPE}
  ORDER BY ${DISTANCE[index]}
  LIMIT $6::integer
) AS near
JOIN chunks AS chunk USING (owner, document_id, stage, n)
JOIN documents AS seen ON seen.owner = chunk.owner AND seen.document_id = chunk.document_id
${MATTER}
ORDER BY near.far, seen.document_id, chunk.n`
