import type { GroupKey } from '../../protocol/ids.ts'
import type { GroupStatus, Reason } from '../../protocol/status.ts'
import type { Failure } from '../../protocol/status.ts'
import { isTerminalGroup } from '../../protocol/terminal.ts'
import { type Budget, spendFailure, spendLoss } from './budget.ts'

/** What is planned together. `ord` is its place in the input, from 0. */
export type Group = {
  readonly ord: number
  readonly key: GroupKey
  /** What a person calls the group; null: the key. */
  readonly title: string | null
  readonly status: GroupStatus
  /** Jobs found: their numbers are 0 to found - 1. */
  readonly found: number
  /** Jobs below this number were put into a flight; it only rises. */
  readonly dispatched: number
  /** As many jobs as one flight carries, where the plan says fewer than the run's. */
  readonly flight_jobs: number | null
  readonly attempt: number
  readonly failures: number
  readonly losses: number
  readonly reason: Reason | null
  /** Postings that expired with its listings of this run; null: its plan has counted none. */
  readonly gone: number | null
  /** The run's seq when its title, its status, what was found or the reason last changed. */
  readonly seq: number
}

/** A group is there from the run's first seq on. */
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

/** A typed failure of the plan: another try, or the group fails with the reason (PLAN-3). */
export function failPlan(group: Group, failure: Failure, budget: Budget): Group {
  const { failures, reason, over } = spendFailure(group, failure, budget)
  return { ...group, failures, reason, status: over ? 'failed' : 'waiting' }
}

/** The lease over the plan ran out (PLAN-1). */
export function losePlan(group: Group, budget: Budget): Group {
  const { losses, reason, over } = spendLoss(group, budget)
  return over
    ? { ...group, losses, reason, status: 'failed' }
    : { ...group, losses, status: 'waiting' }
}

/** Abort ends an open group, so that no run is terminal with one left open (RUN-3). */
export function abortGroup(group: Group): Group {
  const message = 'The run was aborted before this was planned.'
  return { ...group, status: 'aborted', reason: { code: 'aborted', message } }
}

/** A retry plans it as if it had never been tried, but that its attempts go on. */
export function replanGroup(group: Group): Group {
  return { ...group, status: 'waiting', failures: 0, losses: 0, reason: null }
}

/** What its plan counts replaces what an earlier one had: it counts for the run as a whole. */
export function countGone(group: Group, { gone = group.gone }: { gone?: number | null }): Group {
  return { ...group, gone }
}

/** Nothing more is owed of its plan. */
export function isPlanned({ status }: Group): boolean {
  return isTerminalGroup(status)
}

/** Whether this attempt still holds the group's plan. */
export function holdsPlan(group: Group, attempt: number): boolean {
  return group.status === 'planning' && group.attempt === attempt
}
