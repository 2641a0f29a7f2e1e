/** One list of what was found, the best first, and how much it counts. */
export type Ranked<Id> = { readonly ids: readonly Id[]; readonly weight: number }

export type Fused<Id> = { readonly id: Id; readonly score: number }

/** What each way to search counts; tuned by `bench/search` on half of its questions. */
export const WEIGHTS = { words: 1, vectors: 2 } as const

/** How little the first places stand out: the customary number. */
const K = 60

/**
 * Reciprocal rank fusion: an id's score is the sum of weight / (K + rank) over the lists that hold
 * it. Of equals, the one that an earlier list holds, or holds higher, comes first.
 */
export function fuse<Id>(lists: readonly Ranked<Id>[]): Fused<Id>[] {
  const scores = new Map<Id, number>()
  for (const { ids, weight } of lists) {
    for (const [at, id] of [...new Set(ids)].entries()) {
      scores.set(id, (scores.get(id) ?? 0) + weight / (K + at + 1))
    }
  }
  return [...scores]
    .map(([id, score]) => ({ id, score }))
    .toSorted((one, other) => other.score - one.score)
}
