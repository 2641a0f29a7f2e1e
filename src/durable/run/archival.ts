import { hold } from '../outbox/entry.ts'
import { viewAttempts } from './attempts.ts'
import { placeJob } from './job-page.ts'
import type { RunTransaction } from './run-engine.ts'
import type { RunEntry } from './run-outbox.ts'
import type {
  ArchiveJobsQuery,
  ArchiveLinesQuery,
  ArchiveMark,
  PlacedJobPage,
  PlacedLinePage,
  RunArchive,
} from './run-rpc.ts'
import type { Run } from './run-state.ts'
import { isEnded } from './run-state.ts'
import { checkpointRun } from './run-views.ts'
import type { RunStore } from './store/run-store.ts'
import { type Tombstone, tombstoneOf } from './tombstone.ts'

/** Puts the archive into the outbox, once a round. Called when Postgres has the run's end (RUN-1). */
export function enqueueArchive(tx: RunTransaction): void {
  const { life } = tx.run
  if (!('ended_at' in life) || archives(tx).length > 0) return
  tx.enqueue({ kind: 'archive' }, archiveDue(life, tx))
}

/** Removes the archive from the outbox, because another round begins. */
export function dropArchive(tx: RunTransaction): void {
  for (const { id } of archives(tx)) tx.store.dropEntry(id)
}

/**
 * Holds an archive that could not be made now. The wait is as long as the archive is overdue, at least `wait_ms`
 * and at most `archive_ms`, so it about doubles with each failure.
 */
export function releaseArchive(tx: RunTransaction, { wait_ms }: { wait_ms: number }): void {
  const { life } = tx.run
  if (!('ended_at' in life)) return
  const overdue = tx.now - archiveDue(life, tx)
  const wait = Math.max(wait_ms, Math.min(overdue, tx.settings.archive_ms))
  for (const entry of archives(tx)) tx.store.writeEntry(hold(entry, tx.now + wait))
}

/**
 * Returns the run's row for the archive. Returns undefined if no archive is due, so that a late message of another
 * round changes nothing.
 */
export function archiveRun(run: Run, store: RunStore): RunArchive | undefined {
  if (!store.readEntries().some(isDue)) return undefined
  const groups = store.readGroups()
  return {
    ...checkpointRun(run, store),
    group_keys: groups.map(({ key }) => key),
    inputs: groups.map(({ ord }) => store.readInput(ord)),
    last_line: store.lastLine(),
  }
}

/**
 * Returns a page of jobs for the archive. Returns undefined if the run has changed since `seq`, or has not ended:
 * for an open job Postgres may hold a worker's result, which the object's older state must not replace.
 */
export function archiveJobs(
  { run, store }: ArchivalParts,
  { seq, after, limit }: ArchiveJobsQuery,
): PlacedJobPage | undefined {
  if (!isEnded(run) || run.seq !== seq) return undefined
  const groups = store.readGroups()
  const jobs = store.pageJobs({ after, limit })
  const last = jobs.length < limit ? undefined : jobs.at(-1)
  const rows = jobs.map((job) => {
    return { ...placeJob(job, groups), attempts: viewAttempts(job.attempts) }
  })
  return { rows, next: last === undefined ? null : { group: last.group, n: last.n } }
}

export function archiveLines(
  { run, store }: ArchivalParts,
  { seq, after, limit }: ArchiveLinesQuery,
): PlacedLinePage | undefined {
  if (!isEnded(run) || run.seq !== seq) return undefined
  const lines = store.placedLines(after, limit)
  return { lines, next: lines.length < limit ? null : (lines.at(-1)?.seq ?? null) }
}

/**
 * Returns the tombstone that replaces the run in its object (RUN-1). Returns undefined if the run, its
 * name or its labels have changed, or its log has another line, since they were written to Postgres.
 */
export function archive(
  { run, store }: ArchivalParts,
  { seq, last_line, named = 0 }: ArchiveMark,
): Tombstone | undefined {
  // The tombstone could not tell the owner's list how the run ended.
  if (run.telling !== undefined) return undefined
  const isWhole = run.seq === seq && (run.named ?? 0) === named && store.lastLine() === last_line
  return isWhole ? tombstoneOf(run) : undefined
}

type ArchivalParts = { readonly run: Run; readonly store: RunStore }

function isDue({ subject, state }: RunEntry): boolean {
  return subject.kind === 'archive' && state === 'sent'
}

function archiveDue(
  { ended_at }: { readonly ended_at: number },
  { settings }: Pick<RunTransaction, 'settings'>,
): number {
  return ended_at + settings.archive_ms
}

function archives({ store }: RunTransaction): RunEntry[] {
  return store.readEntries().filter(({ subject }) => subject.kind === 'archive')
}
