import type { GroupKey } from '../../protocol/ids.ts'
import type { PlanNotice } from '../../protocol/plan-notice.ts'
import type { GroupStatus, Reason } from '../../protocol/status.ts'
import type { Failure } from '../../protocol/status.ts'
import { isTerminalGroup } from '../../protocol/terminal.ts'
import { type Budget, spendFailure, spendLoss } from './budget.ts'
import type { PlanReport } from './work-rpc.ts'

/** Jobs that are planned together. `ord` is the group's place in the input, from 0. */
export type Group = {
  readonly ord: number
  readonly key: GroupKey
  /** The group's name for people; null: its key is the name. */
  readonly title: string | null
  readonly status: GroupStatus
  /** Jobs found: their numbers are 0 to found - 1. */
  readonly found: number
  /** Jobs below this number were put into a flight. The number only rises. */
  readonly dispatched: number
  /** How many jobs one flight carries, if the plan says fewer than the run does. */
  readonly flight_jobs: number | null
  readonly attempt: number
  readonly failures: number
  readonly losses: number
  readonly reason: Reason | null
  /** How many postings expired with the group's listings in this run; null if its plan counts none. */
  readonly gone: number | null
  /** What the owner's endpoints are told of the plan's last report. Absent if there is nothing. */
  readonly notices?: readonly PlanNotice[]
  /** The run's seq when the group's title, status, count of jobs found, or reason last changed. */
  readonly seq: number
}

/** A new group. Groups exist from the run's first seq on. */
export function openGroup(ord: number, key: GroupKey, title: string | null = null): Group {
  return {
    ord,
    key,
    title,
    status: 'waiting',
    found: 0,
    dispatched: 0,
    flight_jobs: null,
    attempt: 0,
    failures: 0,
    losses: 0,
    reason: null,
    gone: null,
    seq: 1,
  }
}

export function grantPlan(group: Group): Group {
  return { ...group, status: 'planning', attempt: group.attempt + 1 }
}

export function closePlan(group: Group): Group {
  return { ...group, status: 'closed', reason: null }
}

/** Counts a typed failure of the plan: the plan is tried again, or the group fails with the reason (PLAN-3). */
export function failPlan(group: Group, failure: Failure, budget: Budget): Group {
  const { failures, reason, over } = spendFailure(group, failure, budget)
  return { ...group, failures, reason, status: over ? 'failed' : 'waiting' }
}

/** Counts a lost lease of the plan: the plan is sent again, or the group fails (PLAN-1). */
export function losePlan(group: Group, budget: Budget): Group {
  const { losses, reason, over } = spendLoss(group, budget)
  return over
    ? { ...group, losses, reason, status: 'failed' }
    : { ...group, losses, status: 'waiting' }
}

/** Aborts the group, because no run is terminal while a group is open (RUN-3). */
export function abortGroup(group: Group): Group {
  const message = 'The run was aborted before this was planned.'
  return { ...group, status: 'aborted', reason: { code: 'aborted', message } }
}

/** Opens the group for a retry, which plans it with a fresh budget. Its attempts go on. */
export function replanGroup(group: Group): Group {
  return { ...group, status: 'waiting', failures: 0, losses: 0, reason: null }
}

/**
 * Takes over what a plan reports. Its count of expired postings is for the whole run, and its notices are those of this
 * attempt, so that both replace earlier ones.
 */
export function takeReport(group: Group, { gone, notices }: PlanReport): Group {
  return {
    ...group,
    ...(gone === undefined ? {} : { gone }),
    ...(notices === undefined ? {} : { notices }),
  }
}

/** Whether the group's plan has come to its end. */
export function isPlanned({ status }: Group): boolean {
  return isTerminalGroup(status)
}

/** Whether this attempt still holds the lease of the group's plan. */
export function holdsPlan(group: Group, attempt: number): boolean {
  return group.status === 'planning' && group.attempt === attempt
}
