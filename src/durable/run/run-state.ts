import type { Owner, RunId } from '../../protocol/ids.ts'
import { type Labels, shownNamingOf } from '../../protocol/naming.ts'
import { generalNouns } from '../../protocol/nouns.ts'
import type { Nouns } from '../../protocol/pipelines.ts'
import type { AbortReceipt, Concurrency, Snapshot } from '../../protocol/run.ts'
import type { Reason, RunStatus } from '../../protocol/status.ts'
import { isTerminalJob, isTerminalRun } from '../../protocol/terminal.ts'
import type { NewEntry } from '../outbox/entry.ts'
import type { Group } from './group-state.ts'
import { isPlanned } from './group-state.ts'
import type { JobPair } from './job-state.ts'
import type { JobPosition, RetryAnswer, RunStart } from './run-rpc.ts'
import {
  doneJobs,
  groupMoved,
  jobsMoved,
  openTally,
  takeSnapshot,
  type Tally,
  totalGroups,
  totalJobs,
} from './tally.ts'

/** One execution of a pipeline for one owner, without its groups and jobs. */
export type Run = {
  readonly run_id: RunId
  readonly owner: Owner
  readonly pipeline: string
  /** Absent in a run that an earlier version started. */
  readonly nouns?: Nouns
  readonly name?: string
  readonly labels?: Labels
  /** How often the name or the labels were changed since the start. They are no part of what watchers are shown, so they raise no seq. */
  readonly named?: number
  readonly flight_jobs: number
  readonly body_hash: string
  readonly epoch: string
  readonly round: number
  /** The change counter: every change of the state raises it, once a transaction. */
  readonly seq: number
  /**
   * Three seqs of the run: when the status last changed, when jobs were last added, and when a job was last added
   * or given another title.
   */
  readonly status_seq: number
  readonly added_seq: number
  readonly titled_seq: number
  /** The plans of groups below this number were put into the outbox; the number only rises. */
  readonly plans_sent: number
  readonly life: Life
  readonly created_at: number
  readonly tally: Tally
  /** Whether workers can reach Postgres (DB-3); absent if there was no outage. */
  readonly database?: DatabaseState
  /** The leases that ran out since a job or a plan last ended. Absent if there are none. */
  readonly lost?: LostLeases
  /** The last retry that opened something. Absent if there was none, or if it had no `retry_id`. */
  readonly last_retry?: { readonly retry_id: string; readonly answer: RetryAnswer }
  /** An abort or a retry that has not reached all of its jobs yet. Absent if there is none. */
  readonly sliced?: SlicedWork
  /** Who paused the run, and when (RUN-8), in ms since 1970. Absent while the run is not paused. */
  readonly paused?: { readonly by: string; readonly at: number }
  /** How the run stands among the runs of its owner: its start said both, and its owner's object decides by them. */
  readonly priority?: number
  readonly concurrency?: Concurrency
  readonly admission?: RunAdmission
  /** The seq up to which the owner's object has the notices of groups. Absent if it was told none. */
  readonly noticed_seq?: number
  /** What the run owes its owner's list. Absent if the list has all that concerns it. */
  readonly telling?: Telling
}

/**
 * What a run owes its owner's list (OWN-1): to tell its standing as of this change, or a later one. It is an entry of
 * the outbox that lies in the run's own row, so that it costs no further write.
 */
type Telling = NewEntry<{ readonly seq: number; readonly named: number }>

/**
 * Whether the run may go on, as its owner's object last said in this round. `n`: the number of that order. `since`: in
 * ms since 1970. Absent in a run of an earlier version, which nobody had to admit.
 */
export type RunAdmission = { readonly n: number } & (
  | { readonly kind: 'admitted' }
  /** The run has asked, and was told nothing yet. */
  | { readonly kind: 'asks'; readonly since: number }
  | { readonly kind: 'waits'; readonly since: number; readonly reason: Reason }
  /** All runs of the owner are paused. */
  | { readonly kind: 'paused'; readonly since: number; readonly by: string }
)

