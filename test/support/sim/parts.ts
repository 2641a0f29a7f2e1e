import type { Database } from './database.ts'
import type { Grants } from './grants.ts'
import type { SimObject } from './sim-object.ts'

/** What consumers and clients reach: whichever object is there when a call arrives. */
export type Parts = {
  readonly object: () => SimObject
  readonly database: Database
  readonly grants: Grants
}

/** How a consumer fares: by its seed, or well. */
export type Mood = { readonly kind: 'well' } | { readonly kind: 'any'; readonly seed: number }

export const well: Mood = { kind: 'well' }

/** One of these, by the mood and a number; the first where all goes well. */
export function oneOf<T>(choices: readonly [T, ...T[]], mood: Mood, n = 0): T {
  if (mood.kind === 'well') return choices[0]
  return choices[(mood.seed + n * 5) % choices.length] ?? choices[0]
}
