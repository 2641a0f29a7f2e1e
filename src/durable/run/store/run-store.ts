import type { PlacedLine } from '../../../protocol/archive.ts'
import type { ExternalId } from '../../../protocol/ids.ts'
import type { LogLine } from '../../../protocol/log.ts'
import type { JobStatus } from '../../../protocol/status.ts'
import type { NewEntry } from '../../outbox/entry.ts'
import type { LineRange, ListingRange } from '../../watch/shown.ts'
import type { Group } from '../group-state.ts'
import type { Job, JobChange, JobPair } from '../job-state.ts'
import type { RunEntry, Subject } from '../run-outbox.ts'
import type { JobPosition } from '../run-rpc.ts'
import type { Run } from '../run-state.ts'
import type { Tombstone } from '../tombstone.ts'

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
 * A run's storage. Every call is synchronous, so that nothing comes between the reads and writes of one
 * transaction. All writes are made within `transaction`, which undoes them if `work` throws.
 */
export type RunStore = {
  transaction<T>(work: () => T): T

  /** The run; undefined if no run was created here, and then nothing is stored (RUN-5). */
  readRun(): Run | undefined
  createRun(run: Run): void
  writeRun(run: Run): void

  /** The tombstone of an archived run; undefined if no run was archived here. */
  readTombstone(): Tombstone | undefined
  /** Deletes all but this tombstone, and the revoked watch tokens that have not expired at `now`. */
  archive(tombstone: Tombstone, now: number): void
  /** Called when all tables were dropped. What is kept in memory is void. */
  forget(): void

  insertGroups(groups: readonly { readonly group: Group; readonly input: string }[]): void
  readGroup(ord: number): Group | undefined
  readGroups(): Group[]
  readInput(ord: number): string
  writeGroup(group: Group): void
  /** Groups that changed after `seq`, in order. */
  groupsSince(seq: number): Group[]
  /** Groups with jobs that no flight has carried yet: at most `limit`, those with the fewest jobs carried first. */
  undispatchedJobs(limit: number): UndispatchedJobs[]

  insertJobs(jobs: readonly Job[]): void
  /** Which of these jobs the group already has. */
  knownJobs(group: number, external_ids: readonly ExternalId[]): Set<ExternalId>
  readJobs(group: number, numbers: readonly number[]): Job[]
  /** Jobs with one of these statuses, in order of (group, n). */
  jobsIn(query: JobStatusQuery): Job[]
  /** The jobs of a group with these external ids, in order. */
  findJobs(group: number, external_ids: readonly ExternalId[]): Job[]
  /** Writes each job as it is after its change. */
  writeJobs(changes: readonly JobPair[]): void

  addEntry(entry: NewEntry<Subject>): RunEntry
  readEntries(): RunEntry[]
  writeEntry(entry: RunEntry): void
  dropEntry(id: number): void

  /** Appends lines to the log with the run's seq, and deletes the oldest lines beyond `keep`. */
  addLines(lines: readonly NewLine[], as_of: LinesAsOf): void
  /** Lines after the one with this number, in their order. */
  readLines(after: number, limit: number): LogLine[]
  /** The same lines, with the seq at which a stream shows them. */
  placedLines(after: number, limit: number): PlacedLine[]
  /** The number of the last line, or 0. */
  lastLine(): number
  /** Lines that came with a change after `seq`: at most `limit`, and how many more there are. */
  linesSince(range: LineRange): { readonly lines: LogLine[]; readonly dropped: number }

  /** Jobs whose shown part changed after `seq`, in order of (group, n). */
  changesSince(seq: number): JobChange[]
  /** Jobs whose entries changed after a seq, in order of (group, n). They are read while the caller iterates. */
  listing(range: ListingRange): Iterable<JobChange>
  /** How many jobs of each group have each status. The counts are kept, so that those who poll a run cost no scan. */
  countJobs(): GroupCount[]
  /** Jobs in order of (group, n), after a position. */
  pageJobs(query: JobPageQuery): Job[]

  /** Stores that a watch token is revoked, until the token expires by itself; deletes expired ones (W-12). */
  revokeToken(id: string, until: number, now: number): void
  isTokenRevoked(id: string): boolean
}

/** `late`: the lines came after the run's end, and no stream carries them. */
export type LinesAsOf = { readonly seq: number; readonly late: boolean; readonly keep: number }

/** A line of the log before it has its number. */
export type NewLine = Omit<LogLine, 'seq'>

/** `open`: every status that is not terminal. `groups`: of these groups alone. */
export type JobStatusQuery = {
  readonly statuses: readonly JobStatus[] | 'open'
  readonly groups?: readonly number[] | undefined
  readonly after: JobPosition | null
  readonly limit: number
}

export type JobPageQuery = {
  readonly after: JobPosition | null
  readonly limit: number
  readonly group?: number
  readonly status?: JobStatus
}
