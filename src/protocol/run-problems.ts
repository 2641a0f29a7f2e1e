import { counted } from './nouns.ts'
import type { Noun, Nouns } from './pipelines.ts'
import type { RunProblems, Snapshot } from './run.ts'
import type { RunStatus } from './status.ts'

/** A run's status as the page shows it. On the wire a run with problems is `finished`. */
export type ShownStatus = RunStatus | 'finished_with_problems'

/** The common part of a watcher's state, a view and a row of a list. */
type Known<Status> = {
  readonly status: Status
  readonly snapshot?: Pick<Snapshot, 'failed' | 'groups_failed'> | null | undefined
}

/**
 * Tells a finished run with problems from one without. A failed group, a failed job and a held expiry are
 * problems. `held` counts the expiries that wait for a decision; a run's state does not have them, so a
 * caller that did not ask for them leaves `held` out.
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

type EndedRun = { readonly nouns: Nouns; readonly snapshot: Snapshot; readonly held?: number }

/** Lists a run's problems as parts of one sentence: failures, work that an abort ended, held expiries. */
export function problemWords({ nouns, snapshot, held = 0 }: EndedRun): string[] {
  const { total, failed, groups_closed, groups_failed, group_counts } = snapshot
  const { group, job } = nouns
  const groups = counted(group_counts?.total ?? groups_closed + groups_failed, group)
  const aborted = group_counts?.by_status.aborted ?? 0
  return [
    ...partOf(groups_failed, groups, 'could not be read'),
    ...partOf(aborted, groups, 'aborted'),
    ...partOf(failed, counted(total, job), 'failed'),
    ...(held === 0 ? [] : [`${counted(held, expiry)} held for a decision`]),
  ]
}

const expiry: Noun = { one: 'expiry is', many: 'expiries are' }

/** Formats `3 of 40 companies could not be read`. Returns an empty list if the count is 0. */
function partOf(count: number, all: string, what: string): string[] {
  return count === 0 ? [] : [`${count.toLocaleString('en-US')} of ${all} ${what}`]
}
