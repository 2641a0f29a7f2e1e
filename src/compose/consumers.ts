import { archiveJobs } from '../db/archived-jobs.ts'
import { archiveRun } from '../db/archived-runs.ts'
import { listOldRuns, markRemoved, noteEmptied, removeRows } from '../db/retention.ts'
import { writeRunJobs } from '../db/run-jobs.ts'
import { archiveLines } from '../db/run-logs.ts'
import { writeRun } from '../db/runs.ts'
import { keepingFetch } from '../egress/kept-answers.ts'
import { consoleLog as log } from '../log.ts'
import { StateMessage } from '../protocol/messages.ts'
import { archiveConsumer } from '../queue/archive.ts'
import { checkpointConsumer, STATEMENT_ROWS } from '../queue/checkpoint.ts'
import type { Consumer, PipelinePorts } from '../queue/consumer.ts'
import { deadLetterConsumer } from '../queue/dead-letters.ts'
import { planConsumer } from '../queue/plan.ts'
import type { SweepPorts } from '../queue/sweep.ts'
import { workConsumer } from '../queue/work.ts'
import { openAnswers } from '../storage/answers.ts'
import { openBlobKeys } from '../storage/blob-keys.ts'
import { openBlobs } from '../storage/blobs.ts'
import { removeBlobsOf } from '../tasks/phases.ts'
import { runsOf } from './objects.ts'
import { fetchOf, type Parts } from './parts.ts'
import { plannersOf, workersOf } from './pipelines.ts'

function pipelinePorts(parts: Parts): PipelinePorts {
  const { env, settings, gates } = parts
  return {
    run: runsOf(parts.env),
    log,
    fetch: keepingFetch(fetchOf(parts), openAnswers(env.BLOBS, gates.storage)),
    blobs: () => openBlobs(env.BLOBS, gates.storage),
    hold_ms: settings.hold_ms,
    unavailable_ms: settings.unavailable_ms,
  }
}

export function planning(parts: Parts) {
  const { batch_jobs, report_ms } = parts.settings
  const planners = plannersOf(parts)
  return planConsumer({ ...pipelinePorts(parts), batch_jobs, report_ms, planners })
}

export function working(parts: Parts) {
  return workConsumer({ ...pipelinePorts(parts), workers: workersOf(parts) })
}

/** One queue carries both kinds of messages that bring runs to Postgres: checkpoints, and archives. */
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
  const { unavailable_ms } = parts.settings
  return { run: runsOf(parts.env), log, rows: STATEMENT_ROWS, unavailable_ms }
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
    writeJobs: (run, rows) => writeRunJobs(db, run, rows),
  })
}

export function deadLetters(parts: Parts) {
  return deadLetterConsumer({ run: runsOf(parts.env), log })
}

/** What the cron sweeps with. */
export function sweeping(parts: Parts): SweepPorts {
  const { db, env, gates, settings } = parts
  const run = runsOf(env)
  const blobs = openBlobKeys(env.BLOBS, gates.storage)
  return {
    removeBlobs: ({ run_id }) => removeBlobsOf(run_id, blobs),
    listOldRuns: (query) => listOldRuns(db, query),
    isArchived: async ({ owner, run_id }) => (await run(run_id).view({ owner })) === undefined,
    markRemoved: (runs, now) => markRemoved(db, runs, now),
    removeRows: (part, slice) => removeRows(db, part, slice),
    noteEmptied: (runs) => noteEmptied(db, runs),
    now: () => Date.now(),
    log,
    settings,
  }
}
