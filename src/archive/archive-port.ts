import type { JobName, JobPosition, RunInputs } from '../durable/run/run-rpc.ts'
import type { ArchivedJob, PlacedJob, PlacedLine } from '../protocol/archive.ts'
import type { GroupKey, RunName } from '../protocol/ids.ts'
import type { RunView } from '../protocol/run.ts'
import type { JobStatus } from '../protocol/status.ts'

/** Reads archived runs from Postgres. Jobs and lines that were removed are a RunRemoved error (RUN-6). */
export type ArchivePort = {
  readRun(run: RunName): Promise<ArchivedState | undefined>
  readInputs(run: RunName): Promise<RunInputs | undefined>
  /** Returns the jobs in the order of their positions. */
  readJobs(run: RunName, query: ArchivedJobs): Promise<readonly PlacedJob[]>
  readJob(run: RunName, job: JobName): Promise<ArchivedJob | undefined>
  readLines(run: RunName, query: ArchivedLines): Promise<readonly PlacedLine[]>
}

/** `group_keys` holds the keys in the order of the run's groups. */
export type ArchivedState = { readonly view: RunView; readonly group_keys: readonly GroupKey[] }

type ArchivedJobs = {
  readonly after: JobPosition | null
  readonly limit: number
  readonly group?: string | undefined
  readonly status?: JobStatus | undefined
}

type ArchivedLines = { readonly after: number; readonly limit: number }
