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

/** Owes the archive of a run whose end Postgres has; each round owes its own (RUN-1). */
export function enqueueArchive(tx: RunTransaction): void {
  const { life } = tx.run
  if (!('ended_at' in life) || archives(tx).length > 0) return
  tx.enqueue({ kind: 'archive' }, archiveDue(life, tx))
}

/** Another round begins. */
export function dropArchive(tx: RunTransaction): void {
  for (const { id } of archives(tx)) tx.store.dropEntry(id)
}

/**
 * It could not be done now, and is owed again after a wait, which doubles: as long again as it has
 * been overdue, up to as long as it was to wait at first.
 */
export function releaseArchive(tx: RunTransaction, { wait_ms }: { wait_ms: number }): void {
  const { life } = tx.run
  if (!('ended_at' in life)) return
  const overdue = tx.now - archiveDue(life, tx)
  const wait = Math.max(wait_ms, Math.min(overdue, tx.settings.archive_ms))
  for (const entry of archives(tx)) tx.store.writeEntry(hold(entry, tx.now + wait))
}

/** Undefined: it is not due, whatever a late message of another round says. */
export function archiveRun(run: Run, store: RunStore): RunArchive | undefined {
  if (!store.readEntries().some(isDue)) return undefined
  const group_keys = store.readGroups().map(({ key }) => key)
  return { ...checkpointRun(run, store), group_keys, last_line: store.lastLine() }
}

/**
 * Only of an ended run: what Postgres has of a job that is open is its worker's word, which the
 * object's must not replace.
 */
export function archiveJobs(
  { run, store }: Source,
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
  { run, store }: Source,
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
  { run, store }: Source,
  { seq, last_line }: ArchiveMark,
): Tombstone | undefined {
  return run.seq === seq && store.lastLine() === last_line ? tombstoneOf(run) : undefined
}

type Source = { readonly run: Run; readonly store: RunStore }

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
