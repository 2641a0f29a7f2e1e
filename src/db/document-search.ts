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
  const found = await db.query(WORDS, [...params, MATCHED_MAX])
  if (found.length > 0) return readable(owner, found)
  // No chunk has the rarer words.
  return readable(owner, await db.query(WORDS, [...params, EVERY_WORD]))
}

/** The most chunks that the words of one language may match together, as Postgres's statistics tell. */
const MATCHED_MAX = 4_000
const EVERY_WORD = 2 ** 31 - 1

/** The most chunks of one language that are ranked. More match only a word that very many chunks have. */
const RANKED_MAX = 20_000

/**
 * Any word makes a hit. The rank counts how many words match, and how often. (ts_rank_cd, which also
 * measures their distance, finds no more and takes twice as long.) The statement asks for one language at
 * a time, because the index serves only a query that is the same for all rows.
 *
 * Each chunk that has a word is ranked, which took most of a second among 100,000 chunks: the common words of a question
 * cost the most and tell the least. So the rarest words are searched, as many as match 4,000 chunks together. Postgres's
 * statistics know the common words. Among fewer chunks all words are searched.
 */
const WORDS = `
WITH visible AS MATERIALIZED (
  SELECT seen.document_id, seen.stage, seen.language FROM documents AS seen
  WHERE ${SCOPE} AND seen.stage IS NOT NULL
),
spoken AS MATERIALIZED (
  SELECT DISTINCT language FROM visible JOIN pg_ts_config ON cfgname = language
),
held AS MATERIALIZED (
  SELECT coalesce(sum(seen.chunks), 0) AS chunks FROM documents AS seen WHERE ${SCOPE}
),
common AS MATERIALIZED (
  SELECT word, share FROM pg_stats, held,
    unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known(word, share)
  WHERE schemaname = current_schema() AND tablename = 'chunks' AND attname = 'words'
    AND held.chunks > $6::integer
),
given AS (
  SELECT spoken.language, word.lexeme,
    sum(coalesce(common.share, 0) * held.chunks) OVER (
      PARTITION BY spoken.language ORDER BY coalesce(common.share, 0), word.lexeme) AS chunks,
    row_number() OVER (
      PARTITION BY spoken.language ORDER BY coalesce(common.share, 0), word.lexeme) AS place
  FROM spoken CROSS JOIN held
  CROSS JOIN LATERAL unnest(to_tsvector(spoken.language::regconfig, $4::text)) AS word
  LEFT JOIN common ON common.word = word.lexeme
),
asked AS MATERIALIZED (
  SELECT language,
    string_agg('''' || replace(replace(lexeme, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery AS query
  FROM given WHERE place = 1 OR chunks <= $6::integer
  GROUP BY language
),
best AS MATERIALIZED (
  SELECT chunk.document_id, chunk.stage, chunk.n, ts_rank(chunk.words, asked.query, 1) AS rank
  FROM asked CROSS JOIN LATERAL (
    SELECT chunk.document_id, chunk.stage, chunk.n, chunk.words
    FROM chunks AS chunk
    JOIN visible ON visible.document_id = chunk.document_id AND visible.stage = chunk.stage
    WHERE chunk.owner = $1::text AND chunk.language = asked.language AND chunk.words @@ asked.query
    LIMIT ${RANKED_MAX}
  ) AS chunk
  ORDER BY rank DESC, chunk.document_id, chunk.n
  LIMIT $5::integer
)
SELECT ${SHOWN}
FROM best
JOIN chunks AS chunk ON chunk.owner = $1::text AND chunk.document_id = best.document_id
  AND chunk.stage = best.stage AND chunk.n = best.n
JOIN documents AS seen ON seen.owner = chunk.owner AND seen.document_id = chunk.document_id
${MATTER}
ORDER BY best.rank DESC, seen.document_id, chunk.n`

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
