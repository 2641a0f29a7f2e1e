import { archiveJobs } from '../db/archived-jobs.ts'
import { archiveRun } from '../db/archived-runs.ts'
import { knownPages, markListed } from '../db/listed.ts'
import { postingTail } from '../db/postings.ts'
import { recordResults } from '../db/results.ts'
import { writeRunJobs } from '../db/run-jobs.ts'
import { archiveLines } from '../db/run-logs.ts'
import { writeRun } from '../db/runs.ts'
import { endVisit } from '../db/visit-end.ts'
import { visitCompany } from '../db/visits.ts'
import { consoleLog as log } from '../log.ts'
import { documents } from '../pipelines/documents/documents.ts'
import type { CompanyPort } from '../pipelines/ingestion/company-port.ts'
import { ingestion } from '../pipelines/ingestion/ingestion.ts'
import { StateMessage } from '../protocol/messages.ts'
import { archiveConsumer } from '../queue/archive.ts'
import { checkpointConsumer } from '../queue/checkpoint.ts'
import type { Consumer, PipelinePorts } from '../queue/consumer.ts'
import { deadLetterConsumer } from '../queue/dead-letters.ts'
import type { Patience } from '../queue/patience.ts'
import { planConsumer } from '../queue/plan.ts'
import { workConsumer } from '../queue/work.ts'
import { openBlobs } from '../storage/blobs.ts'
import { openPages } from '../storage/pages.ts'
import { documentWorker } from './documents.ts'
import { expiryRule, fetchOf, type Parts, runOf } from './parts.ts'

function pipelinePorts(parts: Parts): PipelinePorts {
  const { env, settings, gates } = parts
  return {
    run: runOf(parts),
    log,
    fetch: fetchOf(parts),
    blobs: () => openBlobs(env.BLOBS, gates.storage),
    pages: openPages(env.BLOBS, gates.storage),
    hold_ms: settings.hold_ms,
    unavailable_ms: settings.unavailable_ms,
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

/** The same, through an outage: what a plan has fetched is not fetched again for it. */
function patiently(port: CompanyPort, patience: Pick<Patience, 'ask'>): CompanyPort {
  return {
    visit: (request) => patience.ask(() => port.visit(request)),
    markListed: (visit, ids) => patience.ask(() => port.markListed(visit, ids)),
    knownPages: (visit, ids) => patience.ask(() => port.knownPages(visit, ids)),
    endVisit: (visit, listing) => patience.ask(() => port.endVisit(visit, listing)),
  }
}

export function planning(parts: Parts) {
  const companies = companyPort(parts)
  return planConsumer({
    ...pipelinePorts(parts),
    batch_jobs: parts.settings.batch_jobs,
    report_ms: parts.settings.report_ms,
    planners: {
      ingestion: {
        deadline_ms: ingestion.limits.plan_deadline_ms,
        plan: (task, ports, patience) =>
          ingestion.plan(task, { ...ports, companies: patiently(companies, patience) }),
      },
      documents: {
        deadline_ms: documents.limits.plan_deadline_ms,
        plan: (task, ports) => documents.plan(task, ports),
      },
    },
  })
}

export function working(parts: Parts) {
  const { report_ms } = parts.settings
  return workConsumer({
    ...pipelinePorts(parts),
    workers: {
      ingestion: {
        deadline_ms: ingestion.limits.job_deadline_ms,
        pace: { first_ms: report_ms, next_ms: report_ms },
        work: (task, ports) => ingestion.work(task, ports),
        record: (run, rows) => recordResults(parts.db, { ...run, tail: postingTail }, rows),
      },
      documents: documentWorker(parts),
    },
  })
}

/** One queue for whatever brings runs to Postgres: as they go, and for good. */
export function checkpointing(parts: Parts): Consumer<StateMessage> {
  const checkpoints = checkpointsOf(parts)
  const archives = archivesOf(parts)
  return {
    message: StateMessage,
    consume: (message) =>
      message.kind === 'archive' ? archives.consume(message) : checkpoints.consume(message),
  }
}

function statePorts(parts: Parts) {
  const { checkpoint_rows: rows, unavailable_ms } = parts.settings
  return { run: runOf(parts), log, rows, unavailable_ms }
}

function archivesOf(parts: Parts) {
  const { db } = parts
  return archiveConsumer({
    ...statePorts(parts),
    archiveJobs: (run, rows) => archiveJobs(db, run, rows),
    archiveLines: (run, page) => archiveLines(db, run, page),
    archiveRun: (archive) => archiveRun(db, archive),
  })
}

function checkpointsOf(parts: Parts) {
  const { db } = parts
  return checkpointConsumer({
    ...statePorts(parts),
    writeRun: (checkpoint) => writeRun(db, checkpoint),
    async writeJobs(run, rows) {
      const refused = await writeRunJobs(db, run, rows)
      if (refused.length > 0) log('error', 'Postgres cannot hold some jobs', { ...run, refused })
    },
  })
}

export function deadLetters(parts: Parts) {
  return deadLetterConsumer({ run: runOf(parts), log })
}
