import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { PostingPage, PostingView } from '../protocol/posting.ts'
import type { Database, Statement } from './connect.ts'
import { cutPage, decodePosition, encodePosition, type ListAnswer, StoredKey } from './page.ts'
import { IS_CLOSED, nameOfPosting, ShownPosting, SHOWN_POSTING } from './posting-view.ts'
import { readableRows } from './readable.ts'

export type PostingQuery = {
  readonly owner: string
  readonly company?: string | undefined
  readonly external_id?: string | undefined
  readonly status?: PostingView['status'] | undefined
  /** A part of the title, in upper or lower case. */
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const Position = z.tuple([StoredKey, StoredKey])

/** Lists an owner's postings in the order of company and external id. */
export async function listPostings(
  db: Database,
  query: PostingQuery,
): Promise<ListAnswer<PostingPage>> {
  const { owner, limit } = query
  const after = query.cursor === undefined ? null : decodePosition(Position, query.cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const { rows, last } = cutPage(await readPage(db, query, after), limit)
  const next_cursor = last ? encodePosition([keyOf(last).company, keyOf(last).external_id]) : null
  const nameOf = (row: PostingRow) => nameOfPosting({ owner, ...keyOf(row) })
  const postings = readableRows(ShownPosting, rows, nameOf)
  return { kind: 'page', page: { postings, next_cursor } }
}

type PostingRow = Readonly<Record<string, unknown>>

function keyOf(row: PostingRow): { readonly company: string; readonly external_id: string } {
  return { company: String(row['company']), external_id: String(row['external_id']) }
}

/** One row more than the limit, if there are as many. */
async function readPage(
  db: Database,
  { owner, company, external_id, status, q, limit }: PostingQuery,
  after: z.infer<typeof Position> | null,
): Promise<readonly PostingRow[]> {
  const keys = [
    owner,
    cleaned(company),
    cleaned(external_id),
    status ?? null,
    ...(after ?? ['', '']),
  ]
  const params = [...keys, q === undefined ? null : `%${literal(cleanText(q))}%`, limit + 1]
  // The titles of one company are few enough to be compared one after another.
  if (q === undefined || company !== undefined) return db.query(LIST, params)
  return db.batch([BY_INDEX, [SEARCH, params]])
}

function cleaned(text: string | undefined): string | null {
  return text === undefined ? null : cleanText(text)
}

const CHOSEN = `owner = $1::text
  AND ($2::text IS NULL OR company = $2::text)
  AND ($3::text IS NULL OR external_id = $3::text)
  AND ($4::text IS NULL OR (
    status = CASE $4::text WHEN 'closed' THEN 'open' ELSE $4::text END
    AND ($4::text = 'expired' OR ${IS_CLOSED} = ($4::text = 'closed'))))
  AND (company, external_id) > ($5::text, $6::text)`

const TITLED = '($7::text IS NULL OR title ILIKE $7::text)'

const IN_ORDER = 'ORDER BY company, external_id LIMIT $8::integer'

const LIST = `SELECT ${SHOWN_POSTING} FROM postings WHERE ${CHOSEN} AND ${TITLED} ${IN_ORDER}`

/** A search reads this many postings in their order first. A word of one title in twenty fills a page of fifty there. */
const NEARBY = 1_000

/**
 * The hits among the next postings are the page if they fill the page. Rarer words are looked up in the index
 * `postings_title`, all their hits, which are then sorted. OFFSET 0 keeps the sort apart from the look-up: Postgres
 * would often rather read all of an owner's postings in their order, because the statistics from which it chooses
 * are those of all owners' titles together. Postgres makes only the array that it needs.
 */
const SEARCH = `
WITH near AS MATERIALIZED (
  SELECT place, company, external_id FROM (
    SELECT ctid AS place, company, external_id, title FROM postings WHERE ${CHOSEN}
    ORDER BY company, external_id LIMIT ${NEARBY}
  ) AS next
  WHERE ${TITLED} ${IN_ORDER}
)
SELECT ${SHOWN_POSTING} FROM postings
WHERE ctid = ANY (CASE
  WHEN (SELECT count(*) FROM near) = $8::integer THEN ARRAY(SELECT place FROM near)
  ELSE ARRAY(
    SELECT place FROM (
      SELECT ctid AS place, company, external_id FROM postings WHERE ${CHOSEN} AND ${TITLED} OFFSET 0
    ) AS hits
    ${IN_ORDER})
  END)
ORDER BY company, external_id`

const BY_INDEX: Statement = ['SET LOCAL enable_seqscan = off', []]

/** Escapes the characters that LIKE gives a meaning. */
function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
