import type { Reason } from '../../protocol/status.ts'
import type { Failure } from '../../protocol/status.ts'

/** How many failures and lost leases a job, or a group's plan, may have before it fails (JOB-3). */
export type Budget = {
  readonly failures_max: number
  readonly losses_max: number
  readonly losses_suspect: number
}

/** How many typed failures and lost leases a job, or a group's plan, has had so far. */
export type Spent = { readonly failures: number; readonly losses: number }

/** One more failure or loss: the new count, the reason, and whether the budget is spent. */
type Spending<K extends keyof Spent> = Pick<Spent, K> & {
  readonly reason: Reason
  readonly over: boolean
}

/** Counts a typed failure. The budget is spent at once if another try cannot help. */
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
  const reason = { code: 'lease_lost', message: `The worker was lost ${losses} times.` }
  return { losses, reason, over: losses > budget.losses_max }
}
