import type { ArchivedJob, PlacedLine } from '../../protocol/archive.ts'
import type { ExternalId, GroupKey, Owner, RunId } from '../../protocol/ids.ts'
import type { LogLevel, LogPage } from '../../protocol/log.ts'
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

/**
 * What a run's object answers. Arguments and answers are single objects so that an object and a
 * Worker of different ages can talk: a field is added, none is renamed.
 */
export type RunRpc = {
  create(start: RunStart): Promise<CreateAnswer>
  /** Undefined: there is no such run, or it is not this owner's, or it is archived: `admits` knows. */
  view(query: { owner: Owner }): Promise<RunView | undefined>
  jobs(query: JobQuery): Promise<LiveJobPage | 'bad_cursor' | undefined>
  logs(query: LogQuery): Promise<LogPage | undefined>
  /** One job as it is just now; undefined also where the run is archived. */
  job(query: JobName & { readonly owner: Owner }): Promise<LiveJob | undefined>
  abort(request: { owner: Owner; by: string }): Promise<AbortAnswer>
  /** Ends one job by hand, if it is open; the run goes on with the others. */
  abortJob(request: JobName & { readonly owner: Owner }): Promise<void>
  retry(request: RetryRequest): Promise<RetryAnswer>
  /** Whether this owner's run is here, or was until it was archived, and the watch token of this id was not revoked (W-12). */
  admits(request: { owner: Owner; token_id: string }): Promise<'yes' | 'revoked' | 'unknown'>
  /** Closes what was opened by a watch token, and refuses it until it expires by itself. */
  revoke(request: TokenRevocation): Promise<'revoked' | 'unknown'>

  claimPlan(request: { group: number }): Promise<PlanGrant | Refused>
  addJobs(request: AddJobs): Promise<PlanAnswer>
  renewPlan(request: PlanLease): Promise<PlanAnswer>
  closeGroup(request: PlanLease & PlanTold): Promise<PlanAnswer>
  failPlan(request: PlanLease & PlanTold & { failure: Failure }): Promise<PlanAnswer>
  releasePlan(request: PlanLease & PlanTold & Hold): Promise<void>

  claim(request: { flight: number }): Promise<FlightGrant | Refused>
  report(request: FlightReport): Promise<ReportAnswer>
  release(request: FlightRelease): Promise<void>

  checkpoint(): Promise<RunCheckpoint | undefined>
  checkpointPage(request: { after: JobPosition | null; limit: number }): Promise<CheckpointPage>
  checkpointed(request: { seq: number }): Promise<void>
  releaseCheckpoint(request: CheckpointRelease): Promise<void>
  /** A statement met no Postgres: nothing more is given out until it answers (DB-3). */
  databaseAway(request: DatabaseAway): Promise<void>

  /** What an ended run has to bring to Postgres before it goes from here; undefined: it owes nothing. */
  archive(): Promise<RunArchive | undefined>
  /** Pages of it; undefined: the run is no longer as it was at that seq. */
  archiveJobs(request: ArchiveJobsQuery): Promise<PlacedJobPage | undefined>
  archiveLines(request: ArchiveLinesQuery): Promise<PlacedLinePage | undefined>
  /** Postgres has all of it: a tombstone stays here, if the run is still as it was then. */
  archived(request: ArchiveMark): Promise<void>
  releaseArchive(request: { wait_ms: number }): Promise<void>

  /** A message ended among the dead letters: what it covered is lost, and is sent again. */
  lost(request: LostMessage): Promise<void>
}

/** What there is to say of a group or one of its jobs, for the run's log. */
export type LineDraft = {
  readonly level: LogLevel
  readonly message: string
  readonly group?: string
  readonly external_id?: ExternalId
}

/** Lines go along with what is said anyway: a call of their own would cost as much as that. */
type Told = { readonly lines?: readonly LineDraft[] }

