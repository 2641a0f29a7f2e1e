import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { PostingPage } from '../protocol/posting.ts'
import type { Database, Statement } from './connect.ts'
import { exactIsoText } from './iso.ts'
import {
  cutPage,
  decodePosition,
  encodePosition,
  type ListAnswer,
  StoredKey,
  StoredTime,
} from './page.ts'
import {
  type Bind,
  conditionsOf,
  FILTERED,
  NEWEST,
  type PostingFilter,
  wholeCondition,
} from './posting-filter.ts'
import { nameOfPosting, ShownPosting, SHOWN_POSTING } from './posting-view.ts'
import { readableRows } from './readable.ts'

export type PostingQuery = PostingFilter & {
  /** `newest` if absent. `rank`: postings whose title has the words of `q` come first, each part the newest first. */
  readonly sort?: 'newest' | 'rank' | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

/** The last posting of a page: whether only its text has the words, when it was posted, and its key. */
const PostingPosition = z.tuple([z.boolean(), StoredTime, StoredKey, StoredKey])
type PostingPosition = z.infer<typeof PostingPosition>

/** Lists an owner's postings. */
export async function listPostings(
  db: Database,
  query: PostingQuery,
): Promise<ListAnswer<PostingPage>> {
  const { owner, limit } = query
  const after = query.cursor === undefined ? null : decodePosition(PostingPosition, query.cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const rows = await db.batch([BY_INDEX, pageOf({ ...query, limit: limit + 1 }, after)])
  const { rows: page, last } = cutPage(rows, limit)
  const nameOf = (row: PostingRow) => nameOfPosting({ owner, ...keyOf(row) })
  const postings = readableRows(ShownPosting, page, nameOf)
  return { kind: 'page', page: { postings, next_cursor: last ? positionOf(last) : null } }
}

type PostingRow = Readonly<Record<string, unknown>>

function keyOf(row: PostingRow): { readonly company: string; readonly external_id: string } {
  return { company: String(row['company']), external_id: String(row['external_id']) }
}

function positionOf(row: PostingRow): string {
  const { company, external_id } = keyOf(row)
  return encodePosition([row['untitled'] === true, String(row['newest']), company, external_id])
}

/** Postgres would often rather read all postings: the statistics from which it chooses are those of all owners together. */
const BY_INDEX: Statement = ['SET LOCAL enable_seqscan = off', []]

/**
 * A list with a filter reads this many postings in their order first. The hits among them are the page if they fill
 * it; one posting in twenty fills a page of fifty there. With words there are fewer, as their texts are read as well.
 */
const NEARBY = 1_000
const NEARBY_WORDS = 400

/**
 * The hits among the next postings are the page if they fill the page. Rarer ones are looked up by the indexes of the
 * filter, all of them, and then sorted. Postgres makes only the array that it needs.
 */
function pageOf(query: PostingQuery, after: PostingPosition | null): Statement {
  const params: unknown[] = []
  const bind: Bind = (value, type) => `$${params.push(value)}::${type}`
  const owner = `owner = ${bind(query.owner, 'text')}`
  const filter = conditionsOf(query, bind)
  const untitled = query.sort === 'rank' ? `NOT ${filter.titled}` : 'false'
  const limit = `LIMIT ${bind(query.limit, 'integer')}`
  const asked: AskedPage = { query, owner, ...filter, untitled, limit, after, bind }
  const shown = `SELECT ${SHOWN_POSTING}, ${untitled} AS untitled, ${exactIsoText(NEWEST)} AS newest FROM postings`
  const chosen = `WHERE ctid = ANY (${placesOf(asked)})`
  const last = `ORDER BY untitled, ${NEWEST} DESC, company, external_id`
  return [`${isOfOne(query) ? '' : `WITH ${nearOf(asked)}`} ${shown} ${chosen} ${last}`, params]
}

type AskedPage = ReturnType<typeof conditionsOf> & {
  readonly query: PostingQuery
  readonly owner: string
  readonly untitled: string
  readonly limit: string
  readonly after: PostingPosition | null
  readonly bind: Bind
}

/** The postings of one company, and those with one id, are few enough to be sorted. */
function isOfOne({ company, external_id }: PostingQuery): boolean {
  return company !== undefined || external_id !== undefined
}

const ORDER = 'ORDER BY untitled, newest DESC, company, external_id'

function placesOf(asked: AskedPage): string {
  const near = `ARRAY(SELECT place FROM near ${ORDER})`
  if (isOfOne(asked.query)) return `ARRAY(${hitsOf(asked)})`
  if (wholeCondition(asked) === 'true') return near
  const filled = `(SELECT count(*) FROM near) = ${asked.bind(asked.query.limit, 'integer')}`
  return `CASE WHEN ${filled} THEN ${near} ELSE ARRAY(${hitsOf(asked)}) END`
}

/**
 * All hits, sorted. A search looks up the title and the words one after the other, so that Postgres uses the index of
 * each. OFFSET 0 keeps the sort apart from the look-up.
 */
function hitsOf({ owner, conditions, searches, untitled, limit, after, bind }: AskedPage): string {
  const rest = after === null ? [] : [isAfter(after, untitled, bind)]
  const columns = `${untitled} AS untitled, ${NEWEST} AS newest, company, external_id`
  const ways = searches.length === 0 ? [[]] : searches.map((one) => [one])
  const found = ways.map((search) => {
    const where = [owner, ...conditions, ...search, ...rest].join(' AND ')
    return `(SELECT ctid AS place, ${columns} FROM postings WHERE ${where} OFFSET 0)`
  })
  return `SELECT place FROM (${found.join(' UNION ')}) AS hits ${ORDER} ${limit}`
}

/** The hits among the next postings. Of a rank, those of the part in which the page begins. */
function nearOf(asked: AskedPage): string {
  const { query, owner, untitled, limit, after, bind } = asked
  const part =
    query.sort === 'rank' ? [`(${untitled}) = ${bind(after?.[0] ?? false, 'boolean')}`] : []
  const next = [owner, ...(after === null ? [] : [isOlder(after, bind)])].join(' AND ')
  const whole = wholeCondition(asked)
  const nearby = query.q === undefined ? NEARBY : NEARBY_WORDS
  return `near AS MATERIALIZED (
    SELECT place, ${untitled} AS untitled, ${NEWEST} AS newest, company, external_id FROM (
      SELECT ctid AS place, owner, company, external_id, ${FILTERED} FROM postings WHERE ${next}
      ORDER BY ${NEWEST} DESC, company, external_id ${whole === 'true' ? limit : `LIMIT ${nearby}`}
    ) AS next
    WHERE ${[whole, ...part].join(' AND ')} ORDER BY ${NEWEST} DESC, company, external_id ${limit}
  )`
}

/** The postings behind a position in the order of the newest. The first condition is the index's. */
function isOlder([, newest, company, external_id]: PostingPosition, bind: Bind): string {
  const time = bind(newest, 'timestamptz')
  const keys = [company, external_id].map((key) => bind(cleanText(key), 'text')).join(', ')
  return `${NEWEST} <= ${time} AND (${NEWEST} < ${time} OR (company, external_id) > (${keys}))`
}

function isAfter(after: PostingPosition, untitled: string, bind: Bind): string {
  const same = `((${untitled}) = ${bind(after[0], 'boolean')} AND ${isOlder(after, bind)})`
  return after[0] ? same : `((${untitled}) OR ${same})`
}
