import { writeLines } from '../../ocr/recognised-lines.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { isPageNumber } from '../office/page-number.ts'
import { headingLevel } from '../word/headings.ts'
import { WordPages } from '../word/pages.ts'
import { RtfFormField } from './rtf-form-field.ts'
import type { RtfHeader } from './rtf-header.ts'

type RtfParagraph = {
  style: number
  outline: number | undefined
  inTable: boolean
  /** How many tables it stands in. */
  depth: number
  /** Its list and its level there. The list 0 is none. */
  list: number
  level: number
  /** Whether the file has its number as text. */
  isNumbered: boolean
  begun: boolean
}

/** Writes the paragraphs, tables and notes of an RTF. */
export class RtfText {
  #builder: TextBuilder
  readonly #header: RtfHeader
  readonly #pages = new WordPages()
  readonly #outer: { readonly builder: TextBuilder; readonly paragraph: RtfParagraph }[] = []
  readonly #notes: string[] = []
  /** The lines of headers and footers, each once. Those that come before the text are written there. */
  readonly #edges = new Map<string, 'written' | 'left'>()
  #bodyBegun = false
  #paragraph = newParagraph()
  #inRow = false
  #inTable = false
  /** How many tables the last text stood in. */
  #depth = 0
  /** Whether a row of a table within a cell ended, so that the next text begins a line. */
  #isNestedRowEnded = false
  readonly field = new RtfFormField()

  constructor(builder: TextBuilder, header: RtfHeader) {
    this.#builder = builder
    this.#header = header
  }

  get length(): number {
    return this.#builder.length
  }

  get isPaged(): boolean {
    return this.#pages.isKnown(this.#builder.length)
  }

