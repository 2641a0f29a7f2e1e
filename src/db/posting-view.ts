import { and, eq, sql } from 'drizzle-orm'

import { cleanText } from '../protocol/clean-text.ts'
import { PostingView } from '../protocol/posting.ts'
import { answered, type Database } from './connect.ts'
import { iso } from './iso.ts'
import { readRow, type RowName } from './readable.ts'
import { postings } from './schema.ts'

/** The advert's own closing time has passed, though its source still lists it. */
export const isClosed = sql`(${postings.status} = 'open' AND ${postings.valid_through} < now()) IS TRUE`

const shownStatus = sql<
  PostingView['status']
>`CASE WHEN ${isClosed} THEN 'closed' ELSE ${postings.status} END`

/** The columns of a PostingView. */
export const shownPosting = {
  company: postings.company,
  external_id: postings.external_id,
  status: shownStatus,
  title: postings.title,
  url: postings.url,
  apply_url: postings.apply_url,
  locations: postings.locations,
  remote: postings.remote,
  department: postings.department,
  employment_type: postings.employment_type,
  salary: postings.salary,
  description_html: postings.description_html,
  description_text: postings.description_text,
  posted_at: iso(postings.posted_at),
  updated_at: iso(postings.updated_at),
  valid_through: iso(postings.valid_through),
  first_seen_at: iso(postings.first_seen_at),
  changed_at: iso(postings.changed_at),
  expired_at: iso(postings.expired_at),
}

type PostingKey = {
  readonly owner: string
  readonly company: string
  readonly external_id: string
}

/** Reads a posting. Returns undefined if this owner has none with this key. */
export async function readPosting(
  db: Database,
  { owner, company, external_id }: PostingKey,
): Promise<PostingView | undefined> {
  const found = await answered(
    db.orm
      .select(shownPosting)
      .from(postings)
      .where(
        and(
          eq(postings.owner, owner),
          eq(postings.company, cleanText(company)),
          eq(postings.external_id, cleanText(external_id)),
        ),
      ),
  )
  const [row] = found
  return row && readRow(PostingView, row, nameOfPosting({ ...row, owner }))
}

export function nameOfPosting({ owner, company, external_id }: PostingKey): RowName {
  const what = `the posting ${external_id} of ${company}`
  return { owner, what, remedy: 'The next run that lists it stores it anew.' }
}
