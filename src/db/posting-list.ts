import { and, asc, eq, ilike, sql, type SQLWrapper } from 'drizzle-orm'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { PostingPage, type PostingView } from '../protocol/posting.ts'
import { answered, type Database } from './connect.ts'
import { cutPage, decodePosition, encodePosition, type Listed } from './page.ts'
import { postings } from './schema.ts'

export type PostingQuery = {
  readonly owner: string
  readonly company?: string | undefined
  readonly status?: PostingView['status'] | undefined
  /** Part of a title, in any case. */
  readonly q?: string | undefined
  readonly cursor?: string | undefined
  readonly limit: number
}

const storable = z.string().refine((text) => text === cleanText(text))
const Position = z.tuple([storable, storable])

/** An owner's postings by company and external id. */
export async function listPostings(
  db: Database,
  query: PostingQuery,
): Promise<Listed<PostingPage>> {
  const after = query.cursor === undefined ? null : decodePosition(Position, query.cursor)
  if (after === undefined) return { kind: 'bad_cursor' }
  const found = await answered(
    db.orm
      .select(shown)
      .from(postings)
      .where(and(...conditions(query), after ? follows(after) : undefined))
      .orderBy(asc(postings.company), asc(postings.external_id))
      .limit(query.limit + 1),
  )
  const { rows, last } = cutPage(found, query.limit)
  const next_cursor = last ? encodePosition([last.company, last.external_id]) : null
  return { kind: 'page', page: PostingPage.parse({ postings: rows, next_cursor }) }
}

const shown = {
  company: postings.company,
  external_id: postings.external_id,
  status: postings.status,
  title: postings.title,
  url: postings.url,
  locations: postings.locations,
  departments: postings.departments,
  description_text: postings.description_text,
  posted_at: iso(postings.posted_at),
  updated_at: iso(postings.updated_at),
  first_seen_at: iso(postings.first_seen_at),
  changed_at: iso(postings.changed_at),
}

function conditions({ owner, company, status, q }: PostingQuery) {
  return [
    eq(postings.owner, owner),
    company === undefined ? undefined : eq(postings.company, cleanText(company)),
    status === undefined ? undefined : eq(postings.status, status),
    q === undefined ? undefined : ilike(postings.title, `%${literal(cleanText(q))}%`),
  ]
}

function follows([company, external_id]: readonly [string, string]) {
  return sql`(${postings.company}, ${postings.external_id}) > (${company}, ${external_id})`
}

/** The text with LIKE's own signs taken as themselves. */
function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, String.raw`\$&`)
}

/** Postgres' own form of a time depends on its session; this is ISO 8601 in UTC. */
function iso(column: SQLWrapper) {
  const utc = sql`${column} AT TIME ZONE 'UTC'`
  return sql<string | null>`to_char(${utc}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