/** `gone`: postings that have expired with the group's listings in all of this run, if any is counted. */
export type PlanTold = Told & { readonly gone?: number }

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
  readonly body_hash: string
  /** `input` is JSON text: one row a group. `title`: what a person calls the group, where that is known. */
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
 * `progress` in percent of its step, with what it does there, while it is in one. `title`, `attempt` and
 * `attempts` are absent from what an object of an earlier version answers.
 */
export type LiveJob = {
  readonly status: JobStatus
  readonly title?: string
  readonly url?: string
  readonly outcome?: Outcome
  readonly attempt?: number
  /** The last attempts, oldest first. */
  readonly attempts?: readonly JobAttempt[]
  /** What the job waits for outside of the run, and until when. */
  readonly waits?: Reason & { readonly until: string }
  readonly progress?: number
  readonly message?: string
  readonly error?: Reason
}

export type AbortAnswer =
  | { readonly kind: 'aborted'; readonly receipt: AbortReceipt }
  | { readonly kind: 'ended'; readonly status: RunStatus }
  | { readonly kind: 'unknown' }

/** `retry_id` names this retry: asked again under it, the object gives the same answer. */
export type RetryRequest = RetryChoice & { readonly owner: Owner; readonly retry_id?: string }

/** `missing`: the places, in what was named, of what the run does not have. */
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

/** `title`: what a person calls the group, once the plan knows that. */
export type PlanLease = {
  readonly group: number
  readonly attempt: number
  readonly title?: string
}
/** `away`: Postgres cannot be reached, and who holds something for it keeps it (DB-3). */
export type PlanAnswer = { readonly kind: 'ok' | 'stale' | 'aborted'; readonly away?: true }

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
  /** As many of these as one flight carries, where that is fewer than the pipeline's limit. */
  readonly flight_jobs?: number
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
  /** Names this lease of the flight; a report under another one renews nothing. */
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

/** What a worker says of one granted job. */
export type ReportRow = { readonly n: number; readonly attempt: number } &
  /** How far the step is, in percent, and what it does, for a person: all there is to say of it. */
  (
    | {
        readonly kind: 'step'
        readonly step: JobStep
        readonly progress?: number
        readonly message?: string
      }
    /** A result without an outcome is plainly ready. */
    | { readonly kind: 'ready'; readonly outcome?: Outcome; readonly title?: string }
    /** Given back until then, in ms since 1970, at the cost of nothing. */
    | { readonly kind: 'waiting'; readonly until: number; readonly reason: Reason }
    | { readonly kind: 'skipped'; readonly reason: Reason }
    | { readonly kind: 'failed'; readonly failure: Failure }
  )

export type FlightReport = Told & {
  readonly flight: number
  readonly grant: number
  /** No rows: only the lease is renewed. */
  readonly rows: readonly ReportRow[]
  /** The worker is done with the flight: what is still open goes out again. */
  readonly last: boolean
  /** How often it reports, in milliseconds, if it will again. */
  readonly every_ms?: number
}

/**
 * What the worker shall stop: some jobs, by number (aborted, or granted to another), or all of the
 * flight, which is over or somebody else's. Either way what was reported has been dealt with.
 */
export type ReportAnswer =
  | {
      readonly kind: 'held'
      readonly aborted: readonly number[]
      readonly lost: readonly number[]
      /** As of a PlanAnswer. */
      readonly away?: true
      /** When the worker best reports again, in milliseconds; as often as it does where it is left out. */
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

/** How long ago the statement was begun that was not answered, by its sender's own clock. */
export type DatabaseAway = { readonly took_ms: number }

export type CheckpointRelease = Partial<DatabaseAway> & {
  readonly wait_ms: number
  /** Postgres did answer about the run as of this seq, and would not take it. */
  readonly refused?: { readonly seq: number }
}

/** A run as of a seq, and the number of its log's last line, which may come after the end. */
export type ArchiveMark = { readonly seq: number; readonly last_line: number }

/** `group_keys`: in the order of the groups' places. */
export type RunArchive = RunCheckpoint & ArchiveMark & { readonly group_keys: readonly GroupKey[] }

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

/** `next`: what the next page comes after; null: that was the last one. */
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
