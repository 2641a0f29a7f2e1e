import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { type Place, PostingDetails, PostingView } from '../protocol/posting.ts'
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

/** When the advert closes: its own closing time, or the time at which its page was read as closed. */
export const CLOSES = 'least(closed_at, valid_through)'

/** The advert has closed, though its source still lists it. */
export const IS_CLOSED = `((status = 'open' AND ${CLOSES} < now()) IS TRUE)`

export const SHOWN_STATUS = `CASE WHEN ${IS_CLOSED} THEN 'closed' ELSE status END`

const CLOSED_AT = `CASE WHEN ${CLOSES} < now() THEN ${CLOSES} END`

/** The complete listings that had a posting: the last one that a stored visit knows, less those without the posting. */
export const LISTINGS = `(SELECT jsonb_build_object(
    'complete', greatest(0, complete_listings - listings_without),
    'last_at', CASE WHEN complete_listings > listings_without THEN ${isoText('ended_at')} END)
  FROM visits WHERE visits.owner = postings.owner AND visits.company = postings.company
    AND visits.visit <= postings.visit AND visits.status = 'complete' AND listings_without IS NOT NULL
    AND complete_listings IS NOT NULL
  ORDER BY visits.visit DESC LIMIT 1)`

/** Selects the name that an owner gave a company, from the owner and the company's slug. Null: the company is not stored. */
export const companyName = ({ owner, company }: { owner: string; company: string }) =>
  `(SELECT companies.name FROM companies WHERE companies.owner = ${owner} AND companies.slug = ${company})`

const COMPANY_NAME = companyName({ owner: 'postings.owner', company: 'postings.company' })

/** The columns of a stored posting. */
export const SHOWN_POSTING = `company, ${COMPANY_NAME} AS company_name, external_id,
  ${SHOWN_STATUS} AS status, title, url, apply_url,
  to_jsonb(locations) AS locations, details, ${LISTINGS} AS listings, ${isoText(CLOSED_AT)} AS closed_at, remote, department, employment_type, salary, description_html,
  description_text, ${TIMES.map((time) => `${isoText(time)} AS ${time}`).join(', ')}`

/** A row with these columns, as the view of its posting. */
export const ShownPosting = PostingView.omit({
  employer: true,
  workplace: true,
  team: true,
  employment_types: true,
  language: true,
  requisition_id: true,
  read_from: true,
})
  .extend({ locations: z.array(z.string()), details: PostingDetails.nullable() })
  .transform(toView)

type StoredRow = Omit<PostingView, keyof PostingDetails | 'locations'> & {
  readonly locations: readonly string[]
  readonly details: PostingDetails | null
}

/** An earlier version stored no workplace, but only whether it is remote. */
function toView({ details, locations, ...row }: StoredRow): PostingView {
  const { places = [], employment_types, workplace, ...said } = details ?? {}
  return {
    ...row,
    employer: null,
    team: null,
    requisition_id: null,
    language: null,
    read_from: 'structured',
    ...said,
    locations: locations.map((text) => placeOf(places, text)),
    workplace: workplace ?? (row.remote === true ? 'remote' : 'unknown'),
    employment_types: employment_types ?? [],
  }
}

/** An earlier version may have stored other places since, without these. */
function placeOf(places: readonly Place[], text: string): Place {
  const found = places.find((place) => place.text === text)
  return found ?? { text, city: null, region: null, country: null, derived: [] }
}

export type PostingKey = {
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
  return row && readRow(ShownPosting, row, nameOfPosting({ owner, company, external_id }))
}

/**
 * The posting that $3 names at the company $2 of the owner $1: by its id, or else by an alias, under which a run's job may
 * have read it.
 */
export const NAMED = `owner = $1::text AND company = $2::text AND external_id = coalesce(
  (SELECT external_id FROM postings WHERE owner = $1::text AND company = $2::text AND external_id = $3::text),
  (SELECT external_id FROM posting_aliases WHERE owner = $1::text AND company = $2::text AND alias = $3::text))`

const READ = `SELECT ${SHOWN_POSTING} FROM postings WHERE ${NAMED}`

export function nameOfPosting({ owner, company, external_id }: PostingKey): RowName {
  const what = `the posting ${external_id} of ${company}`
  return { owner, what, remedy: 'The next run that lists it stores it anew.' }
}
