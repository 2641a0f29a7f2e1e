import type { ExternalId } from '../../protocol/ids.ts'
import type { LogLine } from '../../protocol/log.ts'
import type { JobStatus } from '../../protocol/status.ts'
import type { Group } from '../group-state.ts'
import type { Job } from '../job-state.ts'
import type { JobPosition } from '../rpc.ts'
import type { Run } from '../run-state.ts'
import type { Entry, Waiting } from '../schedule.ts'

/** A job's part in a diff: enough to say what changed, and who has seen it listed. */
export type JobChange = Pick<Job, 'group' | 'external_id' | 'status' | 'added'>

/** What `all_jobs` says of a job. */
type JobListing = Pick<Job, 'group' | 'external_id' | 'title' | 'status'>

export type GroupCount = {
  readonly group: number
  readonly status: JobStatus
  readonly count: number
}

/**
 * A run's storage. Every call is synchronous, so that what one transaction reads and writes has
 * nothing in between; nothing is written outside `transaction`, which takes all of it back when
 * `work` throws.
 */
export type RunStore = {
  transaction<T>(work: () => T): T

  /** Undefined: no run was created here, and nothing is stored (RUN-5). */
  readRun(): Run | undefined
  createRun(run: Run): void
  writeRun(run: Run): void

  insertGroups(groups: readonly { readonly group: Group; readonly input: string }[]): void
  readGroup(ord: number): Group | undefined
  readGroups(): Group[]
  readInput(ord: number): string
  writeGroup(group: Group): void
  /** Groups with jobs that no flight has carried yet: `limit` of them, least carried first. */
  waitingJobs(limit: number): Waiting[]

  insertJobs(jobs: readonly Job[]): void
  /** Which of these a group already has. */
  knownJobs(group: number, external_ids: readonly ExternalId[]): Set<ExternalId>
  readJobs(group: number, numbers: readonly number[]): Job[]
  readOpenJobs(): Job[]
  writeJobs(jobs: readonly Job[]): void

  addEntry(entry: Omit<Entry, 'id'>): Entry
  readEntries(): Entry[]
  writeEntry(entry: Entry): void
  dropEntry(id: number): void

  /** Adds lines to the log as of a seq of the run, and forgets the oldest beyond `keep`. */
  addLines(lines: readonly NewLine[], as_of: LinesAsOf): void
  /** Lines after the one with this number, in their order. */
  readLines(after: number, limit: number): LogLine[]
  /** Lines that came with a change after `seq`, as many as `limit`, and how many more there are. */
  linesSince(range: LineRange): { readonly lines: LogLine[]; readonly dropped: number }

  changesSince(seq: number): JobChange[]
  listing(): Iterable<JobListing>
  countJobs(): GroupCount[]
  /** Jobs in order of (group, n), after a position. */
  pageJobs(query: JobPageQuery): Job[]
}

/** `late`: they came after the run's end, and no stream carries them. */
export type LinesAsOf = { readonly seq: number; readonly late: boolean; readonly keep: number }

export type LineRange = { readonly seq: number; readonly upTo: number; readonly limit: number }

/** A line of the log before it has its number. */
export type NewLine = Omit<LogLine, 'seq'>

export type JobPageQuery = {
  readonly after: JobPosition | null
  readonly limit: number
  readonly group?: number
  readonly status?: JobStatus
}
