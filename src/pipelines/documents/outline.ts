import type { ChunkView, OutlineEntry, TextPlace } from '../../protocol/document.ts'

type HeadedPlace = Pick<TextPlace, 'at' | 'page'> & { readonly headings: readonly string[] }

/** A chunk of which only the headings are wanted. */
export type HeadedChunk = Pick<ChunkView, 'n' | 'start' | 'page'> & {
  readonly headings: readonly string[]
  readonly places?: readonly HeadedPlace[]
}

/** Lists the headings of a document in the order of the text, each with the chunk in which its part begins. */
export function outlineOf(chunks: readonly HeadedChunk[]): OutlineEntry[] {
  const outline: OutlineEntry[] = []
  let before: readonly string[] = []
  let read = -1
  for (const chunk of chunks) {
    for (const { at, page, headings } of placesIn(chunk)) {
      // Two chunks may have the same part of the text.
      if (chunk.start + at <= read) continue
      read = chunk.start + at
      for (const [depth, title] of [...headings.entries()].slice(firstNew(before, headings)))
        outline.push({ title, level: depth + 1, page, passage: chunk.n })
      before = headings
    }
  }
  return outline
}

/** The places of a chunk. A chunk of an earlier version only has its beginning. */
function placesIn({ page, headings, places = [] }: HeadedChunk): readonly HeadedPlace[] {
  return places.length > 0 ? places : [{ at: 0, page, headings }]
}

/**
 * The depth of the first heading that is new. A path that only became shorter ends in a new heading of the same words:
 * nothing else ends the part below the deeper heading.
 */
function firstNew(before: readonly string[], path: readonly string[]): number {
  const differs = path.findIndex((title, at) => title !== before[at])
  if (differs !== -1) return differs
  return path.length < before.length ? path.length - 1 : path.length
}
