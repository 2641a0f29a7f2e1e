import type { Heading } from '../text/extracted.ts'
import { RANK } from './clause.ts'
import type { Piece } from './piece.ts'

/** The titles of articles rank below all headings that the document marks: these have levels 1 to 6. */
const ARTICLE_LEVEL = 7

type Title = { readonly start: number; readonly level: number; readonly text: string }

/** The headings above a text from `at` on, the highest first. */
export type HeadingChange = { readonly at: number; readonly headings: readonly string[] }

/** The headings and titles of a text. */
export class HeadingPath {
  readonly #titles: readonly Title[]

  constructor(text: string, pieces: readonly Piece[], headings: readonly Heading[]) {
    const articles = pieces
      .filter(({ rank, title }) => title && rank === RANK.article)
      .map(({ start, end }) => ({ start, level: ARTICLE_LEVEL, text: text.slice(start, end) }))
    this.#titles = [...headings, ...articles].toSorted((one, other) => one.start - other.start)
  }

  /** Lists each position from which on other headings are above the text. */
  changes(): HeadingChange[] {
    const path: Title[] = []
    return this.#titles.map((title) => {
      while ((path.at(-1)?.level ?? 0) >= title.level) path.pop()
      path.push(title)
      return { at: title.start, headings: path.map(({ text }) => text) }
    })
  }
}
