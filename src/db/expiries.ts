import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import { ExpiryView } from '../protocol/expiry.ts'
import type { Database } from './connect.ts'
import { isoText } from './iso.ts'
import { expireMissed, judgement, seenByVisit } from './missing.ts'
import { readableRows, readRow, type RowName } from './readable.ts'
import { isKept, requireKept } from './removed-run.ts'
import { lockCompany } from './visit-end.ts'

type RunKey = { readonly owner: string; readonly run_id: string }

/**
 * Lists, by company, the postings that a run's listings no longer had, and what was decided. Throws RunRemoved for a
 * run whose visits were removed.
 */
export async function listExpiries(db: Database, { owner, run_id }: RunKey): Promise<ExpiryView[]> {
  const rows = await db.query(LIST, [owner, run_id])
  if (rows.length === 0) await requireKept(db, { owner, run_id })
  const nameOf = ({ company }: Readonly<Record<string, unknown>>) =>
    nameOfExpiry({ owner, run_id, company: String(company) })
  return readableRows(ExpiryView, rows, nameOf)
}

function nameOfExpiry({ owner, run_id, company }: RunKey & { readonly company: string }): RowName {
  return { owner, what: `the expiry of ${company} in the run ${run_id}` }
}

type Decision = RunKey & {
  readonly company: string
  readonly apply: boolean
  /** The `sub` of the person who decides. */
  readonly by: string
  readonly misses: number
}

const Decided = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('decided'), expiry: ExpiryView }),
  z.object({ kind: z.literal('decided_already'), expiry: ExpiryView }),
  z.object({ kind: z.literal('superseded') }),
])
export type Decided = z.infer<typeof Decided> | { readonly kind: 'unknown' }

/**
 * Applies or drops a held expiry. Before applying it, judges the postings again by the rule that held them:
 * a posting that was found since stays. `superseded`: a newer visit of the company has begun. Throws RunRemoved as
 * the list does.
 */
export async function decideExpiry(db: Database, decision: Decision): Promise<Decided> {
  const { owner, run_id, apply, by, misses } = decision
  const company = cleanText(decision.company)
  const rows = await db.batch([
    lockCompany(owner, company),
    [DECIDE, [owner, company, run_id, apply, misses, by]],
  ])
  const [row] = rows
  if (row === undefined) {
    await requireKept(db, { owner, run_id })
    return { kind: 'unknown' }
  }
  return readRow(Decided, row, nameOfExpiry({ owner, run_id, company }))
}

/** Selects a run's last visit of a company. This visit read the same listing again as the run's earlier visits. */
const latest = (which: string) => `
  SELECT DISTINCT ON (company) visits.*, companies.visit > visits.visit AS overtaken
  FROM visits JOIN companies ON companies.owner = visits.owner AND slug = company
  WHERE visits.owner = $1::text AND ${which}
  ORDER BY company, visits.visit DESC`

/** True if a visit has an expiry that the list shows. */
const telling = `expiry IS NOT NULL AND (gone > 0 OR decided_at IS NOT NULL)`

const shown = (status: string) => `company, visit, ${status} AS status, gone, open, sample,
  ${isoText('decided_at')} AS decided_at`

const LIST = `
WITH latest AS (${latest(`run_id = $2::text AND ${isKept('$2')}`)})
SELECT ${shown(`CASE WHEN expiry = 'held' AND overtaken THEN 'superseded' ELSE expiry END`)}
FROM latest WHERE ${telling} ORDER BY company`

const asJson = (table: string) =>
  `(SELECT to_jsonb(view) FROM (SELECT ${shown(`${table}.expiry`)}) AS view)`

// A person decides about all gone postings here, so the limit must not hold them again.
const DECIDE = `
WITH this AS MATERIALIZED (
  SELECT *, expiry = 'held' AND NOT overtaken AS decides,
    expiry = 'held' AND NOT overtaken AND $4::boolean AS judges,
    $5::integer AS misses_wanted, 100 AS hold_percent
  FROM (${latest(`company = $2::text AND run_id = $3::text AND ${isKept('$3')}`)}) AS latest
),
${judgement(seenByVisit)},
decided AS (
  UPDATE visits SET decided_at = now(), decided_by = $6::text,
    expiry = CASE WHEN $4::boolean THEN 'applied' ELSE 'dropped' END,
    gone = CASE WHEN $4::boolean THEN verdict.gone ELSE visits.gone END,
    open = CASE WHEN $4::boolean THEN verdict.open ELSE visits.open END
  FROM this, verdict
  WHERE decides AND visits.owner = this.owner AND visits.company = this.company
    AND visits.visit = this.visit
  RETURNING visits.*
),
missed AS (${expireMissed})
SELECT 'decided' AS kind, ${asJson('decided')} AS expiry FROM decided
UNION ALL
SELECT CASE WHEN expiry IN ('held', 'superseded') THEN 'superseded' ELSE 'decided_already' END,
  ${asJson('this')}
FROM this WHERE NOT decides AND (${telling} OR expiry = 'superseded')`
