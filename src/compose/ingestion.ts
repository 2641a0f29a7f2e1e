import { knownPages, markListed } from '../db/listed.ts'
import { postingTail } from '../db/postings.ts'
import { recordResults } from '../db/results.ts'
import { endVisit } from '../db/visit-end.ts'
import { visitCompany } from '../db/visits.ts'
import type { CompanyPort } from '../pipelines/ingestion/company-port.ts'
import type { OutageRetry } from '../queue/outage-retry.ts'
import { expiryRule, type Parts } from './parts.ts'
import type { Wiring } from './wiring.ts'

/** Wires the companies that an ingestion's plans visit, and the postings that its results write. */
export function wireIngestion(parts: Parts): Wiring<{ readonly companies: CompanyPort }> {
  const companies = companyPort(parts)
  return {
    planPorts: (outage) => ({ companies: throughOutage(companies, outage) }),
    workPorts: () => ({}),
    record: (run, rows) => recordResults(parts.db, { ...run, tail: postingTail }, rows),
  }
}

function companyPort(parts: Parts): CompanyPort {
  const { db, settings } = parts
  const { visit_ms } = settings
  const rule = expiryRule(parts)
  return {
    visit: (request) => visitCompany(db, { ...request, visit_ms }),
    markListed: (key, external_ids) => markListed(db, key, external_ids),
    knownPages: (key, external_ids) => knownPages(db, key, external_ids),
    endVisit: (key, listing) => endVisit(db, key, { ...rule, listing }),
  }
}

/** The same port through an outage of Postgres: a plan does not fetch anything again because of it. */
function throughOutage(port: CompanyPort, outage: Pick<OutageRetry, 'ask'>): CompanyPort {
  return {
    visit: (request) => outage.ask(() => port.visit(request)),
    markListed: (visit, ids) => outage.ask(() => port.markListed(visit, ids)),
    knownPages: (visit, ids) => outage.ask(() => port.knownPages(visit, ids)),
    endVisit: (visit, listing) => outage.ask(() => port.endVisit(visit, listing)),
  }
}
