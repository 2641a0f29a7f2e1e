import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { VisitKey } from '../protocol/company.ts'
import { KnownPage, type ListedItem } from '../protocol/posting.ts'
import type { Database, Statement } from './connect.ts'
import { jsonText } from './json.ts'
import { fence } from './posting-columns.ts'
import { readableRows } from './readable.ts'

/** The most ids in one row. */
const PART = 1_000

/**
 * Marks these postings as listed in the visit. Repeating the call is safe. A posting that a newer, overlapping
 * visit missed becomes open again, because this visit found it. The company's lock orders this call and a
 * visit's end, so that the later one sees what the earlier one wrote.
 *
 * Returns the digests of the open postings whose content was made from an equal item. Such a posting now belongs
 * to this visit, as if the visit had written it again: the fence refuses what an older visit still writes.
 */
export async function markListed(
  db: Database,
  { owner, company, visit }: VisitKey,
  items: readonly ListedItem[],
): Promise<ReadonlySet<string>> {
  if (items.length === 0) return new Set()
  const ids = items.map(({ external_id }) => external_id)
  const parts = Array.from({ length: Math.ceil(ids.length / PART) }, (_, part) =>
    ids.slice(part * PART, (part + 1) * PART),
  )
  const params = [owner, company, visit, jsonText(parts)]
  const mark: readonly Statement[] = [
    [MARK, params],
    [FIND_AGAIN, params],
  ]
  const comparable = items.filter(({ digest }) => digest !== null)
  if (comparable.length === 0) {
    await db.batch(mark)
    return new Set()
  }
  const confirm: Statement = [CONFIRM, [owner, company, visit, jsonText(comparable)]]
  const rows = Confirmed.parse(await db.batch([...mark, confirm]))
  return new Set(rows.map(({ digest }) => digest))
}

const Confirmed = z.array(z.object({ digest: z.string() }))

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

// The rows are locked in the order of their keys first, so that this statement and one that records results
// cannot deadlock. FOR UPDATE compares again what another statement has changed meanwhile.
const CONFIRM = `
WITH item AS MATERIALIZED (
  SELECT * FROM jsonb_to_recordset($4::text::jsonb) AS row(external_id text, digest text)
  ORDER BY external_id
),
equal AS MATERIALIZED (
  SELECT stored.* FROM item CROSS JOIN LATERAL (
    SELECT external_id, digest FROM postings
    WHERE owner = $1::text AND company = $2::text AND external_id = item.external_id
      AND digest = item.digest AND digest_visit = visit AND status = 'open'
      AND ${fence('postings')} <= $3::integer
    FOR UPDATE
  ) AS stored
)
UPDATE postings SET visit = this.visit, digest_visit = this.visit, run_id = this.run_id,
  misses = 0, missed_run = NULL, missed_visit = NULL
FROM visits AS this, equal
WHERE this.owner = $1::text AND this.company = $2::text AND this.visit = $3::integer
  AND postings.owner = $1::text AND postings.company = $2::text
  AND postings.external_id = equal.external_id
RETURNING equal.digest`

/** Reads the pages that these postings were crawled from before, with the postings' titles, by their given ids. */
export async function knownPages<Id extends string>(
  db: Database,
  { owner, company }: VisitKey,
  external_ids: readonly Id[],
): Promise<ReadonlyMap<Id, KnownPage>> {
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

const Paged = z.object({ external_id: z.string(), page: KnownPage })

const PAGES = `
SELECT input.external_id,
  stored.page || jsonb_build_object('title', stored.title, 'has', to_jsonb(stored.has)) AS page
FROM jsonb_array_elements_text($3::text::jsonb) AS input(external_id)
CROSS JOIN LATERAL (
  SELECT page, title, array_remove(ARRAY[
    CASE WHEN cardinality(locations) > 0 THEN 'locations' END,
    CASE WHEN department IS NOT NULL THEN 'department' END,
    CASE WHEN employment_type IS NOT NULL THEN 'employment_type' END,
    CASE WHEN salary IS NOT NULL THEN 'salary' END,
    CASE WHEN remote IS NOT NULL THEN 'remote' END,
    CASE WHEN posted_at IS NOT NULL THEN 'posted_at' END,
    CASE WHEN apply_url IS NOT NULL THEN 'apply_url' END,
    CASE WHEN details ? 'employer' THEN 'employer' END,
    CASE WHEN details ? 'team' THEN 'team' END
  ], NULL) AS has FROM postings WHERE owner = $1::text AND company = $2::text
    AND external_id = input.external_id LIMIT 1
) AS stored
WHERE stored.page IS NOT NULL`
