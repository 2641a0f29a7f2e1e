import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { type Company, StoredCompany } from '../protocol/company.ts'
import { FieldCounts } from '../protocol/visit.ts'
import type { Database, Statement } from './connect.ts'
import { unfenced } from './fences.ts'
import { jsonText } from './json.ts'
import { readRow, type RowName } from './readable.ts'

const VisitedCompany = StoredCompany.extend({
  visit: z.int(),
  recent: z.array(FieldCounts).catch([]),
})
export type VisitedCompany = z.infer<typeof VisitedCompany>

type VisitQuery = {
  readonly owner: string
  readonly run_id: string
  readonly company: string | Company
  /** After so many milliseconds an open visit no longer delays others: its worker is taken for dead. */
  readonly visit_ms: number
}

/**
 * Takes the company's next visit. Stores a company that is given in full, or replaces the owner's company of
 * the same slug. A slug alone names a stored company; returns undefined if this owner has none. The call
 * makes two statements, because the second has to see a visit that begins at the same time.
 */
export async function visitCompany(
  db: Database,
  { owner, run_id, company, visit_ms }: VisitQuery,
): Promise<VisitedCompany | undefined> {
  const slug = typeof company === 'string' ? cleanText(company) : company.slug
  const taken = typeof company === 'string' ? known(owner, slug) : given(owner, run_id, company)
  const begun: Statement = [BEGIN, [owner, slug, run_id, visit_ms]]
  const rows = await db.batch([taken, begun])
  const [row] = rows
  return row && readRow(VisitedCompany, row, nameOfCompany({ owner, slug }))
}

export function nameOfCompany({ owner, slug }: { owner: string; slug: string }): RowName {
  return { owner, what: `the company ${slug}`, remedy: 'Store it anew, or delete it.' }
}

function known(owner: string, slug: string): Statement {
  return ['UPDATE companies SET visit = visit + 1 WHERE owner = $1 AND slug = $2', [owner, slug]]
}

function given(owner: string, run_id: string, { slug, name, source }: Company): Statement {
  return [GIVEN, [owner, slug, cleanText(name), jsonText(source), run_id]]
}

/**
 * The last visit of a deleted company with the same slug. A new company counts on from there, so that late
 * results of the deleted one are older.
 */
export const lastVisit = `coalesce(
  (SELECT max(visit) FROM visits WHERE owner = $1::text AND company = $2::text), 0)`

const GIVEN = `
INSERT INTO companies AS kept (owner, slug, name, source, visit)
SELECT $1::text, $2::text, $3::text, $4::text::jsonb, 1 + ${lastVisit}
WHERE ${unfenced('$5')}
ON CONFLICT (owner, slug) DO UPDATE SET
  name = excluded.name,
  source = excluded.source,
  visit = kept.visit + 1,
  updated_at = CASE WHEN (kept.name, kept.source) IS DISTINCT FROM (excluded.name, excluded.source)
    THEN now() ELSE kept.updated_at END`

/** The number of listings of which the usual share of a field is the median. */
const RECENT = 5

const BEGIN = `
WITH company AS (SELECT * FROM companies WHERE owner = $1::text AND slug = $2::text),
begun AS (
  INSERT INTO visits (owner, company, visit, run_id, floor)
  SELECT owner, slug, visit, $3::text, least(visit, (
    SELECT min(visit) FROM visits WHERE owner = $1::text AND company = $2::text
      AND status = 'open' AND started_at > now() - $4::integer * interval '1 millisecond'))
  FROM company
)
SELECT slug, name, source, visit, (
  SELECT coalesce(jsonb_agg(fields), '[]') FROM (
    SELECT certificate->'fields' AS fields FROM visits
    WHERE owner = $1::text AND company = $2::text AND status = 'complete'
      AND certificate->'fields'->'source' = company.source->'type'
    ORDER BY visit DESC LIMIT ${RECENT}
  ) AS newest
) AS recent FROM company`
