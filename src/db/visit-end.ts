import { z } from 'zod'

import type { VisitKey } from '../protocol/company.ts'
import type { ListingCertificate } from '../protocol/visit.ts'
import type { Database, Statement } from './connect.ts'
import { jsonText } from './json.ts'
import { expireMissed, judgement, seenByVisit } from './missing.ts'

export type ExpiryRule = {
  /** The number of successive runs whose complete listings must lack a posting before it expires. */
  readonly misses: number
  /** A person decides if more than this percentage of the open postings would expire at once. */
  readonly hold_percent: number
}

type EndRule = ExpiryRule & {
  readonly listing: 'complete' | 'incomplete'
  readonly certificate?: ListingCertificate | null
}

/**
 * Ends a visit. After a complete listing, unless a newer visit has begun, expires or holds the postings that
 * no overlapping visit listed (PLAN-4). An incomplete listing expires nothing. A repeated call changes
 * nothing and returns the same. Returns undefined if the company is gone.
 */
export async function endVisit(
  db: Database,
  { owner, company, visit }: VisitKey,
  { listing, certificate = null, misses, hold_percent }: EndRule,
) {
  const rows = await db.batch([
    lockCompany(owner, company),
    [
      END,
      [owner, company, visit, listing, misses, hold_percent, certificate && jsonText(certificate)],
    ],
  ])
  const ended = EndedVisit.optional().parse(rows.at(0))
  if (ended === undefined) return undefined
  const { kind, gone, before } = ended
  // The company's postings that all visits of this run have expired so far.
  const run_gone = kind === 'applied' ? before + gone : before
  return { expiry: expiryOf(ended), run_gone }
}

function expiryOf({ kind, gone, open }: EndedVisit) {
  if (kind === null) return undefined
  return kind === 'superseded' ? { kind } : { kind, gone, open }
}

/** Locks the company: other calls that begin, mark or end one of its visits wait for this transaction. */
export function lockCompany(owner: string, company: string): Statement {
  return [
    'SELECT FROM companies WHERE owner = $1::text AND slug = $2::text FOR UPDATE',
    [owner, company],
  ]
}

const EndedVisit = z.object({
  kind: z.enum(['applied', 'held', 'superseded']).nullable(),
  gone: z.int(),
  open: z.int(),
  /** The postings that earlier visits of this run expired. Their plans may have died before they reported. */
  before: z.int(),
})
type EndedVisit = z.infer<typeof EndedVisit>

// An expiry that a person has decided since was held when the visit ended. The statement deletes listings
// of visits below the newest visit's floor, because no later floor is lower.
const END = `
WITH this AS MATERIALIZED (
  SELECT visits.visit, run_id, floor, companies.visit = visits.visit AS newest,
    companies.visit = visits.visit AND $4::text = 'complete' AS judges,
    $5::integer AS misses_wanted, $6::integer AS hold_percent
  FROM visits JOIN companies ON companies.owner = visits.owner AND slug = company
  WHERE visits.owner = $1::text AND company = $2::text AND visits.visit = $3::integer
    AND status = 'open'
),
${judgement(seenByVisit)},
counted AS (
  UPDATE companies SET complete_listings = complete_listings + ($4::text = 'complete')::integer
  FROM this WHERE owner = $1::text AND slug = $2::text
  RETURNING complete_listings
),
ended AS (
  UPDATE visits SET status = $4::text, ended_at = now(), gone = verdict.gone, open = verdict.open,
    sample = verdict.sample, certificate = $7::text::jsonb, complete_listings = counted.complete_listings,
    expiry = CASE WHEN $4::text = 'incomplete' THEN NULL WHEN NOT newest THEN 'superseded'
      WHEN held THEN 'held' ELSE 'applied' END
  FROM this, verdict, counted
  WHERE owner = $1::text AND company = $2::text AND visits.visit = $3::integer
  RETURNING expiry AS kind, visits.gone, visits.open
),
missed AS (${expireMissed}),
found AS (
  UPDATE postings SET misses = 0, missed_run = NULL, missed_visit = NULL
  WHERE owner = $1::text AND company = $2::text AND status = 'open' AND misses > 0
    AND (external_id IN (SELECT external_id FROM judged WHERE NOT missed)) IS TRUE
),
forgotten AS (
  DELETE FROM listed WHERE owner = $1::text AND company = $2::text
    AND visit < (SELECT floor FROM this WHERE newest)
),
before AS (
  SELECT coalesce(sum(earlier.gone), 0)::integer AS before
  FROM visits AS earlier JOIN visits AS own
    ON own.owner = earlier.owner AND own.company = earlier.company AND own.run_id = earlier.run_id
  WHERE own.owner = $1::text AND own.company = $2::text AND own.visit = $3::integer
    AND earlier.visit < own.visit AND earlier.expiry = 'applied' AND earlier.decided_at IS NULL
)
SELECT kind, gone, open, before FROM ended, before
UNION ALL
SELECT CASE WHEN decided_at IS NULL THEN expiry ELSE 'held' END, gone, open, before FROM visits, before
WHERE owner = $1::text AND company = $2::text AND visit = $3::integer AND status <> 'open'`
