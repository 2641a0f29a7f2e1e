import type { Reason } from '../../protocol/status.ts'
import type { Failure } from '../../protocol/status.ts'

/** What a job, or a group's plan, may cost before it has failed (JOB-3). */
export type Budget = {
  readonly failures_max: number
  readonly losses_max: number
  readonly losses_suspect: number
}

/** What it has cost so far: typed failures, and leases that ran out. */
export type Spent = { readonly failures: number; readonly losses: number }

/** One more of either: the new count, why, and whether that was the last there was. */
type Spending<K extends keyof Spent> = Pick<Spent, K> & {
  readonly reason: Reason
  readonly over: boolean
}

/** A typed failure: tried again while the budget lasts, and never if it cannot help. */
export function spendFailure(
  spent: Spent,
  { code, message, retryable }: Failure,
  budget: Budget,
): Spending<'failures'> {
  const failures = spent.failures + 1
  const over = !retryable || failures >= budget.failures_max
  return { failures, reason: { code, message }, over }
}

export function spendLoss(spent: Spent, budget: Budget): Spending<'losses'> {
  const losses = spent.losses + 1
  const reason = { code: 'lease_lost', message: `The work on it was lost ${losses} times.` }
  return { losses, reason, over: losses > budget.losses_max }
}
