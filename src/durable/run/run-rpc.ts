import type { ArchivedJob, PlacedLine } from '../../protocol/archive.ts'
import type { ExternalId, GroupKey, Owner, RunId } from '../../protocol/ids.ts'
import type { LogLevel, LogPage } from '../../protocol/log.ts'
import type { Labels, Naming, NamingChange } from '../../protocol/naming.ts'
import type { Nouns } from '../../protocol/pipelines.ts'
import type {
  AbortReceipt,
  JobAttempt,
  JobView,
  RetryChoice,
  RunView,
  StoredJob,
} from '../../protocol/run.ts'
import type {
  Failure,
  JobStatus,
  JobStep,
  Outcome,
  Reason,
  RunStatus,
} from '../../protocol/status.ts'
import type { Hold } from '../outbox/entry.ts'
import type { RunStanding } from '../owner/owner-rpc.ts'

/**
 * The calls of a run's object. Arguments and answers are single objects so that an object and a Worker of
 * different versions can talk: fields may be added, but never renamed.
 */
export type RunRpc = {
  create(start: RunStart): Promise<CreateAnswer>
  /**
   * Undefined if there is no such run, if the run is another owner's, or if the run is archived. `admits` tells
   * the last case from the others.
   */
  view(query: { owner: Owner }): Promise<RunView | undefined>
  jobs(query: JobQuery): Promise<LiveJobPage | 'bad_cursor' | undefined>
  logs(query: LogQuery): Promise<LogPage | undefined>
  /** What the run's groups were started with. An object of an earlier version lacks this call. */
  inputs(query: { owner: Owner }): Promise<RunInputs | undefined>
  /** One job as it is just now; undefined also where the run is archived. */
  job(query: JobName & { readonly owner: Owner }): Promise<LiveJob | undefined>
  abort(request: { owner: Owner; by: string }): Promise<AbortAnswer>
  /** Ends one job by hand, if it is open; the run goes on with the others. */
  abortJob(request: JobName & { readonly owner: Owner }): Promise<void>
  retry(request: RetryRequest): Promise<RetryAnswer>
  /** Changes the run's name and labels. An object of an earlier version lacks this call. */
  rename(request: RenameRequest): Promise<RenameAnswer>
  /** Whether this owner's run is here, or was here until it was archived, and whether the watch token of this id was revoked (W-12). */
  admits(request: { owner: Owner; token_id: string }): Promise<'yes' | 'revoked' | 'unknown'>
  /** Closes the connections that were opened with a watch token, and refuses the token until it expires by itself. */
  revoke(request: TokenRevocation): Promise<'revoked' | 'unknown'>

  claimPlan(request: { group: number }): Promise<PlanGrant | Refused>
  addJobs(request: AddJobs): Promise<PlanAnswer>
  renewPlan(request: PlanLease): Promise<PlanAnswer>
  closeGroup(request: PlanLease & PlanReport): Promise<PlanAnswer>
  failPlan(request: PlanLease & PlanReport & { failure: Failure }): Promise<PlanAnswer>
  releasePlan(request: PlanLease & PlanReport & Hold): Promise<void>

  claim(request: { flight: number }): Promise<FlightGrant | Refused>
  report(request: FlightReport): Promise<ReportAnswer>
  release(request: FlightRelease): Promise<void>

  checkpoint(): Promise<RunCheckpoint | undefined>
  checkpointPage(request: { after: JobPosition | null; limit: number }): Promise<CheckpointPage>
  checkpointed(request: CheckpointMark): Promise<void>
  releaseCheckpoint(request: CheckpointRelease): Promise<void>
  /**
   * Tells the object that a statement could not reach Postgres. No plan and no flight is sent until Postgres
   * answers (DB-3).
   */
  databaseAway(request: DatabaseAway): Promise<void>

  /** The run's row for its archive; undefined if no archive is due. */
  archive(): Promise<RunArchive | undefined>
  /** Pages of the archive; undefined if the run has changed since that seq. */
  archiveJobs(request: ArchiveJobsQuery): Promise<PlacedJobPage | undefined>
  archiveLines(request: ArchiveLinesQuery): Promise<PlacedLinePage | undefined>
  /**
   * Tells the object that Postgres has all of the run. A tombstone replaces the run, if the run has not changed
   * since.
   */
  archived(request: ArchiveMark): Promise<void>
  releaseArchive(request: { wait_ms: number }): Promise<void>

  /**
   * Says that somebody follows the owner's list for so long, and asks how the run stands. An object of an earlier
   * version lacks this call.
   */
  follow(request: { owner: Owner; for_ms: number }): Promise<FollowAnswer>

  /** Tells the object that a queue gave up a message. The message is sent again. */
  lost(request: LostMessage): Promise<void>
}

/** A line for the run's log, on a group or one of its jobs. The object gives the line its time and number. */
export type LineDraft = {
  readonly level: LogLevel
  readonly message: string
  readonly group?: string
  readonly external_id?: ExternalId
}