/**
 * A change of so many jobs that it takes several transactions, each with a slice of them. `after`: the last job that
 * was reached; the jobs are changed in the order of (group, n).
 * - `abort`: all open jobs end. Nothing is granted any more, and reports change nothing.
 * - `reopen`: the jobs with one of these statuses are opened again, of these groups or of all. A job whose status
 *   changed after `seq` is left alone: the retry came before.
 */
export type SlicedWork = SlicedAbort | SlicedRetry

export type SlicedAbort = {
  readonly kind: 'abort'
  readonly after: JobPosition | null
  readonly receipt: AbortReceipt
}

export type SlicedRetry = {
  readonly kind: 'reopen'
  readonly after: JobPosition | null
  readonly statuses: readonly ('failed' | 'aborted')[]
  readonly groups?: readonly number[]
  readonly seq: number
}

/**
 * `away`: since when, and the run's seq at that time: only the answer to a checkpoint of that seq or a later
 * one ends the outage. `back`: when Postgres came back. Times are in ms since 1970.
 */
type DatabaseState =
  | { readonly kind: 'away'; readonly since: number; readonly seq: number }
  | { readonly kind: 'back'; readonly at: number }

/**
 * `since`: when the first of these leases ran out, in ms since 1970. `groups`: the groups whose work they covered.
 */
type LostLeases = {
  readonly times: number
  readonly since: number
  readonly groups: readonly number[]
}

/**
 * A run's status in its round, with the facts that come with that status. A round has one end (RUN-1). Times are
 * in ms since 1970.
 */
type Life =
  | { readonly status: 'pending' | 'initializing' }
  | { readonly status: 'ingesting'; readonly started_at: number }
  | (Ended & { readonly status: 'finished' | 'error' })
  | (Ended & { readonly status: 'aborted'; readonly receipt: AbortReceipt })

type Ended = {
  readonly started_at: number | null
  readonly ended_at: number
  readonly snapshot: Snapshot
}

export function openRun(start: RunStart, epoch: string, now: number): Run {
  const { run_id, owner, pipeline, nouns, flight_jobs, body_hash, groups } = start
  return {
    run_id,
    owner,
    pipeline,
    ...(nouns === undefined ? {} : { nouns }),
    ...shownNamingOf(start),
    ...rankOf(start),
    flight_jobs,
    body_hash,
    epoch,
    round: 1,
    seq: 1,
    status_seq: 1,
    added_seq: 0,
    titled_seq: 0,
    plans_sent: 0,
    life: { status: 'pending' },
    created_at: now,
    tally: openTally(groups.length),
    admission: { kind: 'asks', since: now, n: 0 },
  }
}

/** Turns a `pending` run `initializing`, because its first plan was granted. */
export function planGranted(run: Run): Run {
  return run.life.status === 'pending' ? live(run, { status: 'initializing' }) : run
}

/** Counts a changed group. With the first closed group the run turns `ingesting`. */
export function groupChanged(run: Run, [before, after]: [Group, Group], now: number): Run {
  const tally = groupMoved(run.tally, [before, after])
  const ends = isPlanned(after) && before.status !== after.status
  const counted = { ...(ends ? moves(run) : run), tally }
  if (after.status !== 'closed' || startedAt(run) !== null) return counted
  return live(counted, { status: 'ingesting', started_at: now })
}

export function jobsAdded(run: Run, count: number): Run {
  if (count === 0) return run
  const jobs = { ...run.tally.jobs, pending: (run.tally.jobs.pending ?? 0) + count }
  return { ...run, tally: { ...run.tally, jobs }, added_seq: run.seq, titled_seq: run.seq }
}

export function jobsChanged(run: Run, changes: readonly JobPair[]): Run {
  const titled_seq = changes.reduce(
    (last, [, { titled }]) => Math.max(last, titled),
    run.titled_seq,
  )
  const ends = changes.some(([, after]) => isTerminalJob(after.status))
  return { ...(ends ? moves(run) : run), tally: jobsMoved(run.tally, changes), titled_seq }
}

/**
 * Counts a lease over this group's work that ran out. Many such leases, with nothing done in between, are a stall.
 */
