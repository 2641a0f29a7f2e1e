import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { VisitKey } from '../protocol/company.ts'
import { CrawledPage } from '../protocol/posting.ts'
import type { Database } from './connect.ts'
import { jsonText } from './json.ts'
import { readableRows } from './readable.ts'

/** The most ids in one row. */
const PART = 1_000

/**
 * Marks these ids as listed in the visit. Repeating the call is safe. A posting that a newer, overlapping
 * visit missed becomes open again, because this visit found it. The company's lock orders this call and a
 * visit's end, so that the later one sees what the earlier one wrote.
 */
export async function markListed(
  db: Database,
  { owner, company, visit }: VisitKey,
  external_ids: readonly string[],
): Promise<void> {
  if (external_ids.length === 0) return
  const parts = Array.from({ length: Math.ceil(external_ids.length / PART) }, (_, part) =>
    external_ids.slice(part * PART, (part + 1) * PART),
  )
  const params = [owner, company, visit, jsonText(parts)]
  await db.batch([
    [MARK, params],
    [FIND_AGAIN, params],
  ])
}

const MARK = `
WITH company AS MATERIALIZED (
  SELECT owner, slug FROM companies WHERE owner = $1::text AND slug = $2::text FOR SHARE
)
INSERT INTO listed (owner, company, visit, part, ids)
SELECT owner, slug, $3::integer, encode(sha256(convert_to(part.ids::text, 'UTF8')), 'hex'),
  ARRAY(SELECT jsonb_array_elements_text(part.ids))
FROM company CROSS JOIN jsonb_array_elements($4::text::jsonb) AS part(ids)
ON CONFLICT DO NOTHING`

// Postgres evaluates the first condition once and reads no posting if no newer visit has begun. IS TRUE
// prevents a join: on tables without statistics Postgres would plan a nested loop.
const FIND_AGAIN = `
UPDATE postings SET status = 'open', misses = 0, missed_run = NULL, missed_visit = NULL,
  expired_at = NULL, changed_at = CASE WHEN status = 'open' THEN changed_at ELSE now() END
WHERE (SELECT visit FROM companies WHERE owner = $1::text AND slug = $2::text) > $3::integer
  AND owner = $1::text AND company = $2::text AND missed_visit > $3::integer
  AND (missed_visit IN (
    SELECT visit FROM visits
    WHERE owner = $1::text AND company = $2::text AND floor <= $3::integer)) IS TRUE
  AND (external_id IN (
    SELECT jsonb_array_elements_text(part.ids)
    FROM jsonb_array_elements($4::text::jsonb) AS part(ids))) IS TRUE`

/** Reads the pages that these postings were crawled from before, by their given ids. */
export async function knownPages<Id extends string>(
  db: Database,
  { owner, company }: VisitKey,
  external_ids: readonly Id[],
): Promise<ReadonlyMap<Id, CrawledPage>> {
  if (external_ids.length === 0) return new Map()
  const found = await db.query(PAGES, [owner, company, jsonText(external_ids)])
  // A damaged row counts as no page: the crawl fetches the page again.
  const readable = readableRows(Paged, found, ({ external_id }) => {
    return { owner, what: `the page of the posting ${String(external_id)} of ${company}` }
  })
  const pages = new Map(readable.map(({ external_id, page }) => [external_id, page]))
  return new Map(
    external_ids.flatMap((id) => {
      const page = pages.get(cleanText(id))
      return page ? [[id, page]] : []
    }),
  )
}

const Paged = z.object({ external_id: z.string(), page: CrawledPage })

const PAGES = `
SELECT input.external_id, stored.page
FROM jsonb_array_elements_text($3::text::jsonb) AS input(external_id)
CROSS JOIN LATERAL (
  SELECT page FROM postings WHERE owner = $1::text AND company = $2::text
    AND external_id = input.external_id LIMIT 1
) AS stored
WHERE stored.page IS NOT NULL`