/** Log lines travel with other calls: a call for the lines alone would cost as much as any other call. */
type WithLines = { readonly lines?: readonly LineDraft[] }

/** `gone`: how many postings have expired with the group's listings in the whole run, if the plan counts any. */
export type PlanReport = WithLines & { readonly gone?: number }

export type LogQuery = { readonly owner: Owner; readonly after: number; readonly limit: number }

/** `until`: when the token expires by itself, in ms since 1970. */
export type TokenRevocation = {
  readonly owner: Owner
  readonly token_id: string
  readonly until: number
}

export type Refused = { readonly kind: 'refused' }

export type RunStart = {
  readonly run_id: RunId
  readonly owner: Owner
  readonly pipeline: string
  readonly flight_jobs: number
  /** The words for the run's groups and jobs. A Worker of an earlier version gives none. */
  readonly nouns?: Nouns
  readonly body_hash: string
  readonly name?: string
  readonly labels?: Labels
  /** `input` is JSON text: one row a group. `title`: the group's name for people, if the start knows it. */
  readonly groups: readonly {
    readonly key: GroupKey
    readonly title?: string
    readonly input: string
  }[]
}

export type CreateAnswer =
  | { readonly kind: 'created' | 'exists'; readonly status: RunStatus; readonly created_at: string }
  | { readonly kind: 'key_reused' }
  /** The object knows no queue for the pipeline: the run could never be worked on. */
  | { readonly kind: 'not_wired' }

/** What a start gave each of its groups, in their order. Null: an earlier version archived the run without it. */
export type RunInputs = { readonly groups: readonly GroupInput[] | null }

/** `input` is JSON text. */
export type GroupInput = { readonly key: GroupKey; readonly input: string }

export type JobQuery = {
  readonly owner: Owner
  readonly group?: string
  readonly status?: JobStatus
  readonly cursor?: string
  readonly limit: number
}

/** Jobs as the object knows them: their results are in Postgres. */
export type LiveJobPage = {
  readonly jobs: Omit<JobView, 'result'>[]
  readonly next_cursor: string | null
}

export type JobName = { readonly group: GroupKey; readonly external_id: ExternalId }

/**
 * While the job is in a step, `progress` is the percent of that step, and `message` says what the job does. An
 * object of an earlier version answers without `title`, `attempt` and `attempts`.
 */
export type LiveJob = {
  readonly status: JobStatus
  readonly title?: string
  readonly url?: string
  readonly outcome?: Outcome
  readonly attempt?: number
  /** The last attempts, oldest first. */
  readonly attempts?: readonly JobAttempt[]
  /** Why the job waits for something outside the run, and until when. */
  readonly waits?: Reason & { readonly until: string }
  readonly progress?: number
  readonly message?: string
  readonly error?: Reason
}

export type AbortAnswer =
  | { readonly kind: 'aborted'; readonly receipt: AbortReceipt }
  | { readonly kind: 'ended'; readonly status: RunStatus }
  | { readonly kind: 'unknown' }

/** `retry_id` names this retry. A request that is repeated under the same id gets the same answer. */
export type RetryRequest = RetryChoice & { readonly owner: Owner; readonly retry_id?: string }

export type FollowAnswer =
  | { readonly kind: 'live'; readonly standing: RunStanding }
  | { readonly kind: 'archived'; readonly status: RunStatus }
  | { readonly kind: 'unknown' }

export type RenameRequest = { readonly owner: Owner; readonly change: NamingChange }

/** `archived`: Postgres alone has the run's name and labels. */
export type RenameAnswer =
  | { readonly kind: 'named'; readonly naming: Naming }
  | { readonly kind: 'too_many' | 'archived' | 'unknown' }

/** `missing`: the indexes of the named jobs or groups that the run does not have. */
export type RetryAnswer =
  | {
      readonly kind: 'retried'
      readonly round: number
      readonly jobs: number
      readonly groups: number
    }
  | { readonly kind: 'missing'; readonly at: readonly number[] }
  /** `archived`: the run can only be read. */
  | { readonly kind: 'nothing'; readonly archived?: true }
  | { readonly kind: 'unknown' }

/** `title`: the group's name for people, once the plan knows it. */
export type PlanLease = {
  readonly group: number
  readonly attempt: number
  readonly title?: string
}
/**
 * `away`: Postgres cannot be reached, and a worker that has results for it keeps them (DB-3). `closed`: the group was
 * closed together with its last jobs; an object of an earlier version does not do that.
 */
export type PlanAnswer = {
  readonly kind: 'ok' | 'stale' | 'aborted'
  readonly away?: true
  readonly closed?: true
}

export type PlanGrant = {
  readonly kind: 'granted'
  readonly owner: Owner
  readonly pipeline: string
  readonly group: GroupKey
  readonly attempt: number
  readonly input: string
  readonly renew_ms: number
}

