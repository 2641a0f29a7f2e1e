import { confirmCheckpoint, releaseCheckpoint } from '../../../src/durable/run/checkpoints.ts'
import type { CheckpointPage, JobPosition } from '../../../src/durable/run/run-rpc.ts'
import { checkpointPage, checkpointRun } from '../../../src/durable/run/run-views.ts'
import { DatabaseAway } from './database.ts'
import type { Parts } from './parts.ts'
import { ask, type Work } from './wire.ts'

/** The most jobs or lines on one page. */
export const PAGE = 3

const noPage: CheckpointPage = { rows: [], next: null }

/**
 * The consumer of a checkpoint. It stores every job of an ended run, then the run, and then confirms the
 * checkpoint.
 */
export function* checkpoint(parts: Parts): Work {
  const { object, database } = parts
  const said = yield* ask('object', () => object().read(checkpointRun))
  if (said === undefined) return
  const begun = Date.now()
  try {
    if (said.terminal) yield* writeJobs(parts)
    yield* ask('database', () => database.writeRun(said))
  } catch (error) {
    if (!(error instanceof DatabaseAway)) throw error
    const request = { wait_ms: 50, took_ms: Date.now() - begun }
    yield* ask('object', () => object().call(releaseCheckpoint, request, undefined))
    return
  }
  yield* ask('object', () => object().call(confirmCheckpoint, { seq: said.seq }, undefined))
}

function* writeJobs({ object, database }: Parts): Work {
  let after: JobPosition | null = null
  do {
    const query = { after, limit: PAGE }
    const page: CheckpointPage = yield* ask(
      'object',
      () => object().read((_, store) => checkpointPage(store, query)) ?? noPage,
    )
    if (page.rows.length > 0) yield* ask('database', () => database.writeJobs(page.rows))
    after = page.next
  } while (after !== null)
}
