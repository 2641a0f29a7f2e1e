import { knownPages, markListed } from '../db/listed.ts'
import { readAliases } from '../db/posting-aliases.ts'
import { postingTail } from '../db/postings.ts'
import { recordResults } from '../db/results.ts'
import { endVisit } from '../db/visit-end.ts'
import { visitCompany } from '../db/visits.ts'
import type { CompanyPort } from '../pipelines/ingestion/company-port.ts'
import type { OutageRetry } from '../queue/outage-retry.ts'
import { expiryRule, type Parts } from './parts.ts'
import type { Wiring } from './wiring.ts'

/** Wires the companies for ingestion's plans, and the statement that records its postings. */
export function wireIngestion(parts: Parts): Wiring<{ readonly companies: CompanyPort }> {
  return {
    planPorts: (outage) => ({ companies: companyPort(parts, outage) }),
    workPorts: () => ({}),
    record: (run, rows) => recordResults(parts.db, { ...run, tail: postingTail }, rows),
  }
}

/** Each statement outlasts an outage of Postgres, so that a plan fetches no page twice. */
function companyPort(parts: Parts, outage: Pick<OutageRetry, 'ask'>): CompanyPort {
  const { db, settings } = parts
  const { visit_ms } = settings
  const rule = expiryRule(parts)
  return {
    visit: (request) => outage.ask(() => visitCompany(db, { ...request, visit_ms })),
    aliases: (visit, ids) => outage.ask(() => readAliases(db, visit, ids)),
    markListed: (visit, items) => outage.ask(() => markListed(db, visit, items)),
    knownPages: (visit, ids) => outage.ask(() => knownPages(db, visit, ids)),
    endVisit: (visit, read) => outage.ask(() => endVisit(db, visit, { ...rule, ...read })),
  }
}
