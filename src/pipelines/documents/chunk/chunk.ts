import type { Extracted, PageStart } from '../text/extracted.ts'
import { HeadingPath } from './heading-path.ts'
import { type Limits, Packing } from './packing.ts'
import { piecesOf } from './piece.ts'

/** A part of a document that is found as one: `text` is what stands from `start` to `end`. */
export type Chunk = {
  readonly n: number
  readonly text: string
  readonly start: number
  readonly end: number
  readonly page: number
  readonly page_end: number
  /** The headings that it stands under, the highest first. */
  readonly headings: readonly string[]
}

/** What a chunk is embedded as: it is understood under its headings. */
export function embeddedText({ headings, text }: Pick<Chunk, 'headings' | 'text'>): string {
  return [...headings, text].join('\n')
}

/**
 * Divides a text where headings, articles, clauses or paragraphs begin, and what is too long within
 * them after a sentence or a word. Two chunks overlap only where none of those but a paragraph
 * begins; all of the text but white space is in one of them.
 */
export function chunkText(extracted: Extracted, limits: Limits): Chunk[] {
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

/** The page that `at` stands on; it is looked for from an earlier one. */
function pageFrom(pages: readonly PageStart[], from: number, at: number): number {
  let page = from
  while ((pages[page + 1]?.start ?? Infinity) <= at) page++
  return page
}
