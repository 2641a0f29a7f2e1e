import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { PostingHistory } from '../protocol/posting.ts'
import type { Database } from './connect.ts'
import { isoText } from './iso.ts'
import { LISTINGS, NAMED, nameOfPosting, type PostingKey, SHOWN_STATUS } from './posting-view.ts'
import { readRow } from './readable.ts'

/** The most changes that are shown. */
const CHANGES = 200

/** Reads what changed of a posting. Returns undefined if this owner has none with this key. */
export async function readPostingHistory(
  db: Database,
  { owner, company, external_id }: PostingKey,
): Promise<PostingHistory | undefined> {
  const key = [owner, cleanText(company), cleanText(external_id), CHANGES + 1]
  const [row] = await db.query(READ, key)
  return row && readRow(StoredHistory, row, nameOfPosting({ owner, company, external_id }))
}

const StoredChange = z.object({
  at: z.string(),
  run_id: z.string(),
  expired_at: z.string().nullable(),
  fields: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
})

const StoredHistory = PostingHistory.omit({ complete: true })
  .extend({ changes: z.array(StoredChange) })
  .transform(({ changes, ...posting }): PostingHistory => ({
    ...posting,
    changes: changes.slice(0, CHANGES).map(({ fields, ...change }) => ({
      ...change,
      kind: change.expired_at === null ? 'changed' : 'reopened',
      fields: Object.fromEntries(
        Object.entries(fields).map(([name, [before, after]]) => [name, { before, after }]),
      ),
    })),
    complete: changes.length <= CHANGES,
  }))

const READ = `
SELECT company, external_id, ${SHOWN_STATUS} AS status, ${isoText('first_seen_at')} AS first_seen_at,
  ${isoText('expired_at')} AS expired_at, (
    SELECT ${isoText('greatest(started_at, first_seen_at)')} FROM visits WHERE visits.owner = postings.owner
      AND visits.company = postings.company AND visits.visit = postings.visit
  ) AS last_seen_at, ${LISTINGS} AS listings, (
    SELECT coalesce(jsonb_agg(jsonb_build_object('at', ${isoText('at')}, 'run_id', run_id,
      'expired_at', ${isoText('expired_at')}, 'fields', fields) ORDER BY visit DESC), '[]')
    FROM (
      SELECT * FROM posting_changes WHERE owner = $1::text AND company = $2::text
        AND external_id = postings.external_id ORDER BY visit DESC LIMIT $4::integer
    ) AS newest
  ) AS changes
FROM postings WHERE ${NAMED}`
