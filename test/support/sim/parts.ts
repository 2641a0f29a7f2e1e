import type { Database } from './database.ts'
import type { Grants } from './grants.ts'
import type { SimObject } from './sim-object.ts'

/** The parts that consumers and clients call. A call reaches the object that is there when it arrives. */
export type Parts = {
  readonly object: () => SimObject
  readonly database: Database
  readonly grants: Grants
}

/** The faults of a consumer: none, or some that its seed chooses. */
export type FaultPlan = { readonly kind: 'none' } | { readonly kind: 'any'; readonly seed: number }

export const noFaults: FaultPlan = { kind: 'none' }

/** Chooses one by the fault plan and a number. The first choice is the one without a fault. */
export function oneOf<T>(choices: readonly [T, ...T[]], faults: FaultPlan, n = 0): T {
  if (faults.kind === 'none') return choices[0]
  return choices[(faults.seed + n * 5) % choices.length] ?? choices[0]
}
