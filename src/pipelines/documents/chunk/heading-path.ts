import type { Heading } from '../text/extracted.ts'
import { RANK } from './clause.ts'
import type { Piece } from './piece.ts'

/** Below every heading that the document itself marks as one. */
const ARTICLE_LEVEL = 7

type Title = { readonly start: number; readonly level: number; readonly text: string }

/** Walks through a text from its beginning: what stands above each place. */
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

  /** The headings above `at`, the highest first; `at` never falls. */
  at(at: number): string[] {
    for (let title = this.#titles[this.#next]; title !== undefined && title.start <= at;) {
      while ((this.#path.at(-1)?.level ?? 0) >= title.level) this.#path.pop()
      this.#path.push(title)
      title = this.#titles[++this.#next]
    }
    return this.#path.map(({ text }) => text)
  }
}
