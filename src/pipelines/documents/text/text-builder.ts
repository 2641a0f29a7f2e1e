import { cleanFlow, cleanLine } from './clean.ts'
import type { Extracted, Heading, PageStart } from './extracted.ts'

/** What stands between two pieces of text; the larger of two that meet is the one that stays. */
const GAPS = { line: '\n', paragraph: '\n\n' } as const

/** As long as a cell may be for the next one to stand beside it. */
const CELL_CHARS = 60

/** What is longer is a paragraph that its writer has made look like a heading. */
const HEADING_CHARS = 300

/** Puts a document's text together, piece by piece, and remembers where pages and headings stand. */
export class TextBuilder {
  readonly #parts: string[] = []
  #length = 0
  #line = ''
  #gap = ''
  readonly #pages: PageStart[] = []
  #openPages: number[] = []
  readonly #headings: Heading[] = []
  #heading: { level: number; start: number | undefined; end: number } | undefined
  #cell: { start: number; fresh: boolean } | undefined
  #lineIsFlow = true

  get length(): number {
    return this.#length
  }

  /** Running text, in which a run of white space is one space. */
  text(text: string): void {
    this.#line += text
  }

  /** A whole line, kept as it is but for what no text holds. */
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

  /** All that follows, up to `endHeading`, is a heading. */
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

  /** All that follows, up to the next one, stands on this page. */
  page(page: number): void {
    this.break('paragraph')
    this.#openPages.push(page)
  }

  /** Begins a table's row: right below the one before it where that ends with a short cell. */
  row(): void {
    this.#flush()
    if (this.#cell && this.#isShort(this.#cell.start)) this.#gap = GAPS.line
    else this.#widen(GAPS.line)
    this.#cell = { start: this.#length, fresh: true }
  }

  /** Begins a table's cell: beside the one before it where that is short, else below it. */
  cell(): void {
    this.#flush()
    const before = this.#cell
    const beside = before && !before.fresh && this.#isShort(before.start)
    if (beside) this.#gap = '\t'
    else this.#widen(GAPS.line)
    this.#cell = { start: this.#length, fresh: true }
  }

  endTable(): void {
    this.#cell = undefined
    this.break('paragraph')
  }

  /** `title`: what the document calls itself. */
  end(title?: string): Extracted {
    this.endHeading()
    this.#flush()
    this.#beginPages()
    const text = this.#parts.join('')
    const pages = this.#pages.length > 0 ? this.#pages : [{ page: 1, start: 0 }]
    const clean = cleanFlow(title ?? '')
    return { text, pages, headings: this.#headings, ...(clean === '' ? {} : { title: clean }) }
  }

  #flush(): void {
    if (this.#line === '') return
    const line = this.#lineIsFlow ? cleanFlow(this.#line) : cleanLine(this.#line)
    this.#line = ''
    if (line.trim() === '') return
    if (this.#length > 0) this.#append(this.#gap)
    this.#gap = ''
    this.#beginPages()
    if (this.#cell) this.#beginCell(this.#cell)
    if (this.#heading) this.#heading.start ??= this.#length
    this.#append(line)
    if (this.#heading) this.#heading.end = this.#length
  }

  #beginCell(cell: { start: number; fresh: boolean }): void {
    if (cell.fresh) cell.start = this.#length
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

  /** Only what was put in last is ever asked for. */
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
