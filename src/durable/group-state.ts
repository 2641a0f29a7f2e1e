import type { GroupKey } from '../protocol/ids.ts'
import type { GroupStatus, Reason } from '../protocol/status.ts'
import type { Budget } from './job-state.ts'
import type { Failure } from './rpc.ts'

/** What is planned together. `ord` is its place in the input, from 0. */
export type Group = {
  readonly ord: number
  readonly key: GroupKey
  readonly status: GroupStatus
  /** Jobs found: their numbers are 0 to found - 1. */
  readonly found: number
  /** Jobs below this number were put into a flight; it only rises. */
  readonly dispatched: number
  readonly attempt: number
  readonly failures: number
  readonly losses: number
  readonly reason: Reason | null
}

export function openGroup(ord: number, key: GroupKey): Group {
  return {
    ord,
    key,
    status: 'waiting',
    found: 0,
    dispatched: 0,
    attempt: 0,
    failures: 0,
    losses: 0,
    reason: null,
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
  const failures = group.failures + 1
  const reason = { code: failure.code, message: failure.message }
  const spent = !failure.retryable || failures >= budget.failures_max
  return { ...group, failures, reason, status: spent ? 'failed' : 'waiting' }
}

/** The lease over the plan ran out (PLAN-1). */
export function losePlan(group: Group, budget: Budget): Group {
  const losses = group.losses + 1
  if (losses <= budget.losses_max) return { ...group, losses, status: 'waiting' }
  const message = `The work on its plan was lost ${losses} times.`
  return { ...group, losses, status: 'failed', reason: { code: 'lease_lost', message } }
}

/** Abort ends an open group, so that no run is terminal with one left open (RUN-3). */
export function abortGroup(group: Group): Group {
  const message = 'The run was aborted before this was planned.'
  return { ...group, status: 'failed', reason: { code: 'aborted', message } }
}

export function isPlanned(group: Group): boolean {
  return group.status === 'closed' || group.status === 'failed'
}

/** Whether this attempt still holds the group's plan. */
export function holdsPlan(group: Group, attempt: number): boolean {
  return group.status === 'planning' && group.attempt === attempt
}
