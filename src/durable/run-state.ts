import type { Owner, RunId } from '../protocol/ids.ts'
import type { AbortReceipt, Snapshot } from '../protocol/run.ts'
import type { Outcome } from '../protocol/status.ts'
import { JobStatus } from '../protocol/status.ts'
import { isTerminalJob, isTerminalRun } from '../protocol/terminal.ts'
import type { Group } from './group-state.ts'
import { isPlanned } from './group-state.ts'
import type { Job, JobPair } from './job-state.ts'
import type { RetryAnswer, RunStart } from './rpc.ts'

/** One execution of a pipeline for one owner: all of it but its groups and jobs. */
export type Run = {
  readonly run_id: RunId
  readonly owner: Owner
  readonly pipeline: string
  readonly flight_jobs: number
  readonly body_hash: string
  readonly epoch: string
  readonly round: number
  /** The change counter: every change of the state raises it, once a transaction. */
  readonly seq: number
  /** The seq at which the status last changed, jobs were last added, and any was last added or retitled. */
  readonly status_seq: number
  readonly added_seq: number
  readonly titled_seq: number
  /** Groups below this place were put into the outbox for their plan; it only rises. */
  readonly plans_sent: number
  readonly life: Life
  readonly created_at: number
  readonly tally: Tally
  /** Postgres as workers met it (DB-3); absent: it was never away. */
  readonly database?: DatabaseState
  /** Leases that ran out since something last came to its end; absent: none. */
  readonly lost?: LostLeases
  /** The last retry that opened something; absent: there was none, or none that had a name. */
  readonly last_retry?: { readonly retry_id: string; readonly answer: RetryAnswer }
}

/**
 * `away`: since when, and the seq that the run had then, which what Postgres answers must be as of
 * to say that it is back. `back`: since when it is there again. Times in ms since 1970.
 */
type DatabaseState =
  | { readonly kind: 'away'; readonly since: number; readonly seq: number }
  | { readonly kind: 'back'; readonly at: number }

/** `since`: when the first of them ran out, in ms since 1970; `groups`: whose work they were for. */
type LostLeases = {
  readonly times: number
  readonly since: number
  readonly groups: readonly number[]
}

/** Where a run is between its start and its one end a round (RUN-1). Times in ms since 1970. */
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

/** Running counts, so that no transition has to read every job. */
export type Tally = {
  readonly jobs: Readonly<Partial<Record<JobStatus, number>>>
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly groups_open: number
  readonly groups_closed: number
  readonly groups_failed: number
  /** Open jobs that have lost a lease; absent in a run of an earlier version. */
  readonly lossy?: number
}

export function openRun(start: RunStart, epoch: string, now: number): Run {
  const { run_id, owner, pipeline, flight_jobs, body_hash, groups } = start
  return {
    run_id,
    owner,
    pipeline,
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
    tally: {
      jobs: {},
      outcomes: {},
      groups_open: groups.length,
      groups_closed: 0,
      groups_failed: 0,
    },
  }
}

/** The first granted plan turns `pending` into `initializing`. */
export function planGranted(run: Run): Run {
  return run.life.status === 'pending' ? live(run, { status: 'initializing' }) : run
}

/** A group was planned, failed or is to be planned anew; with the first closed one the run turns `ingesting`. */
export function groupChanged(run: Run, [before, after]: [Group, Group], now: number): Run {
  const [left, entered] = [countOf(before), countOf(after)]
  if (left === entered) return run
  const { tally } = run
  const moved = { ...tally, [left]: tally[left] - 1, [entered]: tally[entered] + 1 }
  const counted = { ...(isPlanned(after) ? moves(run) : run), tally: moved }
  if (after.status !== 'closed' || startedAt(run) !== null) return counted
  return live(counted, { status: 'ingesting', started_at: now })
}

export function jobsAdded(run: Run, count: number): Run {
  if (count === 0) return run
  const jobs = { ...run.tally.jobs, pending: (run.tally.jobs.pending ?? 0) + count }
  return { ...run, tally: { ...run.tally, jobs }, added_seq: run.seq, titled_seq: run.seq }
}

