import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import {
  type ChunkPage,
  ChunkView,
  type DocumentPage,
  type DocumentView,
  PageBox,
} from '../protocol/document.ts'
import type { Database } from './connect.ts'
import {
  type DocumentKey,
  findDocument,
  nameOfChunk,
  readableDocuments,
  STORED,
  STORED_FROM,
} from './documents.ts'
import { exactIsoText } from './iso.ts'
import {
  cutPage,
  decodePosition,
  encodePosition,
  type ListAnswer,
  StoredKey,
  StoredTime,
} from './page.ts'
import { readableRows, readRow } from './readable.ts'

export type DocumentQuery = {
  readonly owner: string
  readonly matter?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([StoredTime, StoredKey])

/** Lists an owner's documents, the newest first. */
export async function listDocuments(
  db: Database,
  query: DocumentQuery,
): Promise<ListAnswer<DocumentPage>> {
  const before = query.cursor === undefined ? null : decodePosition(Position, query.cursor)
  if (before === undefined) return { kind: 'bad_cursor' }
  const matter = query.matter === undefined ? null : cleanText(query.matter)
  const [time, id] = before ?? [null, null]
  const until = time === null ? null : exactly(time)
  const rows = await db.query(LIST, [query.owner, matter, until, id, query.limit + 1])
  const { rows: found, last } = cutPage(rows, query.limit)
  const documents = readableDocuments(query.owner, found).map(
    ({ file_key: _file, text_key: _text, stage: _stage, ...shown }) => asIndexed(shown),
  )
  const next_cursor = last
    ? encodePosition([String(last['stored_at']), String(last['document_id'])])
    : null
  return { kind: 'page', page: { documents, next_cursor } }
}

/**
 * Shows an indexed document as ready, also while a run indexes it again: its earlier chunks stay
 * searchable. The run knows the state of the job.
 */
function asIndexed(document: DocumentView): DocumentView {
  return document.indexed_at === null ? document : { ...document, status: 'ready' }
}

/** A cursor of an earlier version has milliseconds alone: its page begins at the end of its millisecond. */
function exactly(time: string): string {
  return time.replace(/(\.[0-9]{3})Z$/, '$1999Z')
}

const LIST = `
SELECT ${STORED}, ${exactIsoText('kept.created_at')} AS stored_at FROM ${STORED_FROM}
WHERE kept.owner = $1::text AND ($2::text IS NULL OR kept.matter = $2::text)
  AND ($3::text IS NULL OR (kept.created_at, kept.document_id) < ($3::text::timestamptz, $4::text))
ORDER BY kept.created_at DESC, kept.document_id DESC
LIMIT $5::integer`

/** Lists a document's searchable chunks. Returns undefined if there is no such document. */
export async function listChunks(
  db: Database,
  query: DocumentKey & { readonly cursor?: string | undefined; readonly limit: number },
): Promise<ListAnswer<ChunkPage> | undefined> {
  const after = query.cursor === undefined ? -1 : decodePosition(z.int32(), query.cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const document = await findDocument(db, query)
  if (document === undefined) return undefined
  const { owner, document_id, limit } = query
  const found = await db.query(CHUNKS, [owner, document_id, document.stage, after, limit + 1])
  const { rows, last } = cutPage(found, limit)
  const next_cursor = last ? encodePosition(z.int().parse(last['n'])) : null
  const nameOf = ({ n }: (typeof rows)[number]) => nameOfChunk({ owner, document_id, n })
  return { kind: 'page', page: { chunks: readableRows(ChunkView, rows, nameOf), next_cursor } }
}

/** A chunk's pages, which may be none. `page` and `page_end` are those of a chunk that an earlier version wrote. */
const PAGE = `CASE WHEN places IS NULL THEN page ELSE (places->0->>'page')::integer END`
const PAGE_END = `CASE WHEN places IS NULL THEN page_end ELSE (places->-1->>'page')::integer END`

const CHUNK = `n, text, "start", "end", ${PAGE} AS page, ${PAGE_END} AS page_end,
  to_jsonb(headings) AS headings, coalesce(nullif(places, 'null'), '[]') AS places`

const CHUNKS = `
SELECT ${CHUNK} FROM chunks
WHERE owner = $1::text AND document_id = $2::text AND stage = $3::text AND n > $4::integer
ORDER BY n LIMIT $5::integer`

type Searchable = DocumentKey & { readonly stage: string | null }

/** A chunk with its place on pages that were read from their pictures. */
const PlacedChunk = ChunkView.extend({ boxes: z.array(PageBox) })
export type PlacedChunk = z.infer<typeof PlacedChunk>

/** Reads one searchable chunk of a document. */
export async function readChunk(
  db: Database,
  { owner, document_id, stage }: Searchable,
  n: number,
): Promise<PlacedChunk | undefined> {
  const [row] = await db.query(ONE_CHUNK, [owner, document_id, stage, n])
  return row && readRow(PlacedChunk, row, nameOfChunk({ owner, document_id, n }))
}

const ONE_CHUNK = `
SELECT ${CHUNK}, coalesce(boxes, '[]') AS boxes FROM chunks
WHERE owner = $1::text AND document_id = $2::text AND stage = $3::text AND n = $4::integer`

/** Lists where the headings of a document stand, chunk by chunk. */
export async function headedChunks(
  db: Database,
  { owner, document_id, stage }: Searchable,
): Promise<readonly z.infer<typeof Headed>[]> {
  const rows = await db.query(HEADS, [owner, document_id, stage])
  return readableRows(Headed, rows, ({ n }) => nameOfChunk({ owner, document_id, n }))
}

const Headed = ChunkView.pick({
  n: true,
  start: true,
  page: true,
  headings: true,
  places: true,
})

const HEADS = `
SELECT n, "start", ${PAGE} AS page, to_jsonb(headings) AS headings,
  coalesce(nullif(places, 'null'), '[]') AS places
FROM chunks WHERE owner = $1::text AND document_id = $2::text AND stage = $3::text
ORDER BY n`

/** Lists the searchable chunks that have a part on a page, in their order. */
export async function chunksOnPage(
  db: Database,
  { owner, document_id, stage }: Searchable,
  page: number,
): Promise<readonly ChunkView[]> {
  const rows = await db.query(ON_PAGE, [owner, document_id, stage, page])
  return readableRows(ChunkView, rows, ({ n }) => nameOfChunk({ owner, document_id, n }))
}

const ON_PAGE = `
SELECT ${CHUNK} FROM chunks
WHERE owner = $1::text AND document_id = $2::text AND stage = $3::text
  AND ${PAGE} <= $4::integer AND ${PAGE_END} >= $4::integer
ORDER BY n`
