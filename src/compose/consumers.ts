import { knownPages, markListed } from '../db/listed.ts'
import { postingTail } from '../db/postings.ts'
import { recordResults } from '../db/results.ts'
import { writeRunJobs } from '../db/run-jobs.ts'
import { writeRun } from '../db/runs.ts'
import { endVisit } from '../db/visit-end.ts'
import { visitCompany } from '../db/visits.ts'
import { consoleLog as log } from '../log.ts'
import type { CompanyPort } from '../pipelines/ingestion/company-port.ts'
import { ingestion } from '../pipelines/ingestion/ingestion.ts'
import { openBlobs } from '../queue/blobs.ts'
import { checkpointConsumer } from '../queue/checkpoint.ts'
import type { PipelinePorts } from '../queue/consumer.ts'
import { deadLetterConsumer } from '../queue/dead-letters.ts'
import { openPages } from '../queue/pages.ts'
import { planConsumer } from '../queue/plan.ts'
import { workConsumer } from '../queue/work.ts'
import { expiryRule, fetchOf, type Parts, runOf } from './parts.ts'

function pipelinePorts(parts: Parts): PipelinePorts {
  const { env, settings } = parts
  return {
    run: runOf(parts),
    log,
    fetch: fetchOf(parts),
    blobs: () => openBlobs(env.BLOBS),
    pages: openPages(env.BLOBS),
    report_ms: settings.report_ms,
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

export function planning(parts: Parts) {
  const companies = companyPort(parts)
  return planConsumer({
    ...pipelinePorts(parts),
    batch_jobs: parts.settings.batch_jobs,
    planners: {
      ingestion: {
        deadline_ms: ingestion.limits.plan_deadline_ms,
        plan: (task, ports) => ingestion.plan(task, { ...ports, companies }),
      },
    },
  })
}

export function working(parts: Parts) {
  return workConsumer({
    ...pipelinePorts(parts),
    workers: {
      ingestion: {
        deadline_ms: ingestion.limits.job_deadline_ms,
        work: (task, ports) => ingestion.work(task, ports),
        record: (run, rows) => recordResults(parts.db, { ...run, tail: postingTail }, rows),
      },
    },
  })
}

export function checkpointing(parts: Parts) {
  const { settings, db } = parts
  return checkpointConsumer({
    run: runOf(parts),
    log,
    rows: settings.checkpoint_rows,
    unavailable_ms: settings.unavailable_ms,
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
