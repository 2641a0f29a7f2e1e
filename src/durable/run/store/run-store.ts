import type { PlacedLine } from '../../../protocol/archive.ts'
import type { ExternalId } from '../../../protocol/ids.ts'
import type { LogLine } from '../../../protocol/log.ts'
import type { JobStatus } from '../../../protocol/status.ts'
import type { NewEntry } from '../../outbox/entry.ts'
import type { Group } from '../group-state.ts'
import type { Job } from '../job-state.ts'
import type { RunEntry, Subject } from '../run-outbox.ts'
import type { JobPosition } from '../run-rpc.ts'
import type { Run } from '../run-state.ts'
import type { Tombstone } from '../tombstone.ts'

/** What a watcher may be shown of a job, and since when. */
export type JobChange = Pick<
  Job,
  | 'group'
  | 'n'
  | 'external_id'
  | 'title'
  | 'status'
  | 'outcome'
  | 'attempt'
  | 'error'
  | 'progress'
  | 'message'
  | 'added'
  | 'titled'
  | 'seq'
  | 'told'
>

export function changeOf(job: Job): JobChange {
  const { group, n, external_id, title, status, outcome, attempt, error } = job
  const { progress, message, added, titled, seq, told } = job
  const shown = { group, n, external_id, title, status, outcome, attempt, error, progress, message }
  return { ...shown, added, titled, seq, told }
}

/** Jobs of one group that no flight has carried yet: numbers `from` to `from + count - 1`. */
export type UndispatchedJobs = {
  readonly group: number
  readonly from: number
  readonly count: number
  /** How many jobs one flight of this group carries, where that is fewer than the run's. */
  readonly flight_jobs: number | null
}

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

  /** What stays of an archived run; undefined: nothing was archived here. */
  readTombstone(): Tombstone | undefined
  /** All goes but this, and the watch tokens that are still refused at `now`. */
  archive(tombstone: Tombstone, now: number): void

  insertGroups(groups: readonly { readonly group: Group; readonly input: string }[]): void
  readGroup(ord: number): Group | undefined
  readGroups(): Group[]
  readInput(ord: number): string
  writeGroup(group: Group): void
  /** Groups that changed after `seq`, in order. */
  groupsSince(seq: number): Group[]
  /** Groups with jobs that no flight has carried yet: `limit` of them, least carried first. */
  undispatchedJobs(limit: number): UndispatchedJobs[]

  insertJobs(jobs: readonly Job[]): void
  /** Which of these a group already has. */
  knownJobs(group: number, external_ids: readonly ExternalId[]): Set<ExternalId>
  readJobs(group: number, numbers: readonly number[]): Job[]
  readOpenJobs(): Job[]
  /** All jobs in one of these statuses, in order of (group, n). */
  jobsIn(statuses: readonly JobStatus[]): Job[]
  /** Those of a group that have one of these names, in order. */
  findJobs(group: number, external_ids: readonly ExternalId[]): Job[]
  writeJobs(jobs: readonly Job[]): void

  addEntry(entry: NewEntry<Subject>): RunEntry
  readEntries(): RunEntry[]
  writeEntry(entry: RunEntry): void
  dropEntry(id: number): void

  /** Adds lines to the log as of a seq of the run, and forgets the oldest beyond `keep`. */
  addLines(lines: readonly NewLine[], as_of: LinesAsOf): void
  /** Lines after the one with this number, in their order. */
  readLines(after: number, limit: number): LogLine[]
  /** The same with what a stream goes by. */
  placedLines(after: number, limit: number): PlacedLine[]
  /** The number of the last line, or 0. */
  lastLine(): number
  /** Lines that came with a change after `seq`, as many as `limit`, and how many more there are. */
  linesSince(range: LineRange): { readonly lines: LogLine[]; readonly dropped: number }

  /** Jobs of which anything shown changed after `seq`, in order of (group, n). */
  changesSince(seq: number): JobChange[]
  /** Jobs whose entries changed after a seq, in order of (group, n); read as they are taken. */
  listing(range: ListingRange): Iterable<JobChange>
  countJobs(): GroupCount[]
  /** Jobs in order of (group, n), after a position. */
  pageJobs(query: JobPageQuery): Job[]

  /** Refuses a watch token until it expires by itself; those that have are forgotten (W-12). */
  revokeToken(id: string, until: number, now: number): void
  isTokenRevoked(id: string): boolean
}

/** As much of it as frames are made of. */
export type ShownRows = Pick<
  RunStore,
  'readRun' | 'readGroups' | 'groupsSince' | 'changesSince' | 'listing' | 'linesSince'
>

/** Jobs after a position, or all, of which the entry changed after `since`. */
export type ListingRange = { readonly after: JobPosition | null; readonly since: number }

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