  /** The lines of headers and footers that are not written yet. */
  get edges(): readonly string[] {
    return [...this.#edges].flatMap(([line, state]) => (state === 'left' ? [line] : []))
  }

  show(text: string): void {
    if (text === '') return
    if (!this.#paragraph.begun && text.trim() !== '') this.#begin()
    this.#show(text)
  }

  #show(text: string): void {
    this.#pages.show()
    this.#builder.text(text)
  }

  /** Takes a control word that changes the paragraph. Returns false for another word. */
  takesWord(word: string, value: number | undefined): boolean {
    const take = this.#words.get(word)
    take?.(value)
    return take !== undefined
  }

  readonly #words: ReadonlyMap<string, (value: number | undefined) => void> = new Map<
    string,
    (value: number | undefined) => void
  >([
    ['pard', () => this.#reset()],
    ['ls', (value) => void (this.#paragraph.list = value ?? 0)],
    ['ilvl', (value) => void (this.#paragraph.level = value ?? 0)],
    ['itap', (value) => void (this.#paragraph.depth = value ?? 1)],
    ['s', (value) => void (this.#paragraph.style = value ?? 0)],
    ['outlinelevel', (value) => void (this.#paragraph.outline = value)],
    ['intbl', () => void (this.#paragraph.inTable = true)],
    ['par', () => this.#endParagraph()],
    ['line', () => this.#builder.break('line')],
    ['sect', () => this.#endParagraph()],
    ['page', () => this.#beginPage()],
    ['pagebb', () => this.#beginPage()],
    ['softpage', () => this.#softPage()],
    ['trowd', () => this.#beginRow()],
    ['cell', () => this.#endCell()],
    ['nestcell', () => this.#endCell()],
    ['row', () => this.#endRow()],
    ['nestrow', () => this.#endNestedRow()],
  ])

  /** Called where the file has a paragraph's number as text. */
  beginNumber(): void {
    this.#paragraph.isNumbered = true
  }

  #reset(): void {
    const { begun, isNumbered } = this.#paragraph
    this.#paragraph = { ...newParagraph(), begun, isNumbered }
  }

  /** Begins a text apart from the one around it: a note, a header, a text box. */
  beginApart(): void {
    this.#outer.push({ builder: this.#builder, paragraph: this.#paragraph })
    this.#builder = new TextBuilder()
    this.#paragraph = newParagraph()
  }

  beginNote(): void {
    this.#notes.push('')
    this.show(`[${this.#notes.length}]`)
    this.beginApart()
  }

  endNote(): void {
    this.#notes[this.#notes.length - 1] = this.#endApart()
  }

  endEdge(edge: 'header' | 'footer'): void {
    const lines = this.#endApart()
      .split('\n')
      .filter((line) => line !== '' && !isPageNumber(line))
    const isFirst = edge === 'header' && !this.#bodyBegun
    for (const line of lines) {
      if (this.#edges.has(line)) continue
      this.#edges.set(line, isFirst ? 'written' : 'left')
      if (isFirst) this.#builder.line(line)
    }
  }

  /** Writes the lines of a recognised picture. The paragraph goes on behind them. */
  showPicture(lines: readonly string[]): void {
    if (this.#outer.length === 0) this.#bodyBegun = true
    writeLines(this.#builder, lines)
  }

  endBox(): void {
    const text = this.#endApart()
    this.#builder.break('paragraph')
    for (const line of text.split('\n')) this.#builder.line(line)
    this.#builder.break('paragraph')
  }

  appendNotes(): void {
    this.#endParagraph()
    if (this.#notes.length === 0) return
    this.#builder.break('paragraph')
    for (const [at, note] of this.#notes.entries())
      for (const line of `[${at + 1}] ${note}`.split('\n')) this.#builder.line(line)
  }

  #endApart(): string {
    this.#builder.endHeading()
    const { text } = this.#builder.end()
    const outer = this.#outer.pop()
    if (outer) {
      this.#builder = outer.builder
      this.#paragraph = outer.paragraph
    }
    return text
  }

  /** Called at a paragraph's first text. */
  #begin(): void {
    const { style, outline, inTable } = this.#paragraph
    this.#paragraph.begun = true
    if (this.#outer.length === 0) this.#bodyBegun = true
    if (inTable && !this.#inRow) this.#beginRow()
    if (!inTable && this.#inTable) this.#endTable()
    this.#beginNested(inTable ? this.#paragraph.depth : 0)
    const level = outline === undefined ? undefined : headingLevel(outline)
    const heading = level ?? this.#header.headingOf(style)
    if (heading !== undefined && !inTable) this.#builder.heading(heading)
    else this.#builder.break(inTable ? 'line' : 'paragraph')
    this.#count()
  }

  /** Writes the number of a paragraph whose program left that to the reader. */
  #count(): void {
    const { list, level, isNumbered } = this.#paragraph
    if (list === 0) return
    const number = this.#header.lists.next(list, level)
    if (!isNumbered) this.#show(number)
  }

  /** Begins a row where a table within a cell begins or ends. */
  #beginNested(depth: number): void {
    const isOther = depth !== this.#depth && Math.max(depth, this.#depth) > 1
    this.#depth = depth
    if (!this.#inRow || !(isOther || this.#isNestedRowEnded)) return
    this.#isNestedRowEnded = false
    this.#builder.row()
    this.#builder.cell()
  }

  #endParagraph(): void {
    this.#builder.endHeading()
    if (this.#paragraph.begun) this.#builder.break('line')
    this.#paragraph.begun = false
    this.#paragraph.isNumbered = false
  }

  #beginPage(): void {
    this.#endParagraph()
    this.#builder.page(this.#pages.begin(this.#builder.length))
  }

  /** Word writes where it began a page when it saved the document. */
  #softPage(): void {
    const page = this.#pages.rendered(this.#builder.length)
    if (page !== undefined) this.#builder.pageWithin(page)
  }

  #beginRow(): void {
    if (this.#inRow) return
    if (!this.#inTable) this.#builder.break('paragraph')
    this.#inRow = true
    this.#inTable = true
    this.#builder.row()
    this.#builder.cell()
  }

  #endCell(): void {
    this.#endParagraph()
    this.#builder.cell()
  }

  #endRow(): void {
    this.#endParagraph()
    this.#inRow = false
  }

  #endNestedRow(): void {
    this.#endParagraph()
    this.#isNestedRowEnded = true
  }

  #endTable(): void {
    this.#inTable = false
    this.#inRow = false
    this.#builder.endTable()
  }
}

function newParagraph(): RtfParagraph {
  return {
    style: 0,
    outline: undefined,
    inTable: false,
    depth: 1,
    list: 0,
    level: 0,
    isNumbered: false,
    begun: false,
  }
}
