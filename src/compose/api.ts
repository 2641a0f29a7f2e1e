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
  listCompanies,
  readCompany,
} from '../db/companies.ts'
import { deleteCompany } from '../db/company-deletion.ts'
import { comparePostings } from '../db/comparison.ts'
import type { Database } from '../db/connect.ts'
import { decideExpiry, listExpiries } from '../db/expiries.ts'
import { readJobResults } from '../db/job-results.ts'
import { listPostings } from '../db/posting-list.ts'
import { readPosting } from '../db/posting-view.ts'
import { DamagedRow } from '../db/readable.ts'
import { hasRun, listRuns } from '../db/runs.ts'
import { consoleLog as log, describeError } from '../log.ts'
import type { PreviewPort } from '../pipelines/ingestion/preview-port.ts'
import { previewCompany } from '../pipelines/ingestion/preview.ts'
import { PlanFailure } from '../pipelines/pipeline.ts'
import { patientFetch } from '../queue/patient-fetch.ts'
import { documentPorts } from './documents.ts'
import { expiryRule, fetchOf, type Parts, runOf, words } from './parts.ts'
import { startable } from './pipelines.ts'

/** Everything that the API touches, as it is here. */
export function apiPorts(parts: Parts): ApiPorts {
  const { env, settings, db } = parts
  const auth = readAuthConfig(env)
  return {
    auth,
    watch_tokens: readWatchTokenConfig(env, auth, settings.watch_token_ms),
    environment: env.RUNCAST_ENV === 'local' ? 'local' : 'production',
    cors: readOrigins(words(env.CORS_ORIGINS)),
    retry_ms: settings.retry_ms,
    pipelines: startable,
    run_ids: createRunIds(readRunIdConfig(env)),
    run: runOf(parts),
    archivedRun: (run_id) =>
      new ArchivedRun(run_id, { archive: openArchive(db), settings, host: plainSockets, failed }),
    hasRun: (run) => hasRun(db, run),
    readResults: (query) => readJobResults(db, query),
    listRuns: (query) => listRuns(db, query),
    listPostings: (query) => listPostings(db, query),
    readPosting: (query) => readPosting(db, query),
    companies: companyPorts(db),
    expiries: {
      list: (query) => listExpiries(db, query),
      decide: (decision) => decideExpiry(db, { ...decision, misses: settings.expiry_misses }),
    },
    documents: documentPorts(parts),
    preview: (request) => preview(parts, request),
    log,
  }
}

function failed(error: unknown): void {
  const told = { error: describeError(error) }
  log('error', 'watchers of an archived run were closed, and will resume', told)
}

function companyPorts(db: Database): CompanyPorts {
  return {
    list: (query) => listCompanies(db, query),
    read: (name) => readCompany(db, name),
    create: (request) => createCompany(db, request),
    change: (request) => changeCompany(db, request),
    remove: (name) => deleteCompany(db, name),
  }
}

/** A company that is damaged is a failure of its own preview: the others go on. */
async function findWhole(db: Database, key: Parameters<PreviewPort['find']>[0]) {
  try {
    return await findCompany(db, key)
  } catch (error) {
    if (!(error instanceof DamagedRow)) throw error
    log('error', 'a company cannot be previewed', { ...key, error: describeError(error) })
    throw new PlanFailure({ code: 'damaged', message: error.message, retryable: false })
  }
}

function preview(parts: Parts, { signal, ...request }: PreviewRequest) {
  const { db } = parts
  const rule = expiryRule(parts)
  const companies: PreviewPort = {
    find: (key) => findWhole(db, key),
    compare: (found) => comparePostings(db, { ...found, ...rule }),
  }
  return previewCompany(request, { fetch: patientFetch(fetchOf(parts), signal), signal, companies })
}
