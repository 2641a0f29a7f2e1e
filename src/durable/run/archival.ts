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

/** Postgres knows of the run's end: puts the archive into the outbox, once a round (RUN-1). */
export function enqueueArchive(tx: RunTransaction): void {
  const { life } = tx.run
  if (!('ended_at' in life) || archives(tx).length > 0) return
  tx.enqueue({ kind: 'archive' }, archiveDue(life, tx))
}

/** Another round begins: the last round's archive is off. */
export function dropArchive(tx: RunTransaction): void {
  for (const { id } of archives(tx)) tx.store.dropEntry(id)
}

/**
 * The archive could not be made now: it is due again after a wait. The wait doubles each time, since it is
 * as long as the archive has been overdue, up to `archive_ms`.
 */
export function releaseArchive(tx: RunTransaction, { wait_ms }: { wait_ms: number }): void {
  const { life } = tx.run
  if (!('ended_at' in life)) return
  const overdue = tx.now - archiveDue(life, tx)
  const wait = Math.max(wait_ms, Math.min(overdue, tx.settings.archive_ms))
  for (const entry of archives(tx)) tx.store.writeEntry(hold(entry, tx.now + wait))
}

/** The run's row for the archive. Undefined if the archive is not due: a late message of another round changes nothing. */
export function archiveRun(run: Run, store: RunStore): RunArchive | undefined {
  if (!store.readEntries().some(isDue)) return undefined
  const group_keys = store.readGroups().map(({ key }) => key)
  return { ...checkpointRun(run, store), group_keys, last_line: store.lastLine() }
}

/**
 * A page of jobs for the archive, of an ended run only: for an open job Postgres may hold its worker's
 * result, which the object's older state must not replace.
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
 * The tombstone that replaces the run in its object (RUN-1). Undefined where the run has changed since it
 * was brought to Postgres, its last line included.
 */
export function archive(
  { run, store }: ArchivalParts,
  { seq, last_line }: ArchiveMark,
): Tombstone | undefined {
  return run.seq === seq && store.lastLine() === last_line ? tombstoneOf(run) : undefined
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
