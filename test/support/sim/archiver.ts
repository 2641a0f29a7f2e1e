import {
  archiveJobs,
  archiveLines,
  archiveRun,
  releaseArchive,
} from '../../../src/durable/run/archival.ts'
import type {
  ArchiveJobsQuery,
  ArchiveLinesQuery,
  JobPosition,
  PlacedJobPage,
  PlacedLinePage,
  RunArchive,
} from '../../../src/durable/run/run-rpc.ts'
import { PAGE } from './checkpointer.ts'
import { DatabaseAway } from './database.ts'
import type { Parts } from './parts.ts'
import { ask, type Call, type Work } from './wire.ts'

/** The consumer of an archive. The object archives its run when Postgres has all of it. */
export function* archive(parts: Parts): Work {
  const { object } = parts
  const said = yield* ask('object', () => object().read(archiveRun))
  if (said === undefined) return
  const { seq, last_line } = said
  try {
    if (!(yield* bring(parts, said))) return
  } catch (error) {
    if (!(error instanceof DatabaseAway)) throw error
    yield* ask('object', () => object().call(releaseArchive, { wait_ms: 50 }, undefined))
    return
  }
  yield* ask('object', () => object().archived({ seq, last_line }))
}

/**
 * Writes the run to Postgres. Returns false if the run has changed since: the object then owes another
 * archive.
 */
function* bring(parts: Parts, said: RunArchive): Generator<Call, boolean, void> {
  if (!(yield* bringJobs(parts, said))) return false
  if (!(yield* bringLines(parts, said))) return false
  return yield* ask('database', () => parts.database.archiveRun(said))
}

function* bringJobs(
  { object, database }: Parts,
  { seq }: RunArchive,
): Generator<Call, boolean, void> {
  for (let after: JobPosition | null = null; ;) {
    const query: ArchiveJobsQuery = { seq, after, limit: PAGE }
    const page: PlacedJobPage | undefined = yield* ask('object', () =>
      object().read((run, store) => archiveJobs({ run, store }, query)),
    )
    if (page === undefined) return false
    if (!(yield* ask('database', () => database.archiveJobs(page.rows)))) return false
    if (page.next === null) return true
    after = page.next
  }
}

function* bringLines(
  { object, database }: Parts,
  { seq }: RunArchive,
): Generator<Call, boolean, void> {
  for (let after = 0; ;) {
    const query: ArchiveLinesQuery = { seq, after, limit: PAGE }
    const page: PlacedLinePage | undefined = yield* ask('object', () =>
      object().read((run, store) => archiveLines({ run, store }, query)),
    )
    if (page === undefined) return false
    const { lines } = page
    yield* ask('database', () => database.archiveLines(lines))
    if (page.next === null) return true
    after = page.next
  }
}
