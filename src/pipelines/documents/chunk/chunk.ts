import type { Extracted, PageStart } from '../text/extracted.ts'
import { HeadingPath } from './heading-path.ts'
import { type ChunkLimits, Packing } from './packing.ts'
import { piecesOf } from './piece.ts'

/** A part of a document that a search finds as one hit. `text` is the document's text from `start` to `end`. */
export type Chunk = {
  readonly n: number
  readonly text: string
  readonly start: number
  readonly end: number
  readonly page: number
  readonly page_end: number
  /** The headings above the chunk, the highest first. */
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
  const pieces = piecesOf(extracted.text, extracted.headings)
  const path = new HeadingPath(extracted.text, pieces, extracted.headings)
  const chunks: Chunk[] = []
  let page = 0
  for (const { start, end, body } of new Packing(extracted.text, pieces, limits).spans()) {
    page = pageFrom(extracted.pages, page, start)
    const last = pageFrom(extracted.pages, page, end - 1)
    chunks.push({
      n: chunks.length,
      text: extracted.text.slice(start, end),
      start,
      end,
      page: extracted.pages[page]?.page ?? 1,
      page_end: extracted.pages[last]?.page ?? 1,
      headings: path.at(body),
    })
  }
  return chunks
}

/** Returns the index of the page that holds `at`. Searches forward from page `from`. */
function pageFrom(pages: readonly PageStart[], from: number, at: number): number {
  let page = from
  while ((pages[page + 1]?.start ?? Infinity) <= at) page++
  return page
}
