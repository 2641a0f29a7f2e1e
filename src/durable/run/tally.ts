import {
  type Counts,
  countGroups,
  FAILED_GROUPS_MAX,
  type RunProblems,
  type Snapshot,
  type JobCounts,
} from '../../protocol/run.ts'
import type { JobStatus, Outcome } from '../../protocol/status.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import type { Group } from './group-state.ts'
import type { Job, JobPair } from './job-state.ts'

/** Running counts, so that no transition has to read all jobs. */
export type Tally = {
  readonly jobs: Readonly<JobCounts>
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>
  readonly groups_open: number
  readonly groups_closed: number
  readonly groups_failed: number
  /** Absent if no group was aborted. */
  readonly groups_aborted?: number
  /** How many postings expired with the groups' listings; absent if no plan counts any. */
  readonly gone?: number
  /** Open jobs that have lost a lease; absent in a run of an earlier version. */
  readonly lossy?: number
}

export function openTally(groups: number): Tally {
  return { jobs: {}, outcomes: {}, groups_open: groups, groups_closed: 0, groups_failed: 0 }
}

/** Counts a group that has another status, or another count of expired postings. */
export function groupMoved(tally: Tally, [before, after]: readonly [Group, Group]): Tally {
  const [left, entered] = [countOf(before), countOf(after)]
  const less = { ...tally, [left]: (tally[left] ?? 0) - 1 }
  const moved = left === entered ? tally : { ...less, [entered]: (less[entered] ?? 0) + 1 }
  if (after.gone === null) return moved
  return { ...moved, gone: (tally.gone ?? 0) + after.gone - (before.gone ?? 0) }
}

export function jobsMoved(tally: Tally, changes: readonly JobPair[]): Tally {
  const jobs = { ...tally.jobs }
  const outcomes = { ...tally.outcomes }
  let lossy = tally.lossy ?? 0
  for (const [before, after] of changes) {
    jobs[before.status] = (jobs[before.status] ?? 0) - 1
    jobs[after.status] = (jobs[after.status] ?? 0) + 1
    if (before.outcome !== null) outcomes[before.outcome] = (outcomes[before.outcome] ?? 0) - 1
    if (after.outcome !== null) outcomes[after.outcome] = (outcomes[after.outcome] ?? 0) + 1
    lossy += Number(isLossy(after)) - Number(isLossy(before))
  }
  return { ...tally, jobs, outcomes, lossy }
}

export function totalJobs(tally: Tally): number {
  return jobsWhere(tally, () => true)
}

export function doneJobs(tally: Tally): number {
  return jobsWhere(tally, isTerminalJob)
}

export function totalGroups(tally: Tally): number {
  const { groups_open, groups_closed, groups_failed, groups_aborted = 0 } = tally
  return groups_open + groups_closed + groups_failed + groups_aborted
}

export function jobCounts(tally: Tally): Counts {
  const some = Object.entries(tally.jobs).filter(([, count = 0]) => count > 0)
  return { total: totalJobs(tally), by_status: Object.fromEntries(some) }
}

export function problems({ groups_failed: groups, jobs }: Tally): RunProblems {
  return { groups, jobs: jobs.failed ?? 0 }
}

/** The counts at a round's end, and which of its groups failed. */
export function takeSnapshot(tally: Tally, groups: readonly Group[]): Snapshot {
  const { ready = 0, failed = 0, skipped = 0, aborted = 0 } = tally.jobs
  const { new: fresh = 0, changed = 0, unchanged = 0 } = tally.outcomes
  const { gone, groups_closed, groups_failed } = tally
  return {
    total: totalJobs(tally),
    ready,
    failed,
    skipped,
    aborted,
    new: fresh,
    changed,
    unchanged,
    ...(gone === undefined ? {} : { gone }),
    groups_closed,
    groups_failed,
    group_counts: countGroups(groups),
    failed_groups: groups
      .filter(({ status }) => status === 'failed')
      .slice(0, FAILED_GROUPS_MAX)
      .map(({ key, reason }) => ({ group: key, code: reason?.code ?? 'unknown' })),
  }
}

type GroupCounter = 'groups_open' | 'groups_closed' | 'groups_failed' | 'groups_aborted'

function countOf(group: Group): GroupCounter {
  switch (group.status) {
    case 'waiting':
    case 'planning':
      return 'groups_open'
    case 'closed':
      return 'groups_closed'
    case 'failed':
      return 'groups_failed'
    case 'aborted':
      return 'groups_aborted'
  }
}

function isLossy({ losses, status }: Job): boolean {
  return losses > 0 && !isTerminalJob(status)
}

function jobsWhere({ jobs }: Tally, counts: (status: JobStatus) => boolean): number {
  return Object.entries(jobs).reduce((sum, [s, n]) => sum + (counts(s) ? (n ?? 0) : 0), 0)
}
