import { cleanText } from '../protocol/clean-text.ts'
import type { Database } from './connect.ts'
import { lockCompany } from './visit-end.ts'

/**
 * Deletes a company with its postings and visits. Its runs stay, and so does the number of its last visit:
 * a new company with the same slug counts on from there. Returns false if this owner has no such company.
 */
export async function deleteCompany(
  db: Database,
  { owner, slug }: { readonly owner: string; readonly slug: string },
): Promise<boolean> {
  const key = [owner, cleanText(slug)] as const
  const deleted = await db.batch([lockCompany(...key), [DELETE, key]])
  return deleted.length > 0
}

const DELETE = `
WITH deleted AS (
  DELETE FROM companies WHERE owner = $1::text AND slug = $2::text RETURNING owner, slug, visit
),
without_postings AS (
  DELETE FROM postings USING deleted WHERE postings.owner = deleted.owner AND company = slug
),
without_changes AS (
  DELETE FROM posting_changes USING deleted
  WHERE posting_changes.owner = deleted.owner AND company = slug
),
without_aliases AS (
  DELETE FROM posting_aliases USING deleted
  WHERE posting_aliases.owner = deleted.owner AND company = slug
),
without_ids AS (
  DELETE FROM listed USING deleted WHERE listed.owner = deleted.owner AND company = slug
),
without_visits AS (
  DELETE FROM visits USING deleted
  WHERE visits.owner = deleted.owner AND company = slug AND visits.visit < deleted.visit
),
last AS (
  UPDATE visits SET expiry = NULL, gone = 0, open = 0, sample = '[]' FROM deleted
  WHERE visits.owner = deleted.owner AND company = slug AND visits.visit = deleted.visit
)
SELECT slug FROM deleted`
