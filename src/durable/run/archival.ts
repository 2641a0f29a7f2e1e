import type { Entry } from '../outbox/entry.ts'
import { hold } from '../outbox/entry.ts'
import { placeJob } from './job-page.ts'
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
import type { RunChange } from './run-transaction.ts'
import { checkpointRun } from './run-views.ts'
import type { RunStore } from './store/run-store.ts'

/** Owes the archive of a run whose end Postgres has; each round owes its own (RUN-1). */
export function oweArchive(change: RunChange): void {
  const { life } = change.run
  if (!('ended_at' in life) || archives(change).length > 0) return
  change.owe({ kind: 'archive' }, archiveDue(life, change))
}

/** Another round begins. */
export function dropArchive(change: RunChange): void {
  for (const { id } of archives(change)) change.store.dropEntry(id)
}

/**
 * It could not be done now, and is owed again after a wait, which doubles: as long again as it has
 * been overdue, up to as long as it was to wait at first.
 */
export function releaseArchive(change: RunChange, { wait_ms }: { wait_ms: number }): void {
  const { life } = change.run
  if (!('ended_at' in life)) return
  const overdue = change.now - archiveDue(life, change)
  const wait = Math.max(wait_ms, Math.min(overdue, change.settings.archive_ms))
  for (const entry of archives(change)) change.store.writeEntry(hold(entry, change.now + wait))
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
  const rows = jobs.map((job) => placeJob(job, groups))
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

/** Whether the run is still what was brought to Postgres, its last line included. */
export function isAsOf({ run, store }: Source, { seq, last_line }: ArchiveMark): boolean {
  return isEnded(run) && run.seq === seq && store.lastLine() === last_line
}

type Source = { readonly run: Run; readonly store: RunStore }

function isDue({ subject, state }: Entry): boolean {
  return subject.kind === 'archive' && state === 'sent'
}

function archiveDue(
  { ended_at }: { readonly ended_at: number },
  { settings }: Pick<RunChange, 'settings'>,
): number {
  return ended_at + settings.archive_ms
}

function archives({ store }: RunChange): Entry[] {
  return store.readEntries().filter(({ subject }) => subject.kind === 'archive')
}
