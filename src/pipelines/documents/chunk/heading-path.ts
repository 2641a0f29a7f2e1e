import type { Heading } from '../text/extracted.ts'
import { RANK } from './clause.ts'
import type { Piece } from './piece.ts'

/** The titles of articles rank below all headings that the document marks: these have levels 1 to 6. */
const ARTICLE_LEVEL = 7

type Title = { readonly start: number; readonly level: number; readonly text: string }

/** Walks through a text from its beginning and tells the headings above each position. */
export class HeadingPath {
  readonly #titles: readonly Title[]
  readonly #path: Title[] = []
  #next = 0

  constructor(text: string, pieces: readonly Piece[], headings: readonly Heading[]) {
    const articles = pieces
      .filter(({ rank, title }) => title && rank === RANK.article)
      .map(({ start, end }) => ({ start, level: ARTICLE_LEVEL, text: text.slice(start, end) }))
    this.#titles = [...headings, ...articles].toSorted((one, other) => one.start - other.start)
  }

  /** Returns the headings above `at`, the highest first. No call may have a lower `at` than the call before. */
  at(at: number): string[] {
    for (let title = this.#titles[this.#next]; title !== undefined && title.start <= at;) {
      while ((this.#path.at(-1)?.level ?? 0) >= title.level) this.#path.pop()
      this.#path.push(title)
      title = this.#titles[++this.#next]
    }
    return this.#path.map(({ text }) => text)
  }
}
