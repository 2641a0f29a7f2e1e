import type { PageBox, TextPlace } from '../../../protocol/document.ts'
import type { Extracted, PageStart } from '../text/extracted.ts'
import { type HeadingChange, HeadingPath } from './heading-path.ts'
import { type ChunkLimits, Packing } from './packing.ts'
import { piecesOf } from './piece.ts'

/** A part of a document that a search finds as one hit. `text` is the document's text from `start` to `end`. */
export type Chunk = {
  readonly n: number
  readonly text: string
  readonly start: number
  readonly end: number
  /** Null in a document without pages. */
  readonly page: number | null
  readonly page_end: number | null
  /** The headings above the chunk, the highest first. */
  readonly headings: readonly string[]
  /** Where the chunk's parts stand: the first at its beginning, then one wherever page or headings change. */
  readonly places: readonly ChunkPlace[]
  /** Where the chunk stands on pages that were read from their pictures. */
  readonly boxes?: readonly PageBox[]
}

/** The page and the headings of a part of a chunk that begins at `at`. */
export type ChunkPlace = Readonly<Omit<TextPlace, 'headings'>> & {
  readonly headings: readonly string[]
}

/** Returns the text to embed for a chunk. The headings come first, as they tell what the chunk is about. */
export function embeddedText({ headings, text }: Pick<Chunk, 'headings' | 'text'>): string {
  return [...headings, text].join('\n')
}

/**
 * Divides a text at the start of headings, articles, clauses and paragraphs. Cuts a longer part after a sentence,
 * a line or a word. Two chunks overlap only at a cut or at the start of a paragraph. The chunks together hold all
 * of the text except white space.
 */
export function chunkText(extracted: Extracted, limits: ChunkLimits): Chunk[] {
  const { text, headings } = extracted
  const pieces = piecesOf(text, headings)
  const path = new HeadingPath(text, pieces, headings)
  const places = placesOf(extracted, path.changes())
  const chunks: Chunk[] = []
  let first = 0
  for (const { start, end, body } of new Packing(text, pieces, limits).spans()) {
    while ((places[first + 1]?.at ?? Infinity) <= start) first++
    const within = placesWithin(places, first, { start, end })
    const [begin] = within
    chunks.push({
      n: chunks.length,
      text: text.slice(start, end),
      start,
      end,
      page: begin?.page ?? null,
      page_end: within.at(-1)?.page ?? null,
      headings: placeAt(places, first, body).headings,
      places: within,
    })
  }
  return chunks
}

/** Lists where page or headings change in the text, in order. The first place is the beginning of the text. */
function placesOf(extracted: Extracted, titles: readonly HeadingChange[]): ChunkPlace[] {
  const pages = extracted.unpaged === true ? [] : extracted.pages
  const starts = new Set([0, ...pages.map(({ start }) => start), ...titles.map(({ at }) => at)])
  let page = -1
  let title = -1
  return [...starts]
    .toSorted((one, other) => one - other)
    .map((at) => {
      while ((pages[page + 1]?.start ?? Infinity) <= at) page++
      while ((titles[title + 1]?.at ?? Infinity) <= at) title++
      return placeOf(at, pages[Math.max(page, 0)], titles[title]?.headings)
    })
}

function placeOf(at: number, start?: PageStart, headings: readonly string[] = []): ChunkPlace {
  return { at, page: start?.page ?? null, label: start?.label ?? null, headings }
}

/** Returns the places of a chunk, counted from its beginning. The place `first` holds that beginning. */
function placesWithin(
  places: readonly ChunkPlace[],
  first: number,
  { start, end }: { readonly start: number; readonly end: number },
): ChunkPlace[] {
  const within: ChunkPlace[] = []
  for (let next = first; next < places.length; next++) {
    const place = places[next]
    if (!place || place.at >= end) break
    within.push({ ...place, at: Math.max(0, place.at - start) })
  }
  return within
}

function placeAt(places: readonly ChunkPlace[], first: number, at: number): ChunkPlace {
  let found = first
  while ((places[found + 1]?.at ?? Infinity) <= at) found++
  return places[found] ?? { at: 0, page: null, label: null, headings: [] }
}
