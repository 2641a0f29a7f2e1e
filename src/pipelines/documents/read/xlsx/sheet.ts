import type { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import { isOn, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import { placeOf } from './cell-place.ts'
import type { ShowNumber } from './number-format.ts'
import { RichText } from './shared-strings.ts'
import type { SheetLayout } from './sheet-layout.ts'

/** What the cells of all sheets need. */
export type CellShape = {
  readonly strings: readonly string[]
  readonly showOf: (style: string | undefined) => ShowNumber
  readonly limits: ExtractLimits
}

/** The most empty cells that are kept between two cells of a row. */
const MAX_GAP = 16

/** The elements that hold a cell's value, and whether their text is one. */
const VALUES = new Set(['v', 't'])

/** Reads the cells of a sheet. A row is a line, and a tab is before each cell but the first. */
export class SheetText implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #shape: CellShape
  readonly #layout: SheetLayout
  #row = 0
  #column = 0
  #isHidden = false
  #hiddenRows = 0
  readonly #hiddenColumns = new Set<number>()
  #line = ''
  #end = 0
  #shown = 0
  #cell: { type: string; style: string | undefined } | undefined
  #value = ''
  #inValue = false
  readonly #rich = new RichText()

  constructor(builder: TextBuilder, shape: CellShape, layout: SheetLayout) {
    this.#builder = builder
    this.#shape = shape
    this.#layout = layout
  }

  /** The hidden rows and columns that have cells with a value. */
  get hidden(): { readonly rows: number; readonly columns: number } {
    return { rows: this.#hiddenRows, columns: this.#hiddenColumns.size }
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'row') this.#beginRow(attribute)
    else if (name === 'c') this.#beginCell(attribute)
    else if (this.#cell?.type === 'inlineStr') this.#rich.open(name, attribute)
    else this.#inValue = this.#cell !== undefined && VALUES.has(name)
  }

  text(text: string): void {
    this.#rich.text(text)
    if (this.#inValue) this.#value += text
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
    this.#line = ''
    this.#end = 0
  }

  #beginCell(attribute: XmlAttribute): void {
    this.#column = placeOf(attribute('r'))?.column ?? this.#column + 1
    this.#cell = { type: attribute('t') ?? 'n', style: attribute('s') }
    this.#value = ''
  }

  #endCell(): void {
    const { type, style } = this.#cell ?? { type: '', style: undefined }
    this.#cell = undefined
    const text = this.#shownAs(type, style)
    if (text.trim() === '' || this.#layout.isCovered(this.#row, this.#column)) return
    if (this.#isHidden) this.#end = this.#column
    else if (this.#layout.isHidden(this.#column)) this.#hiddenColumns.add(this.#column)
    else this.#add(text)
  }

  #add(text: string): void {
    const gap = this.#end === 0 ? this.#column - 1 : this.#column - this.#end
    this.#line += '\t'.repeat(Math.min(gap, MAX_GAP)) + text.replaceAll(/\s+/g, ' ').trim()
    this.#end = this.#column
    checkLength(this.#builder.length + this.#line.length, this.#shape.limits)
  }

  #shownAs(type: string, style: string | undefined): string {
    const value = this.#value
    if (type === 'inlineStr') return this.#rich.take()
    if (value === '') return ''
    if (type === 's') return this.#shape.strings[Number(value)] ?? ''
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE'
    const number = Number(value)
    return type !== 'n' || Number.isNaN(number) ? value : this.#shape.showOf(style)(number)
  }

  #endRow(): void {
    if (this.#isHidden && this.#end > 0) this.#hiddenRows++
    if (this.#line === '') return
    if (this.#row > this.#shown + 1) this.#builder.break('paragraph')
    this.#builder.line(this.#line)
    this.#shown = this.#row
  }
}
