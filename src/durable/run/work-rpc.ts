import type { ExternalId, GroupKey, Owner } from '../../protocol/ids.ts'
import type { LogLevel } from '../../protocol/log.ts'
import type { PlanNotice } from '../../protocol/plan-notice.ts'
import type { Failure, JobStep, Outcome, Reason } from '../../protocol/status.ts'
import type { Hold } from '../outbox/entry.ts'

/**
 * The calls by which workers plan a run's groups and work on its jobs. As in `RunRpc`, fields may be added, but never
 * renamed.
 */
export type WorkRpc = {
  claimPlan(request: { group: number }): Promise<PlanGrant | Refused>
  addJobs(request: AddJobs): Promise<PlanAnswer>
  renewPlan(request: PlanLease): Promise<PlanAnswer>
  closeGroup(request: PlanLease & PlanReport): Promise<PlanAnswer>
  failPlan(request: PlanLease & PlanReport & { failure: Failure }): Promise<PlanAnswer>
  releasePlan(request: PlanLease & PlanReport & Hold): Promise<void>

  claim(request: { flight: number }): Promise<FlightGrant | Refused>
  report(request: FlightReport): Promise<ReportAnswer>
  release(request: FlightRelease): Promise<void>

  /** Tells the object that a queue gave up a message. The message is sent again. */
  lost(request: LostMessage): Promise<void>
}

/** A line for the run's log, on a group or one of its jobs. The object gives the line its time and number. */
export type LineDraft = {
  readonly level: LogLevel
  readonly message: string
  readonly group?: string
  readonly external_id?: ExternalId
  /** When the work began that ended with this line, in ISO 8601. */
  readonly since?: string
}

/** Log lines travel with other calls: a call for the lines alone would cost as much as any other call. */
type WithLines = { readonly lines?: readonly LineDraft[] }

/**
 * `gone`: how many postings have expired with the group's listings in the whole run, if the plan counts any. `notices`: what
 * the owner's endpoints are told of the group; an object of an earlier version drops them. `took_ms`: how long this attempt
 * of the plan has taken, by the clock of its worker.
 */
export type PlanReport = WithLines & {
  readonly gone?: number
  readonly notices?: readonly PlanNotice[]
  readonly took_ms?: number
}

export type Refused = { readonly kind: 'refused' }

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

export type LostMessage =
  | { readonly kind: 'plan'; readonly group: number }
  | { readonly kind: 'flight'; readonly flight: number }
  | { readonly kind: 'checkpoint' | 'archive' }
