import type { JobName, JobPosition } from '../durable/run/run-rpc.ts'
import type { ArchivedJob, PlacedJob, PlacedLine } from '../protocol/archive.ts'
import type { GroupKey, RunName } from '../protocol/ids.ts'
import type { RunView } from '../protocol/run.ts'
import type { JobStatus } from '../protocol/status.ts'

/** What Postgres has of archived runs. */
export type ArchivePort = {
  readRun(run: RunName): Promise<ArchivedState | undefined>
  /** In order of their places. */
  readJobs(run: RunName, query: ArchivedJobs): Promise<readonly PlacedJob[]>
  readJob(run: RunName, job: JobName): Promise<ArchivedJob | undefined>
  readLines(run: RunName, query: ArchivedLines): Promise<readonly PlacedLine[]>
}

/** `group_keys`: in the order of the groups' places. */
export type ArchivedState = { readonly view: RunView; readonly group_keys: readonly GroupKey[] }

type ArchivedJobs = {
  readonly after: JobPosition | null
  readonly limit: number
  readonly group?: string | undefined
  readonly status?: JobStatus | undefined
}

type ArchivedLines = { readonly after: number; readonly limit: number }