export function jobsChanged(run: Run, changes: readonly JobPair[]): Run {
  const jobs = { ...run.tally.jobs }
  const outcomes = { ...run.tally.outcomes }
  let { titled_seq } = run
  let lossy = run.tally.lossy ?? 0
  for (const [before, after] of changes) {
    titled_seq = Math.max(titled_seq, after.titled)
    jobs[before.status] = (jobs[before.status] ?? 0) - 1
    jobs[after.status] = (jobs[after.status] ?? 0) + 1
    if (before.outcome !== null) outcomes[before.outcome] = (outcomes[before.outcome] ?? 0) - 1
    if (after.outcome !== null) outcomes[after.outcome] = (outcomes[after.outcome] ?? 0) + 1
    lossy += Number(isLossy(after)) - Number(isLossy(before))
  }
  const ends = changes.some(([, after]) => isTerminalJob(after.status))
  const tally = { ...run.tally, jobs, outcomes, lossy }
  return { ...(ends ? moves(run) : run), tally, titled_seq }
}

function isLossy({ losses, status }: Job): boolean {
  return losses > 0 && !isTerminalJob(status)
}

/** A lease over work of this group ran out: many of them, and nothing done in between, is a stall. */
export function leaseLost(run: Run, group: number, now: number): Run {
  const { times = 0, since = now, groups = [] } = run.lost ?? {}
  const all = groups.includes(group) ? groups : [...groups, group]
  return { ...run, lost: { times: times + 1, since, groups: all } }
}

/** The end, once every group is planned and every job terminal (RUN-3, RUN-4). */
export function conclude(run: Run, now: number): Run {
  if (isEnded(run) || run.tally.groups_open > 0 || openJobs(run.tally) > 0) return run
  const snapshot = takeSnapshot(run.tally)
  const { ready, failed, groups_closed } = snapshot
  const hopeless = groups_closed === 0 || (failed > 0 && ready === 0)
  const status = hopeless ? 'error' : 'finished'
  return end(run, { status, started_at: startedAt(run), ended_at: now, snapshot })
}

/** The end by hand, once its open jobs and groups are marked (RUN-2). */
export function abort(run: Run, receipt: AbortReceipt, now: number): Run {
  const snapshot = takeSnapshot(run.tally)
  return end(run, {
    status: 'aborted',
    started_at: startedAt(run),
    ended_at: now,
    snapshot,
    receipt,
  })
}

/**
 * The next round: nothing is said any more of how the last one ended (RUN-1). Whatever is open in it
 * is owed by name, so that no plan is left to be sent for the first time.
 */
export function beginRound(run: Run): Run {
  const { groups_open, groups_closed, groups_failed } = run.tally
  const plans_sent = groups_open + groups_closed + groups_failed
  const started_at = startedAt(run)
  return live(
    { ...run, round: run.round + 1, plans_sent },
    started_at === null ? { status: 'initializing' } : { status: 'ingesting', started_at },
  )
}

export function isEnded(run: Run): boolean {
  return isTerminalRun(run.life.status)
}

export function totalJobs(tally: Tally): number {
  return statusCounts(tally).reduce((sum, [, count]) => sum + count, 0)
}

export function startedAt(run: Run): number | null {
  return 'started_at' in run.life ? run.life.started_at : null
}

/** Something came to its end: what was lost until then did not stop it. */
function moves({ lost: _lost, ...run }: Run): Run {
  return run
}

function countOf(group: Group): 'groups_open' | 'groups_closed' | 'groups_failed' {
  if (!isPlanned(group)) return 'groups_open'
  return group.status === 'closed' ? 'groups_closed' : 'groups_failed'
}

function openJobs(tally: Tally): number {
  return statusCounts(tally).reduce((sum, [s, n]) => sum + (isTerminalJob(s) ? 0 : n), 0)
}

function statusCounts(tally: Tally): [JobStatus, number][] {
  return JobStatus.options.map((status) => [status, tally.jobs[status] ?? 0])
}

function takeSnapshot(tally: Tally): Snapshot {
  const { ready = 0, failed = 0, skipped = 0, aborted = 0 } = tally.jobs
  const { new: fresh = 0, changed = 0, unchanged = 0 } = tally.outcomes
  const { groups_closed, groups_failed } = tally
  return {
    total: totalJobs(tally),
    ready,
    failed,
    skipped,
    aborted,
    new: fresh,
    changed,
    unchanged,
    groups_closed,
    groups_failed,
  }
}

/** It has nothing more to do: what it would have waited for is no matter. */
function end({ database: _database, lost: _lost, ...run }: Run, life: Life): Run {
  return live(run, life)
}

function live(run: Run, life: Life): Run {
  return { ...run, life }
}
