import type { ExternalId } from '../../protocol/ids.ts'
import type { JobStatus, Outcome, Reason } from '../../protocol/status.ts'
import type { Failure } from '../../protocol/status.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import { type Budget, spendFailure, spendLoss } from './budget.ts'
import type { ReportRow } from './work-rpc.ts'

/** One unit of a run's work. `n` counts from 0 within its group and never changes. */
export type Job = {
  readonly group: number
  readonly n: number
  readonly external_id: ExternalId
  readonly title: string
  readonly url: string | null
  readonly status: JobStatus
  readonly outcome: Outcome | null
  /** The number of the last grant. The number only rises, and a report under a lower one is refused. */
  readonly attempt: number
  readonly failures: number
  readonly losses: number
  /** The job's last attempts, as attempts.ts stores them. Null: the job was never granted, or an earlier version granted it. */
  readonly attempts: string | null
  /** How far the job's step is, in percent, and a line for a person on what the job does; null if the job is in no step. */
  readonly progress: number | null
  readonly message: string | null
  /**
   * Four seqs of the run. `added`: the job was added. `titled`: the job was added, or last given another title.
   * `seq`: the job's status last changed. `told`: anything of the job last changed that a watcher may be shown. So
   * added ≤ titled ≤ told, and added ≤ seq ≤ told.
   */
  readonly added: number
  readonly titled: number
  readonly seq: number
  readonly told: number
  readonly payload: string
  readonly error: Reason | null
}

export type NewJob = Pick<Job, 'group' | 'n' | 'external_id' | 'title' | 'url' | 'payload'>

export function openJob(job: NewJob, seq: number): Job {
  return {
    ...job,
    status: 'pending',
    outcome: null,
    attempt: 0,
    failures: 0,
    losses: 0,
    attempts: null,
    progress: null,
    message: null,
    added: seq,
    titled: seq,
    seq,
    told: seq,
    error: null,
  }
}

/** A job before and after a change. */
export type JobPair = readonly [before: Job, after: Job]

const SHOWN = ['status', 'title', 'outcome', 'attempt', 'progress', 'message'] as const

/** The job after a change, with the run's seq at which each part of it last changed. */
export function stampJob(before: Job, after: Job, seq: number): Job {
  const told = SHOWN.some((field) => before[field] !== after[field]) || !sameError(before, after)
  return {
    ...after,
    titled: after.title === before.title ? before.titled : seq,
    seq: after.status === before.status ? before.seq : seq,
    told: told ? seq : before.told,
  }
}

/** The part of a job that watchers may be shown, with the seqs at which it changed. */
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

function sameError({ error: one }: Job, { error: other }: Job): boolean {
  return one?.code === other?.code && one?.message === other?.message
}

export function isOpen(job: Job): boolean {
  return !isTerminalJob(job.status)
}

/** Begins a new attempt: the error of an earlier one no longer shows. */
export function grantJob(job: Job): Job {
  return { ...leaveStep(job), attempt: job.attempt + 1, error: null }
}

/** How a report row changes its job (JOB-2): not at all if the row is late (`stale`) or holds nothing new (`same`). */
export type JobVerdict =
  | { readonly kind: 'stale' }
  | { readonly kind: 'same' }
  | { readonly kind: 'changed'; readonly job: Job }

export function applyReport(job: Job, row: ReportRow, budget: Budget): JobVerdict {
  if (row.attempt !== job.attempt) return { kind: 'stale' }
  if (!isOpen(job)) return { kind: 'same' }
  switch (row.kind) {
    case 'step':
      return enterStep(job, row)
    case 'ready':
      return changed(job, {
        status: 'ready',
        outcome: row.outcome ?? null,
        ...(row.title === undefined ? {} : { title: row.title }),
      })
    case 'skipped':
      return changed(job, { status: 'skipped', error: row.reason })
    case 'waiting':
      return changed(job, { status: 'pending' })
    case 'failed':
      // An open job with an error has already failed under this attempt: each failure is counted once.
      if (job.error !== null) return { kind: 'same' }
      return { kind: 'changed', job: failJob(job, row.failure, budget) }
  }
}

/** Replaces the job's step, progress and message. */
function enterStep(job: Job, row: Extract<ReportRow, { kind: 'step' }>): JobVerdict {
  const { step: status, progress = null, message = null } = row
  const same = status === job.status && progress === job.progress && message === job.message
  return same ? { kind: 'same' } : changed(job, { status, progress, message })
}

function leaveStep(job: Job): Job {
  return { ...job, progress: null, message: null }
}

function failJob(job: Job, failure: Failure, budget: Budget): Job {
  const { failures, reason, over } = spendFailure(job, failure, budget)
  return { ...leaveStep(job), failures, error: reason, status: over ? 'failed' : 'pending' }
}

/**
 * Counts a lost lease of the job. Past the budget the object itself fails the job and raises the attempt, so that
 * a worker that commits late is refused in Postgres as well.
 */
export function loseJob(job: Job, budget: Budget): Job {
  const { losses, reason, over } = spendLoss(job, budget)
  const lost = { ...leaveStep(job), losses }
  if (!over) return { ...lost, status: 'pending' }
  return { ...lost, status: 'failed', attempt: job.attempt + 1, error: reason }
}

/** Aborts the job. Raises the attempt, so that Postgres refuses a worker that commits late (RUN-2). */
export function abortJob(job: Job): Job {
  return { ...leaveStep(job), status: 'aborted', attempt: job.attempt + 1 }
}

/** Opens the job for a retry, with a fresh budget. The attempt stays, and rises with the next grant. */
export function reopenJob(job: Job): Job {
  return { ...leaveStep(job), status: 'pending', failures: 0, losses: 0, error: null }
}

/** Whether a retry that names this job opens it: ready jobs are kept. */
export function isRetried({ status }: Job): boolean {
  return isTerminalJob(status) && status !== 'ready'
}

/** A suspect has lost several leases. It flies alone, so that it takes no other job down. */
export function isSuspect(job: Job, budget: Budget): boolean {
  return job.losses >= budget.losses_suspect
}

function changed(job: Job, change: Partial<Job>): JobVerdict {
  return { kind: 'changed', job: { ...leaveStep(job), error: null, ...change } }
}
