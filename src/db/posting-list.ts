import { and, asc, eq, ilike, not, sql } from 'drizzle-orm'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { type PostingPage, PostingView } from '../protocol/posting.ts'
import { answered, type Database } from './connect.ts'
import { cutPage, decodePosition, encodePosition, type ListAnswer, StoredKey } from './page.ts'
import { isClosed, nameOfPosting, shownPosting } from './posting-view.ts'
import { readableRows } from './readable.ts'
import { postings } from './schema.ts'

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
  const after = query.cursor === undefined ? null : decodePosition(Position, query.cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const found = await answered(
    db.orm
      .select(shownPosting)
      .from(postings)
      .where(and(...conditions(query), after ? follows(after) : undefined))
      .orderBy(asc(postings.company), asc(postings.external_id))
      .limit(query.limit + 1),
  )
  const { rows, last } = cutPage(found, query.limit)
  const next_cursor = last ? encodePosition([last.company, last.external_id]) : null
  const readable = readableRows(PostingView, rows, (row) =>
    nameOfPosting({ ...row, owner: query.owner }),
  )
  return { kind: 'page', page: { postings: readable, next_cursor } }
}

function conditions({ owner, company, external_id, status, q }: PostingQuery) {
  return [
    eq(postings.owner, owner),
    company === undefined ? undefined : eq(postings.company, cleanText(company)),
    external_id === undefined ? undefined : eq(postings.external_id, cleanText(external_id)),
    status === undefined ? undefined : hasStatus(status),
    q === undefined ? undefined : ilike(postings.title, `%${literal(cleanText(q))}%`),
  ]
}

function hasStatus(status: PostingView['status']) {
  if (status === 'closed') return isClosed
  const stored = eq(postings.status, status)
  return status === 'open' ? and(stored, not(isClosed)) : stored
}

function follows([company, external_id]: readonly [string, string]) {
  return sql`(${postings.company}, ${postings.external_id}) > (${company}, ${external_id})`
}

/** Escapes the characters that LIKE gives a meaning. */
function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}
