import { z } from 'zod'

import type { Database, Statement } from '../../src/db/connect.ts'
import { OWNER } from './stored-samples.ts'

/** The number of chunks in one document. */
const EACH = 100

/**
 * Adds so many chunks to a database with the samples. A chunk is half of one sample's chunk and half of
 * another's, and its vector lies between the vectors of three. The indexes are dropped before and built
 * afterwards, which takes a fraction of the time.
 */
export async function storeMany(db: Database, chunks: number): Promise<void> {
  const load = [DOCUMENTS, CHUNKS, VECTORS].map((statement): Statement => [
    statement,
    [OWNER, chunks, EACH],
  ])
  // Without statistics Postgres would plan as if the table of samples had only a row or two.
  await db.query('ANALYZE', [])
  const indexes = Indexes.parse(await db.query(INDEXES, []))
  await db.batch([...indexes.map(({ name }): Statement => [`DROP INDEX ${name}`, []]), ...load])
  await db.batch([
    // With this much memory Postgres builds an index in memory, and not page by page.
    [`SET LOCAL maintenance_work_mem = '900MB'`, []],
    ...indexes.map(({ definition }): Statement => [definition, []]),
  ])
  await db.query('ANALYZE', [])
}

const Indexes = z.array(z.object({ name: z.string(), definition: z.string() }))

/** The definitions of the two search indexes, by words and by vectors: which ones depends on Postgres’s extensions. */
const INDEXES = `SELECT indexname AS name, indexdef AS definition FROM pg_indexes
WHERE indexname LIKE 'chunks_words%' OR indexname LIKE 'chunk_vectors_near%'`

const ID = (n: string) => `lpad(to_hex(1000000 + ${n}), 32, '0')`

const DOCUMENTS = `
INSERT INTO documents
  (owner, document_id, matter, name, size, sha256, run_id, stage, language, model, chunks)
SELECT $1::text, ${ID('n')}, 'matter ' || n % 10, 'many', 0, ${ID('n')}, 'run', 'run.1',
  (array['english', 'german'])[n % 2 + 1], 'hashing-1', $3::integer
FROM generate_series(0, $2::integer / $3::integer - 1) AS n`

/** Numbers the chunks of all samples, separately for each of the two languages. */
const SAMPLES = `samples AS MATERIALIZED (
  SELECT chunk.language, chunk.text, near.vector,
    row_number() OVER (PARTITION BY chunk.language ORDER BY document_id, n) - 1 AS place
  FROM chunks AS chunk JOIN chunk_vectors AS near USING (owner, document_id, stage, n)
  WHERE owner = $1::text AND document_id < ${ID('0')}
),
sizes AS MATERIALIZED (SELECT language, count(*) AS size FROM samples GROUP BY language),
made AS MATERIALIZED (
  SELECT i % $3::integer AS n, ${ID('i / $3::integer')} AS document_id, language,
    i % size AS one, (i * 7 + i / size) % size AS other, (i * 13 + i / size * 31) % size AS third
  FROM generate_series(0, $2::integer - 1) AS i
  JOIN sizes ON language = (array['english', 'german'])[i / $3::integer % 2 + 1]
)`

const taken = (name: string) => `JOIN samples AS ${name}
  ON ${name}.language = made.language AND ${name}.place = made.${name}`

const CHUNKS = `
WITH ${SAMPLES}
INSERT INTO chunks
  (owner, document_id, stage, n, text, "start", "end", page, page_end, headings, language, words)
SELECT $1::text, document_id, 'run.1', n, text, 0, length(text), 1, 1, '{}', language,
  to_tsvector(language::regconfig, text)
FROM (
  SELECT made.n, made.document_id, made.language, left(one.text, 600) || ' ' || right(other.text, 600) AS text
  FROM made ${taken('one')} ${taken('other')}
) AS texts`

const VECTORS = `
WITH ${SAMPLES}
INSERT INTO chunk_vectors (owner, document_id, stage, n, model, vector)
SELECT $1::text, made.document_id, 'run.1', made.n, 'hashing-1',
  l2_normalize(one.vector + other.vector + third.vector)
FROM made ${taken('one')} ${taken('other')} ${taken('third')}`
