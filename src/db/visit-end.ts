import { z } from 'zod'

import type { Database, Statement } from './connect.ts'
import { expireMissed, judgement, seenByVisit } from './missing.ts'
import type { VisitKey } from './visits.ts'

/** What a complete listing did to the postings that it no longer holds. */
type Expiry =
  | { readonly kind: 'applied' | 'held'; readonly gone: number; readonly open: number }
  | { readonly kind: 'superseded' }

/** `run_gone`: as many postings as the run's listings of the company have expired by now, in all its visits. */
export type VisitEnd = { readonly expiry: Expiry | undefined; readonly run_gone: number }

export type ExpiryRule = {
  /** Complete listings in a row, in as many runs, that must miss a posting. */
  readonly misses: number
  /** Where more than this part of the open ones would go at once, a person decides. */
  readonly hold_percent: number
}

type Ending = ExpiryRule & { readonly listing: 'complete' | 'incomplete' }

/**
 * Ends a visit. After a complete listing, unless a newer visit has begun, expires what no visit
 * that overlaps it has listed (PLAN-4), or holds that back; an incomplete one has no expiry. To repeat
 * the call changes nothing and says the same. Undefined: the company is there no more.
 */
export async function endVisit(
  db: Database,
  { owner, company, visit }: VisitKey,
  { listing, misses, hold_percent }: Ending,
): Promise<VisitEnd | undefined> {
  const rows = await db.batch([
    lockCompany(owner, company),
    [END, [owner, company, visit, listing, misses, hold_percent]],
  ])
  const ended = Ended.optional().parse(rows.at(0))
  if (ended === undefined) return undefined
  const { kind, gone, before } = ended
  const run_gone = kind === 'applied' ? before + gone : before
  return { expiry: expiryOf(ended), run_gone }
}

function expiryOf({ kind, gone, open }: Ended): Expiry | undefined {
  if (kind === null) return undefined
  return kind === 'superseded' ? { kind } : { kind, gone, open }
}

/** Makes what else begins, marks or ends a visit of the company wait for this transaction. */
export function lockCompany(owner: string, company: string): Statement {
  return [
    'SELECT FROM companies WHERE owner = $1::text AND slug = $2::text FOR UPDATE',
    [owner, company],
  ]
}

const Ended = z.object({
  kind: z.enum(['applied', 'held', 'superseded']).nullable(),
  gone: z.int(),
  open: z.int(),
  /** What earlier visits of the same run have expired: their plans may not have lived to tell. */
  before: z.int(),
})
type Ended = z.infer<typeof Ended>

// What a person decided since was held when the visit ended. No listing of a visit below the
// newest one's floor is asked for again: no later floor is lower.
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
ended AS (
  UPDATE visits SET status = $4::text, ended_at = now(), gone = verdict.gone, open = verdict.open,
    sample = verdict.sample,
    expiry = CASE WHEN $4::text = 'incomplete' THEN NULL WHEN NOT newest THEN 'superseded'
      WHEN held THEN 'held' ELSE 'applied' END
  FROM this, verdict
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
