/** One list of search results, the best first, with its weight. */
export type Ranked<Id> = { readonly ids: readonly Id[]; readonly weight: number }

export type Fused<Id> = { readonly id: Id; readonly score: number }

/**
 * The weight of each way to search. A chunk with the very number that was asked for comes before all others.
 * `bench/search` tuned the weights on half of its questions.
 */
export const WEIGHTS = { words: 1, vectors: 2, exact: 4 } as const

/** The larger K is, the less the first ranks stand out. 60 is the customary value. */
const K = 60

/**
 * Merges lists by reciprocal rank fusion: an id's score is the sum of weight / (K + rank) over the lists that hold
 * it. Ids with equal scores keep the order of the first list that holds them.
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
