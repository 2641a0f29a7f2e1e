import type { RunProblems, Snapshot } from './run.ts'
import type { RunStatus } from './status.ts'

/** A run's status as a person is shown it. On the wire a run with problems is `finished`. */
export type ShownStatus = RunStatus | 'finished_with_problems'

/** A run as anybody knows it: a watcher's state, a view, or a row of a list. */
type Known<Status> = {
  readonly status: Status
  readonly snapshot?: Pick<Snapshot, 'failed' | 'groups_failed'> | null | undefined
}

/**
 * Tells a finished run with problems apart from one without: a failed group, a failed job, or a held
 * expiry. `held` counts expiries that wait for a decision; they are no part of a run's state, so that
 * only who has asked for them knows.
 */
export function shownStatus<Status extends RunStatus>(
  { status, snapshot }: Known<Status>,
  held = 0,
): Status | 'finished_with_problems' {
  if (status !== 'finished' || !snapshot) return status
  const { groups, jobs } = problemsOf(snapshot)
  return groups + jobs + held > 0 ? 'finished_with_problems' : status
}

export function problemsOf(snapshot: Pick<Snapshot, 'failed' | 'groups_failed'>): RunProblems {
  return { groups: snapshot.groups_failed, jobs: snapshot.failed }
}

export function statusWords(status: ShownStatus): string {
  return status.replaceAll('_', ' ')
}

type Ended = { readonly pipeline: string; readonly snapshot: Snapshot; readonly held?: number }

/** What a run did not do, as parts of one sentence: what failed, what an abort ended, what is held. */
export function problemWords({ pipeline, snapshot, held = 0 }: Ended): string[] {
  const { total, failed, groups_closed, groups_failed, group_counts } = snapshot
  const groups = group_counts?.total ?? groups_closed + groups_failed
  const aborted = group_counts?.by_status.aborted ?? 0
  return [
    ...partOf(groups_failed, groupsOf(pipeline, groups), 'could not be read'),
    ...partOf(aborted, groupsOf(pipeline, groups), 'aborted'),
    ...partOf(failed, counted(total, 'job', 'jobs'), 'failed'),
    ...(held === 0 ? [] : [`${counted(held, 'expiry is', 'expiries are')} held for a decision`]),
  ]
}

/** `3 of 40 companies could not be read`; nothing where there are none. */
function partOf(count: number, all: string, what: string): string[] {
  return count === 0 ? [] : [`${number(count)} of ${all} ${what}`]
}

const nouns: Readonly<Record<string, readonly [one: string, many: string]>> = {
  ingestion: ['company', 'companies'],
  documents: ['matter', 'matters'],
}

/** So many groups, in the word of their pipeline. */
export function groupsOf(pipeline: string, count: number): string {
  const [one, many] = nouns[pipeline] ?? ['group', 'groups']
  return counted(count, one, many)
}

function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
