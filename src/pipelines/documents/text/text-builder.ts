import { cleanFlow, cleanLine } from './clean.ts'
import type { Extracted, Heading, PageStart } from './extracted.ts'
import { closeLetters } from './spaced-letters.ts'

/** The gaps between two pieces of text. Of two gaps in a row, the larger one stays. */
const GAPS = { line: '\n', paragraph: '\n\n' } as const

/** The next cell goes on the same line if a cell is no longer than this. */
const CELL_CHARS = 60

/** The most empty cells that are kept before a cell. */
const MAX_EMPTY = 16

/** A longer heading is a paragraph that only looks like a heading. */
const HEADING_CHARS = 300

/** A cell of a table. `empty` counts the empty cells before the cell. The text has a tab for each of them. */
type OpenCell = { start: number; fresh: boolean; empty: number; readonly keepsEmpty: boolean }

/** Builds a document's text piece by piece, and records the positions of pages and headings. */
export class TextBuilder {
  readonly #parts: string[] = []
  #length = 0
  #line = ''
  #gap = ''
  readonly #pages: PageStart[] = []
  #openPages: number[] = []
  readonly #headings: Heading[] = []
  #heading: { level: number; start: number | undefined; end: number } | undefined
  #cell: OpenCell | undefined
  #lineIsFlow = true
  /** How the line goes on that a page's beginning divided. */
  #seam: 'space' | 'none' | undefined

  get length(): number {
    return this.#length
  }

  /** Adds running text. A run of white space becomes one space. */
  text(text: string): void {
    this.#line += text
  }

  /** Adds a whole line with its spaces. Removes only control characters and the like. */
  line(line: string): void {
    this.#flush()
    this.#lineIsFlow = false
    this.#line = line
    this.break('line')
    this.#lineIsFlow = true
  }

  break(kind: keyof typeof GAPS): void {
    this.#flush()
    if (this.#cell?.fresh !== true) this.#widen(GAPS[kind])
  }

  /** Begins a heading, which lasts until `endHeading`. */
  heading(level: number): void {
    this.endHeading()
    this.break('paragraph')
    this.#heading = { level: Math.min(Math.max(level, 1), 6), start: undefined, end: 0 }
  }

  endHeading(): void {
    if (!this.#heading) return
    this.break('paragraph')
    const { level, start, end } = this.#heading
    this.#heading = undefined
    if (start === undefined || end - start > HEADING_CHARS) return
    const text = this.#slice(start, end).replaceAll(/\s+/g, ' ')
    this.#headings.push({ start, end, level, text })
  }

  /** Begins a page, which lasts until the next call. */
  page(page: number): void {
    this.break('paragraph')
    this.#openPages.push(page)
  }

  /** Begins a page within a paragraph, whose words go on. */
  pageWithin(page: number): void {
    const before = this.#line
    this.#flush()
    this.#openPages.push(page)
    if (before.trim() !== '') this.#seam = /\s$/.test(before) ? 'space' : 'none'
  }

  /** Begins a row of a table. After a short cell, no blank line comes before the row. */
  row(): void {
    this.#flush()
    if (this.#cell && this.#isShort(this.#cell.start)) this.#gap = GAPS.line
    else this.#widen(GAPS.line)
    this.#cell = { start: this.#length, fresh: true, empty: -1, keepsEmpty: true }
  }

  /** Begins a cell of a table: beside a short cell, or else below the cell before. */
  cell(): void {
    this.#flush()
    const before = this.#cell
    if (before?.fresh === true) {
      before.empty++
      return
    }
    const beside = before !== undefined && this.#isShort(before.start)
    if (beside) this.#gap = '\t'
    else this.#widen(GAPS.line)
    this.#cell = { start: this.#length, fresh: true, empty: 0, keepsEmpty: beside }
  }

  endTable(): void {
    this.#flush()
    this.#cell = undefined
    this.break('paragraph')
  }

  /** Returns the text. `title` is the title that the document gives itself. */
  end(title?: string, more: Pick<Extracted, 'notices' | 'unpaged'> = {}): Extracted {
    this.endHeading()
    this.#flush()
    this.#beginPages()
    const text = this.#parts.join('')
    const pages = this.#pages.length > 0 ? this.#pages : [{ page: 1, start: 0 }]
    const clean = cleanFlow(title ?? '')
    return {
      text,
      pages,
      headings: this.#headings,
      ...more,
      ...(clean === '' ? {} : { title: clean }),
    }
  }

  #flush(): void {
    if (this.#line === '') return
    const words = closeLetters(this.#line)
    const line = this.#lineIsFlow ? cleanFlow(words) : cleanLine(words)
    const gap = this.#gap === '' ? this.#seamBefore(this.#line) : this.#gap
    this.#line = ''
    if (line.trim() === '') return
    if (this.#length > 0) this.#append(gap)
    this.#gap = ''
    this.#seam = undefined
    if (this.#cell?.fresh === true) this.#beginCell(this.#cell, line)
    this.#beginPages()
    if (this.#heading) this.#heading.start ??= this.#length
    this.#append(line)
    if (this.#heading) this.#heading.end = this.#length
  }

  #seamBefore(line: string): string {
    if (this.#seam === undefined) return ''
    return this.#seam === 'space' || /^\s/.test(line) ? ' ' : ''
  }

  /** Empty cells keep the columns apart, except beside a long cell, whose neighbours stand below it. */
  #beginCell(cell: OpenCell, line: string): void {
    const isEmpty = cell.keepsEmpty && cell.empty > 0 && line.length <= CELL_CHARS
    if (isEmpty) this.#append('\t'.repeat(Math.min(cell.empty, MAX_EMPTY)))
    cell.start = this.#length
    cell.fresh = false
  }

  #beginPages(): void {
    for (const page of this.#openPages) this.#pages.push({ page, start: this.#length })
    this.#openPages = []
  }

  #append(text: string): void {
    this.#parts.push(text)
    this.#length += text.length
  }

  #widen(gap: string): void {
    if (gap.length > this.#gap.length || this.#gap === '\t') this.#gap = gap
  }

  #isShort(start: number): boolean {
    return this.#length - start <= CELL_CHARS && !this.#slice(start, this.#length).includes('\n')
  }

  /** Returns a part of the text. Searches from the end, as callers need only the last pieces. */
  #slice(start: number, end: number): string {
    let from = this.#length
    let at = this.#parts.length
    while (from > start) from -= this.#parts[--at]?.length ?? from
    return this.#parts
      .slice(at)
      .join('')
      .slice(start - from, end - from)
  }
}