export function leaseLost(run: Run, group: number, now: number): Run {
  const { times = 0, since = now, groups = [] } = run.lost ?? {}
  const all = groups.includes(group) ? groups : [...groups, group]
  return { ...run, lost: { times: times + 1, since, groups: all } }
}

/** Whether every group is planned and every job terminal, so that the round is to end (RUN-3). */
export function isThrough({ tally, sliced }: Run): boolean {
  return sliced === undefined && tally.groups_open === 0 && doneJobs(tally) === totalJobs(tally)
}

/** Sets how far an abort or a retry has come, or removes it because it has reached all of its jobs. */
export function slicedTo({ sliced: _done, ...run }: Run, sliced: SlicedWork | undefined): Run {
  return sliced === undefined ? run : { ...run, sliced }
}

type Receipted = Pick<Run, 'sliced'> & {
  readonly life: { readonly status: RunStatus; readonly receipt?: AbortReceipt }
}

/** The receipt of an abort that was asked for in this round, also if jobs are left to abort. */
export function abortReceipt({ life, sliced }: Receipted): AbortReceipt | undefined {
  return life.receipt ?? (sliced?.kind === 'abort' ? sliced.receipt : undefined)
}

/** Whether no plan and no job is granted any more: the run has ended, or is being aborted (RUN-2). */
export function grantsNothing(run: Run): boolean {
  return isEnded(run) || run.sliced?.kind === 'abort'
}

/** The time at which a round ends, and all groups as they are at that time. */
type Ending = { readonly now: number; readonly groups: readonly Group[] }

/** Ends a run in which nothing is open (RUN-4). */
export function conclude(run: Run, { now, groups }: Ending): Run {
  const snapshot = takeSnapshot(run.tally, groups)
  const { ready, failed, groups_closed } = snapshot
  const hopeless = groups_closed === 0 || (failed > 0 && ready === 0)
  const status = hopeless ? 'error' : 'finished'
  return end(run, { status, started_at: startedAt(run), ended_at: now, snapshot })
}

/** Ends the run because somebody asked for it, once its open jobs and groups are aborted (RUN-2). */
export function abort(run: Run, receipt: AbortReceipt, { now, groups }: Ending): Run {
  const snapshot = takeSnapshot(run.tally, groups)
  return end(slicedTo(run, undefined), {
    status: 'aborted',
    started_at: startedAt(run),
    ended_at: now,
    snapshot,
    receipt,
  })
}

/**
 * Begins the next round, and forgets how the last one ended (RUN-1). All plans count as put into the outbox: the
 * retry puts those of this round there itself. The owner's object has to admit the run again.
 */
export function beginRound(run: Run, now: number): Run {
  const plans_sent = totalGroups(run.tally)
  const started_at = startedAt(run)
  return live(
    { ...run, round: run.round + 1, plans_sent, admission: { kind: 'asks', since: now, n: 0 } },
    started_at === null ? { status: 'initializing' } : { status: 'ingesting', started_at },
  )
}

export function isEnded(run: Run): boolean {
  return isTerminalRun(run.life.status)
}

export function startedAt(run: Run): number | null {
  return 'started_at' in run.life ? run.life.started_at : null
}

/** Forgets the lost leases: a job or a plan has ended, so the run has not stalled. */
function moves({ lost: _lost, ...run }: Run): Run {
  return run
}

/** Ends the run. An outage, lost leases, a pause and the admission concern it no longer. */
function end(run: Run, life: Life): Run {
  const { database: _database, lost: _lost, paused: _paused, admission: _admission, ...rest } = run
  return live(rest, life)
}

function live(run: Run, life: Life): Run {
  return { ...run, life }
}

/** The priority and the concurrency, as far as the start gave them. */
export function rankOf({ priority, concurrency }: Pick<Run, 'priority' | 'concurrency'>) {
  return {
    ...(priority === undefined ? {} : { priority }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

/** A person's words for the run's groups and jobs. */
export function nounsOf({ nouns = generalNouns }: Pick<Run, 'nouns'>): Nouns {
  return nouns
}
