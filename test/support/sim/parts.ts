import type { Database } from './database.ts'
import type { Grants } from './grants.ts'
import type { SimObject } from './sim-object.ts'

/** The parts that consumers and clients call. A call reaches the object that is there when it arrives. */
export type Parts = {
  readonly object: () => SimObject
  readonly database: Database
  readonly grants: Grants
}

/** Decides whether a consumer has luck: always, or by its seed. */
export type Mood = { readonly kind: 'well' } | { readonly kind: 'any'; readonly seed: number }

export const well: Mood = { kind: 'well' }

/** Chooses one by the mood and a number. The first choice is the one without trouble. */
export function oneOf<T>(choices: readonly [T, ...T[]], mood: Mood, n = 0): T {
  if (mood.kind === 'well') return choices[0]
  return choices[(mood.seed + n * 5) % choices.length] ?? choices[0]
}