export type AddJobs = PlanLease & {
  /** How many of these jobs one flight carries, if that is fewer than the pipeline's limit. */
  readonly flight_jobs?: number
  /** These are the last jobs of the plan: the group is closed with this report, which spares a `closeGroup`. */
  readonly close?: PlanReport
  readonly jobs: readonly {
    readonly external_id: ExternalId
    readonly title: string
    readonly url?: string
    /** JSON text, handed back with the job's grant. */
    readonly payload: string
  }[]
}

export type FlightGrant = {
  readonly kind: 'granted'
  readonly owner: Owner
  readonly pipeline: string
  readonly group: GroupKey
  /** The number of this lease of the flight; a report under another number renews nothing. */
  readonly grant: number
  readonly renew_ms: number
  readonly jobs: readonly GrantedJob[]
}

export type GrantedJob = {
  readonly n: number
  readonly external_id: ExternalId
  readonly title: string
  readonly attempt: number
  readonly payload: string
}

/** A worker's report on one granted job. */
export type ReportRow = { readonly n: number; readonly attempt: number } &
  /** `progress`: how far the step is, in percent; `message`: what it does, for a person. */
  (
    | {
        readonly kind: 'step'
        readonly step: JobStep
        readonly progress?: number
        readonly message?: string
      }
    /** A result without an outcome is plainly ready. */
    | { readonly kind: 'ready'; readonly outcome?: Outcome; readonly title?: string }
    /** The worker gives the job back until this time, in ms since 1970; no budget is spent. */
    | { readonly kind: 'waiting'; readonly until: number; readonly reason: Reason }
    | { readonly kind: 'skipped'; readonly reason: Reason }
    | { readonly kind: 'failed'; readonly failure: Failure }
  )

export type FlightReport = WithLines & {
  readonly flight: number
  readonly grant: number
  /** No rows: only the lease is renewed. */
  readonly rows: readonly ReportRow[]
  /** The worker is done with the flight: its jobs that are still open go out again. */
  readonly last: boolean
  /** The time between two reports of this worker, in milliseconds. Absent in its last report. */
  readonly every_ms?: number
}

/**
 * Tells the worker which work to stop: some jobs, by number (aborted, or granted to another worker), or the whole
 * flight (`gone`), which is over or leased to another worker. In both cases the object has taken the report.
 */
export type ReportAnswer =
  | {
      readonly kind: 'held'
      readonly aborted: readonly number[]
      readonly lost: readonly number[]
      /** As in `PlanAnswer`. */
      readonly away?: true
      /** In how many milliseconds the worker best reports again; absent: as often as before. */
      readonly report_in_ms?: number
    }
  | { readonly kind: 'gone' }

export type FlightRelease = {
  readonly flight: number
  readonly grant: number
  readonly wait_ms: number
}

/** A run's row as Postgres keeps it, fenced by `seq`. Times in milliseconds since 1970. */
export type RunCheckpoint = {
  readonly seq: number
  readonly view: RunView
  readonly owner: Owner
  readonly terminal: boolean
}

/** How long ago the worker began the statement that was not answered, by the worker's own clock. */
export type DatabaseAway = { readonly took_ms: number }

export type CheckpointRelease = Partial<DatabaseAway> & {
  readonly wait_ms: number
  /** Postgres answered the checkpoint of this seq, with a refusal. */
  readonly refused?: { readonly seq: number }
}

/** The part of a run's state that Postgres has. A Worker of an earlier version gives no `named`. */
export type CheckpointMark = { readonly seq: number; readonly named?: number }

/** Also the number of the last line of the run's log, which may come after the end. */
export type ArchiveMark = CheckpointMark & { readonly last_line: number }

/** `group_keys`, and `inputs` (JSON text): in the order of the groups' places. */
export type RunArchive = RunCheckpoint &
  ArchiveMark & {
    readonly group_keys: readonly GroupKey[]
    /** An object of an earlier version sends none. */
    readonly inputs?: readonly string[]
  }

export type ArchiveJobsQuery = {
  readonly seq: number
  readonly after: JobPosition | null
  readonly limit: number
}

export type ArchiveLinesQuery = {
  readonly seq: number
  readonly after: number
  readonly limit: number
}

/** `next`: the position after which the next page begins; null: this was the last page. */
export type PlacedJobPage = {
  readonly rows: readonly ArchivedJob[]
  readonly next: JobPosition | null
}

export type PlacedLinePage = { readonly lines: readonly PlacedLine[]; readonly next: number | null }

export type JobPosition = { readonly group: number; readonly n: number }

export type CheckpointPage = {
  readonly rows: readonly StoredJob[]
  /** Null: that was the last page. */
  readonly next: JobPosition | null
}

export type LostMessage =
  | { readonly kind: 'plan'; readonly group: number }
  | { readonly kind: 'flight'; readonly flight: number }
  | { readonly kind: 'checkpoint' | 'archive' }
