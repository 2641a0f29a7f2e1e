import type { ArchivedJob, PlacedLine } from '../../protocol/archive.ts'
import type { ExternalId, GroupKey, Owner, RunId } from '../../protocol/ids.ts'
import type { LogPage } from '../../protocol/log.ts'
import type { Labels, Naming, NamingChange } from '../../protocol/naming.ts'
import type { Nouns } from '../../protocol/pipelines.ts'
import type {
  AbortReceipt,
  Concurrency,
  JobAttempt,
  JobView,
  RetryChoice,
  RunPaused,
  RunView,
  StoredJob,
} from '../../protocol/run.ts'
import type { JobStatus, Outcome, Reason, RunStatus } from '../../protocol/status.ts'
import type { RunOrder, RunStanding } from '../owner/owner-rpc.ts'
import type { WorkRpc } from './work-rpc.ts'

/**
 * The calls of a run's object. Arguments and answers are single objects so that an object and a Worker of
 * different versions can talk: fields may be added, but never renamed.
 */
export type RunRpc = WorkRpc & {
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
  /** Holds the run's work back, and lets it go on (RUN-8). An object of an earlier version lacks both calls. */
  pause(request: { owner: Owner; by: string }): Promise<PauseAnswer>
  resume(request: { owner: Owner; by: string }): Promise<PauseAnswer>
  /** Ends one job by hand, if it is open; the run goes on with the others. */
  abortJob(request: JobName & { readonly owner: Owner }): Promise<void>
  retry(request: RetryRequest): Promise<RetryAnswer>
  /** Changes the run's name and labels. An object of an earlier version lacks this call. */
  rename(request: RenameRequest): Promise<RenameAnswer>
  /** Whether this owner's run is here, or was here until it was archived, and whether the watch token of this id was revoked (W-12). */
  admits(request: {
    owner: Owner
    token_id: string
  }): Promise<'yes' | 'revoked' | 'deleted' | 'unknown'>
  /** Closes the connections that were opened with a watch token, and refuses the token until it expires by itself. */
  revoke(request: TokenRevocation): Promise<'revoked' | 'unknown'>

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

  /**
   * Deletes the run here. `unknown`: no run of this owner is here. An object of an earlier version lacks this call and the
   * next one.
   */
  erase(request: EraseRequest): Promise<EraseAnswer>
  /** Removes the last trace of a deleted run: from then on a start may have its id. */
  vanish(request: { owner: Owner; run_id: RunId }): Promise<void>
  /**
   * Tells the run what its owner's object has decided (ADM-1), and asks how the run stands then. An object of an earlier
   * version lacks this call.
   */
  direct(request: { owner: Owner; order: RunOrder }): Promise<FollowAnswer>
}

/** `ended_only`: a run that goes on stays. */
export type EraseRequest = {
  readonly owner: Owner
  readonly run_id: RunId
  readonly ended_only?: boolean
}

export type EraseAnswer = { readonly kind: 'erased' | 'goes_on' | 'unknown' }

export type LogQuery = { readonly owner: Owner; readonly after: number; readonly limit: number }

/** `until`: when the token expires by itself, in ms since 1970. */
export type TokenRevocation = {
  readonly owner: Owner
  readonly token_id: string
  readonly until: number
}

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
  readonly priority?: number
  readonly concurrency?: Concurrency
  /** `input` is JSON text: one row a group. `title`: the group's name for people, if the start knows it. */
  readonly groups: readonly {
    readonly key: GroupKey
    readonly title?: string
    readonly input: string
  }[]
}

export type CreateAnswer =
  | { readonly kind: 'created' | 'exists'; readonly status: RunStatus; readonly created_at: string }
  /** `deleted`: the run of this key was deleted a short while ago. */
  | { readonly kind: 'key_reused'; readonly deleted?: true }
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

/** `set`: the run is paused, by this person since this time, or it is not. */
export type PauseAnswer =
  | ({ readonly kind: 'set' } & Pick<RunPaused, 'paused'>)
  | { readonly kind: 'ended'; readonly status: RunStatus }
  | { readonly kind: 'unknown' }

/** `retry_id` names this retry. A request that is repeated under the same id gets the same answer. */
export type RetryRequest = RetryChoice & { readonly owner: Owner; readonly retry_id?: string }

export type FollowAnswer =
  | { readonly kind: 'live'; readonly standing: RunStanding }
  | { readonly kind: 'archived'; readonly status: RunStatus }
  | { readonly kind: 'unknown'; readonly deleted?: true }

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
