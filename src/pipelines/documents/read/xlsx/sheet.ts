import { DocumentFailure } from '../../document-failure.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import { isOn, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import { placeOf } from './cell-place.ts'
import type { ShowValue } from './number-format.ts'
import { oneLine, RichText, unescaped } from './shared-strings.ts'
import type { SheetLayout } from './sheet-layout.ts'

/** What the cells of all sheets need. */
export type CellShape = {
  readonly strings: readonly string[]
  readonly showOf: (style: string | undefined) => ShowValue
  readonly limits: ExtractLimits
}

/** The most cells of a row that are kept until the row ends. Excel has 16,384 columns. */
const MAX_CELLS = 65_536

/** The most empty cells that are kept between two cells of a row. */
const MAX_GAP = 16

/** The elements that hold a cell's value, and whether their text is one. */
const VALUES = new Set(['v', 't'])

type SheetCell = {
  readonly type: string
  readonly style: string | undefined
  value: string
  hasFormula: boolean
  hasValue: boolean
}

type ShownCell = { readonly column: number; readonly text: string }

/** Reads the cells of a sheet. A row is a line, and a tab is before each cell but the first. */
export class SheetText implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #shape: CellShape
  readonly #layout: SheetLayout
  #row = 0
  #column = 0
  #isHidden = false
  #isHiddenShown = false
  #hiddenRows = 0
  readonly #hiddenColumns = new Set<number>()
  #formulas = 0
  #cells: ShownCell[] = []
  #length = 0
  #shown = 0
  #cell: SheetCell | undefined
  #inValue = false
  readonly #rich = new RichText()

  constructor(builder: TextBuilder, shape: CellShape, layout: SheetLayout) {
    this.#builder = builder
    this.#shape = shape
    this.#layout = layout
  }

  /** The hidden rows and columns that have cells with a value, and the formulas whose result the file does not have. */
  get lost(): { readonly rows: number; readonly columns: number; readonly formulas: number } {
    const { size: columns } = this.#hiddenColumns
    return { rows: this.#hiddenRows, columns, formulas: this.#formulas }
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'row') this.#beginRow(attribute)
    else if (name === 'c') this.#beginCell(attribute)
    else if (this.#cell?.type === 'inlineStr') this.#rich.open(name, attribute)
    else this.#openInCell(name)
  }

  text(text: string): void {
    this.#rich.text(text)
    if (this.#inValue && this.#cell) this.#cell.value += text
  }

  close(name: string): void {
    if (name === 'c') this.#endCell()
    else if (name === 'row') this.#endRow()
    else this.#rich.close(name)
    this.#inValue = false
  }

  #beginRow(attribute: XmlAttribute): void {
    this.#row = Number(attribute('r') ?? this.#row + 1)
    this.#column = 0
    this.#isHidden = isOn(attribute('hidden') ?? '0')
    this.#isHiddenShown = false
    this.#cells = []
    this.#length = 0
  }

  #beginCell(attribute: XmlAttribute): void {
    this.#column = placeOf(attribute('r'))?.column ?? this.#column + 1
    const [type, style] = [attribute('t') ?? 'n', attribute('s')]
    this.#cell = { type, style, value: '', hasFormula: false, hasValue: false }
  }

  #openInCell(name: string): void {
    this.#inValue = this.#cell !== undefined && VALUES.has(name)
    if (!this.#cell) return
    if (this.#inValue) this.#cell.hasValue = true
    else if (name === 'f') this.#cell.hasFormula = true
  }

  #endCell(): void {
    const cell = this.#cell
    this.#cell = undefined
    if (!cell || this.#layout.isCovered(this.#row, this.#column)) return
    if (cell.hasFormula && !cell.hasValue) this.#formulas++
    const value = this.#valueOf(cell)
    if (value === '') return
    if (this.#isHidden) this.#isHiddenShown = true
    else if (this.#layout.isHidden(this.#column)) this.#hiddenColumns.add(this.#column)
    else this.#add(oneLine(this.#shownAs(cell, value)))
  }

  #add(text: string): void {
    if (text === '') return
    if (this.#cells.length === MAX_CELLS) throw new DocumentFailure('too_large')
    this.#cells.push({ column: this.#column, text })
    this.#length += text.length + 1
    checkLength(this.#builder.length + this.#length, this.#shape.limits)
  }

  #valueOf({ type, value }: SheetCell): string {
    if (type === 'inlineStr') return oneLine(this.#rich.take())
    if (value === '' || type === 'n') return value.trim()
    return type === 's' ? (this.#shape.strings[Number(value)] ?? '') : oneLine(unescaped(value))
  }

  #shownAs({ type, style }: SheetCell, value: string): string {
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    if (type === 'd') return value.replace(/T00:00(?::00(?:\.0*)?)?Z?$/, '').replace('T', ' ')
    if (type === 'e') return value
    const number = Number(value)
    if (type === 'n' && !Number.isFinite(number)) return value
    return this.#shape.showOf(style)(type === 'n' ? number : value)
  }

  #endRow(): void {
    if (this.#isHiddenShown) this.#hiddenRows++
    if (this.#cells.length === 0) return
    if (this.#row > this.#shown + 1) this.#builder.break('paragraph')
    this.#builder.line(lineOf(this.#cells))
    this.#shown = this.#row
  }
}

/** Writes the cells of a row as a line. A program may have written the cells in another order than that of their columns. */
function lineOf(cells: ShownCell[]): string {
  let line = ''
  let end = 1
  for (const { column, text } of cells.toSorted((a, b) => a.column - b.column)) {
    const gap = Math.max(column - end, line === '' ? 0 : 1)
    line += '\t'.repeat(Math.min(gap, MAX_GAP)) + text
    end = column
  }
  return line
}
