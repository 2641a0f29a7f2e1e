import { cleanText } from '../protocol/clean-text.ts'
import { PostingView } from '../protocol/posting.ts'
import type { Database } from './connect.ts'
import { isoText } from './iso.ts'
import { readRow, type RowName } from './readable.ts'

const TIMES = [
  'posted_at',
  'updated_at',
  'valid_through',
  'first_seen_at',
  'changed_at',
  'expired_at',
]

/** The advert's own closing time has passed, though its source still lists it. */
export const IS_CLOSED = `((status = 'open' AND valid_through < now()) IS TRUE)`

/** The columns of a PostingView. */
export const SHOWN_POSTING = `company, external_id,
  CASE WHEN ${IS_CLOSED} THEN 'closed' ELSE status END AS status, title, url, apply_url,
  to_jsonb(locations) AS locations, remote, department, employment_type, salary, description_html,
  description_text, ${TIMES.map((time) => `${isoText(time)} AS ${time}`).join(', ')}`

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
  const key = [owner, cleanText(company), cleanText(external_id)]
  const [row] = await db.query(READ, key)
  return row && readRow(PostingView, row, nameOfPosting({ owner, company, external_id }))
}

const READ = `
SELECT ${SHOWN_POSTING} FROM postings
WHERE owner = $1::text AND company = $2::text AND external_id = $3::text`

export function nameOfPosting({ owner, company, external_id }: PostingKey): RowName {
  const what = `the posting ${external_id} of ${company}`
  return { owner, what, remedy: 'The next run that lists it stores it anew.' }
}
