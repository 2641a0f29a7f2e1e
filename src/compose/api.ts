import { readAuthConfig, readWatchTokenConfig } from '../api/auth-config.ts'
import { readOrigins } from '../api/origins.ts'
import type { ApiPorts, CompanyPorts, PreviewRequest } from '../api/ports.ts'
import { createRunIds, readRunIdConfig } from '../api/run-ids.ts'
import { ArchivedRun } from '../archive/archived-run.ts'
import { plainSockets } from '../archive/plain-sockets.ts'
import { openArchive } from '../archive/postgres-archive.ts'
import {
  changeCompany,
  createCompany,
  findCompany,
  hasCompany,
  listCompanies,
  readCompany,
} from '../db/companies.ts'
import { comparePostings } from '../db/comparison.ts'
import type { Database } from '../db/connect.ts'
import { decideExpiry, listExpiries } from '../db/expiries.ts'
import { listFailures } from '../db/failures.ts'
import { readJobResults } from '../db/job-results.ts'
import { countFacets } from '../db/posting-facets.ts'
import { readPostingHistory } from '../db/posting-history.ts'
import { listPostings } from '../db/posting-list.ts'
import { readPosting } from '../db/posting-view.ts'
import { readRelated } from '../db/related-postings.ts'
import { findEarlierRun, readRunFigures } from '../db/run-figures.ts'
import { countRuns, listRuns } from '../db/run-list.ts'
import { renameArchived } from '../db/run-naming.ts'
import { hasRun } from '../db/runs.ts'
import { listVisits } from '../db/visit-list.ts'
import { createGate } from '../gate.ts'
import { consoleLog as log } from '../log.ts'
import { withShortWaits } from '../pipelines/fetch.ts'
import { Detector } from '../pipelines/ingestion/detect/detect.ts'
import type { PreviewPort } from '../pipelines/ingestion/preview-port.ts'
import { previewCompany } from '../pipelines/ingestion/preview.ts'
import { readList } from '../settings.ts'
import { documentPorts } from './documents.ts'
import { ownersOf, runsOf, tasksOf } from './objects.ts'
import { expiryRule, fetchOf, type Parts } from './parts.ts'
import { startable } from './pipelines.ts'
import { targetChecks } from './webhooks.ts'

/** The API's ports, connected to the parts of this deployment. */
export function apiPorts(parts: Parts): ApiPorts {
  const { env, settings, db, readLists } = parts
  const auth = readAuthConfig(env)
  return {
    auth,
    watch_tokens: readWatchTokenConfig(env, auth, settings.watch_token_ms),
    environment: env.RUNCAST_ENV === 'local' ? 'local' : 'production',
    cors: readOrigins(readList(env.CORS_ORIGINS)),
    retry_ms: settings.retry_ms,
    pipelines: startable,
    run_ids: createRunIds(readRunIdConfig(env)),
    run: runsOf(env),
    owner: ownersOf(env),
    task: tasksOf(env),
    targetFault: targetChecks(env),
    archivedRun: (run_id) =>
      new ArchivedRun(run_id, { archive: openArchive(db), settings, host: plainSockets, log }),
    hasRun: (run) => hasRun(db, run),
    readResults: (query) => readJobResults(db, query),
    readFigures: (run) => readRunFigures(db, run),
    findEarlierRun: (run) => findEarlierRun(db, run),
    renameArchived: (run, change) => renameArchived(db, run, change),
    listRuns: (query) => readLists(query, (from) => listRuns(from, query)),
    countRuns: (filter) => readLists(filter, (from) => countRuns(from, filter)),
    listFailures: (query) => listFailures(db, query),
    listPostings: (query) => readLists(query, (from) => listPostings(from, query)),
    countFacets: (filter, names) => readLists(filter, (from) => countFacets(from, filter, names)),
    readPosting: (query) => readPosting(db, query),
    readPostingHistory: (query) => readPostingHistory(db, query),
    readRelated: (query) => readRelated(db, query),
    companies: companyPorts(db),
    expiries: {
      list: (query) => listExpiries(db, query),
      decide: (decision) => decideExpiry(db, { ...decision, misses: settings.expiry_misses }),
    },
    documents: documentPorts(parts),
    preview: (request) => preview(parts, request),
    detector: (signal) => detector(parts, signal),
    log,
  }
}

function companyPorts(db: Database): CompanyPorts {
  return {
    list: (query) => listCompanies(db, query),
    read: (name) => readCompany(db, name),
    create: (request) => createCompany(db, request),
    change: (request) => changeCompany(db, request),
    has: (name) => hasCompany(db, name),
    visits: ({ slug, ...query }) => listVisits(db, { ...query, company: slug }),
  }
}

function preview(parts: Parts, { signal, ...request }: PreviewRequest) {
  const { db } = parts
  const rule = expiryRule(parts)
  const companies: PreviewPort = {
    find: (key) => findCompany(db, key),
    compare: (found) => comparePostings(db, { ...found, ...rule }),
  }
  const holding = holdingFetchOf(parts)
  const { owner } = request
  const fetch = withShortWaits((url, init) => holding(url, { ...init, owner }), signal)
  return previewCompany(request, { fetch, signal, companies })
}

/** Callers that read a listing hold it whole, so that a listing may be no larger than another answer. */
function holdingFetchOf({ settings, ...parts }: Parts) {
  return fetchOf({ ...parts, settings: { ...settings, listing_bytes: settings.fetch_bytes } })
}

/** The requests for the addresses of one call pass a gate of their own: many addresses are looked at side by side. */
function detector(parts: Parts, signal: AbortSignal) {
  const egress = createGate(parts.settings.egress_at_once)
  const fetch = withShortWaits(
    holdingFetchOf({ ...parts, gates: { ...parts.gates, egress } }),
    signal,
  )
  const made = new Detector({ fetch, signal })
  return (url: string) => made.detect(url)
}
