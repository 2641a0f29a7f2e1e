import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { RelatedPostings } from '../protocol/posting.ts'
import type { Database, Statement } from './connect.ts'
import { companyName, NAMED, nameOfPosting, type PostingKey, SHOWN_STATUS } from './posting-view.ts'
import { readRow } from './readable.ts'

/** The most related postings that are shown. */
const RELATED = 50

/**
 * Texts of which so many bits of the SimHash differ are near-equal. Of pairs that are labelled by how they were made,
 * 99 in 100 of those up to here are about the same job, and nine tenths of all that are come up to here.
 */
export const NEAR = 6

/** The number of bands of a SimHash. */
const BANDS = 6

/** Reads the postings about the same job. Returns undefined if this owner has none with this key. */
export async function readRelated(
  db: Database,
  { owner, company, external_id }: PostingKey,
): Promise<RelatedPostings | undefined> {
  const key = [owner, cleanText(company), cleanText(external_id)]
  const [row] = await db.batch([BY_INDEX, [READ, key]])
  const name = nameOfPosting({ owner, company, external_id })
  return row && readRow(z.object({ related: RelatedPostings }), row, name).related
}

const BY_INDEX: Statement = ['SET LOCAL enable_seqscan = off', []]

/** Keys of bands are smaller than those of requisitions. A posting with a short text has no bands. */
const hasBands = (table: string) => `coalesce(${table}.likeness[${BANDS}] < 1 << 30, false)`

const distance = Array.from(
  { length: BANDS },
  (_, n) => `bit_count((other.likeness[${n + 1}] # own.likeness[${n + 1}])::bit(32))`,
).join(' + ')

/** The lookup by keys finds more than is near, and other requisitions of the same hash. */
const READ = `
WITH own AS MATERIALIZED (
  SELECT company, external_id, likeness, details FROM postings
  WHERE ${NAMED}
),
other AS MATERIALIZED (
  SELECT company, external_id, title, url, ${SHOWN_STATUS} AS status, likeness, details FROM postings
  WHERE owner = $1::text AND likeness && (SELECT likeness FROM own)
),
judged AS (
  SELECT other.company, other.external_id, other.title, other.url, other.status,
    CASE WHEN ${hasBands('own')} AND ${hasBands('other')} THEN (${distance})::integer END AS distance,
    (other.details->>'requisition_id' = own.details->>'requisition_id'
      AND (other.company = own.company OR other.details->>'employer' = own.details->>'employer')) IS TRUE AS same_requisition
  FROM other, own WHERE (other.company, other.external_id) <> (own.company, own.external_id)
),
related AS (
  SELECT *, ${companyName({ owner: '$1::text', company: 'judged.company' })} AS company_name FROM judged WHERE same_requisition OR distance <= ${NEAR}
  ORDER BY same_requisition DESC, distance, company, external_id LIMIT ${RELATED + 1}
)
SELECT jsonb_build_object(
  'postings', (SELECT coalesce(jsonb_agg(to_jsonb(first) ORDER BY same_requisition DESC, distance, company, external_id), '[]')
    FROM (SELECT * FROM related LIMIT ${RELATED}) AS first),
  'complete', (SELECT count(*) <= ${RELATED} FROM related)) AS related
FROM own`
