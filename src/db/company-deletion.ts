import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { CompanyKey } from './companies.ts'
import type { Database } from './connect.ts'
import { type Removal } from './erasure.ts'
import { BY_DELETION } from './fences.ts'
import { lockCompany } from './visit-end.ts'
import { lastVisit } from './visits.ts'

/** A company of this visit and the ones before is to be deleted. A company that is stored anew counts on from there. */
export type DeletedCompany = CompanyKey & { readonly visit: number }

/**
 * Deletes the row of a company, and marks its last visit. From then on nothing is written for its visits: a listing and the
 * end of a visit need the row, and a result looks for the mark. Returns the number of its last visit, or undefined if this owner has no such company.
 */
export async function dropCompany(
  db: Database,
  { owner, slug }: CompanyKey,
): Promise<{ readonly visit: number; readonly moment: string } | undefined> {
  const key = [owner, cleanText(slug)] as const
  const [row] = await db.batch([lockCompany(...key), [DROP, key]])
  return Dropped.optional().parse(row)
}

const Dropped = z.object({ visit: z.int(), moment: z.string() })

const DROP = `
WITH dropped AS (
  DELETE FROM companies WHERE owner = $1::text AND slug = $2::text RETURNING owner, slug, visit
),
fenced AS (
  UPDATE visits SET decided_by = '${BY_DELETION}' FROM dropped
  WHERE visits.owner = dropped.owner AND company = slug AND visits.visit = dropped.visit
)
SELECT visit, pg_current_xact_id()::text AS moment FROM dropped`

/** Returns the number of the last visit that is stored of a company, or 0. */
export async function lastVisitOf(db: Database, { owner, slug }: CompanyKey): Promise<number> {
  const [row] = await db.query(`SELECT ${lastVisit} AS visit`, [owner, cleanText(slug)])
  return z.object({ visit: z.int() }).parse(row).visit
}

/** The parts of a company, in the order in which they go. */
export const COMPANY_PARTS = [
  'postings',
  'posting_changes',
  'posting_aliases',
  'listed',
  'visits',
] as const
export type CompanyPart = (typeof COMPANY_PARTS)[number]

/** The number of the last visit stays for a while: a company of the same slug counts on from there (`forgetCompany`). */
export function ofCompany(part: CompanyPart, { slug, visit }: DeletedCompany): Removal {
  const before = part === 'visits' ? '<' : '<='
  return {
    table: part,
    where: `kept.company = $5::text AND kept.visit ${before} $6::integer`,
    params: [cleanText(slug), visit],
  }
}

/** Takes all but its number out of the last visit of a deleted company. */
export async function blankLastVisit(
  db: Database,
  { owner, slug, visit }: DeletedCompany,
): Promise<void> {
  await db.query(BLANK, [owner, cleanText(slug), visit])
}

const BLANK = `
UPDATE visits SET run_id = '', expiry = NULL, gone = 0, open = 0, sample = '[]', certificate = NULL,
  decided_at = NULL
WHERE owner = $1::text AND company = $2::text AND visit = $3::integer`

/** Removes the number of the last visit. A company that was stored anew has counted on from there. */
export async function forgetCompany(
  db: Database,
  { owner, slug, visit }: DeletedCompany,
): Promise<void> {
  await db.query(FORGET, [owner, cleanText(slug), visit])
}

const FORGET = `
DELETE FROM visits WHERE owner = $1::text AND company = $2::text AND visit = $3::integer
  AND decided_by = '${BY_DELETION}'`

/** Lists the runs that visited a company, after one of them. Their blobs have its listings. */
export async function runsOfCompany(
  db: Database,
  {
    owner,
    slug,
    visit,
    after,
    limit,
  }: DeletedCompany & { readonly after: number; readonly limit: number },
): Promise<readonly { readonly visit: number; readonly run_id: string }[]> {
  return Visited.parse(await db.query(RUNS, [owner, cleanText(slug), visit, after, limit]))
}

const Visited = z.array(z.object({ visit: z.int(), run_id: z.string() }))

const RUNS = `
SELECT visit, run_id FROM visits WHERE owner = $1::text AND company = $2::text
  AND visit <= $3::integer AND visit > $4::integer ORDER BY visit LIMIT $5::integer`
