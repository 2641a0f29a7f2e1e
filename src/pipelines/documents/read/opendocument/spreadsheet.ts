import { writeLines } from '../../ocr/recognised-lines.ts'
import { raisedDigits } from '../../text/raised-digits.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { checkLength } from '../extract-limits.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import { type OfficeReading, SHAPES } from './body.ts'
import type { OfficeStyles } from './styles.ts'

/** The most empty cells that are kept between two cells of a row. */
const MAX_GAP = 16

/** Reads the sheets of an OpenDocument spreadsheet. A row is a line, and a tab is before each cell but the first. */
export class OfficeSheets implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #styles: OfficeStyles
  readonly #reading: OfficeReading
  #passed = 0
  #line = ''
  #gap = 0
  #empty = false
  #isHiddenRow = false
  #column = 0
  #columns: boolean[] = []
  #rows = 1
  #cell: { text: string; readonly value: string; readonly repeated: number } | undefined
  #inText = 0
  /** Whether letters are raised, one for each open span. */
  readonly #raised: boolean[] = []
  /** The last character that was shown. To ask a long text for it costs a copy of the text. */
  #last = ''
  #inShapes = 0
  /** The texts of the shapes and pictures of a row, which are written behind the row. */
  readonly #shapes: string[][] = []
  #written = 0
  readonly #lost = { sheets: 0, rows: 0, columns: new Set<string>(), comments: 0, embedded: 0 }
  #sheet = 0

  constructor(builder: TextBuilder, styles: OfficeStyles, reading: OfficeReading) {
    this.#builder = builder
    this.#styles = styles
    this.#reading = reading
  }

  get lost() {
    const { columns, ...counts } = this.#lost
    return { ...counts, columns: columns.size }
  }

  /** The characters of all cells. */
  get written(): number {
    return this.#written
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'annotation' && this.#passed === 0) this.#lost.comments++
    if (this.#passed > 0 || PASSED_OVER.has(name) || this.#isHiddenSheet(name, attribute)) {
      this.#passed++
      return
    }
    if (DRAWN.has(name)) this.#beginShape()
    this.#opening.get(name)?.(attribute)
  }

  text(text: string): void {
    if (this.#passed > 0 || this.#inText === 0) return
    const shown = this.#inLine(text)
    const shape = this.#inShapes > 0 ? this.#shapes.at(-1) : undefined
    if (shape !== undefined) shape.push((shape.pop() ?? '') + shown)
    else if (this.#cell) this.#cell.text += shown
  }

  /** Raised digits stay apart from the number before them. */
  #inLine(text: string): string {
    const isRaised = this.#raised.at(-1) === true
    const shown = (isRaised ? raisedDigits(text, this.#last) : undefined) ?? text
    this.#last = shown.slice(-1)
    return shown
  }

  close(name: string): void {
    if (this.#passed > 0) this.#passed--
    else if (name === 'p') this.#inText--
    else if (name === 'span') this.#raised.pop()
    else if (name === 'table-cell') this.#endCell()
    else if (name === 'table-row') this.#endRow()
    else if (DRAWN.has(name)) this.#inShapes--
    else if (name === 'shapes') this.#writeShapes()
  }

  readonly #opening: ReadonlyMap<string, (attribute: XmlAttribute) => void> = new Map<
    string,
    (attribute: XmlAttribute) => void
  >([
    ['table', (attribute) => this.#beginSheet(attribute)],
    ['table-column', (attribute) => this.#takeColumn(attribute)],
    ['table-row', (attribute) => this.#beginRow(attribute)],
    ['table-cell', (attribute) => this.#beginCell(attribute)],
    ['covered-table-cell', (attribute) => this.#skip(attribute)],
    ['p', () => this.#beginText()],
    ['span', (attribute) => this.#beginSpan(attribute)],
    ['s', () => this.text(' ')],
    ['tab', () => this.text(' ')],
    ['line-break', () => this.text(' ')],
    ['object', (attribute) => this.#showObject(attribute('href') ?? '')],
    ['image', (attribute) => this.#showPicture(attribute('href') ?? '')],
  ])

  #beginSpan(attribute: XmlAttribute): void {
    const style = this.#styles.styles.get(attribute('style-name') ?? '')
    this.#raised.push(style?.raised === true || this.#raised.at(-1) === true)
  }

  #isHiddenSheet(name: string, attribute: XmlAttribute): boolean {
    if (name !== 'table') return false
    const style = this.#styles.styles.get(attribute('style-name') ?? '')
    if (style?.hidden !== true) return false
    this.#lost.sheets++
    return true
  }

  #beginSheet(attribute: XmlAttribute): void {
    this.#sheet++
    this.#columns = []
    this.#empty = false
    this.#builder.heading(1)
    this.#builder.text(attribute('name') ?? '')
    this.#builder.endHeading()
  }

  #takeColumn(attribute: XmlAttribute): void {
    const count = Math.min(repeated(attribute, 'number-columns-repeated'), MAX_COLUMNS)
    for (let at = 0; at < count && this.#columns.length < MAX_COLUMNS; at++)
      this.#columns.push(isHidden(attribute))
  }

  #beginRow(attribute: XmlAttribute): void {
    this.#line = ''
    this.#gap = 0
    this.#column = 0
    this.#isHiddenRow = isHidden(attribute)
    this.#rows = repeated(attribute, 'number-rows-repeated')
  }

  #beginCell(attribute: XmlAttribute): void {
    this.#cell = {
      text: '',
      value: valueOf(attribute),
      repeated: repeated(attribute, 'number-columns-repeated'),
    }
  }

  #skip(attribute: XmlAttribute): void {
    const count = repeated(attribute, 'number-columns-repeated')
    this.#column += count
    this.#gap += count
  }

  /** A cell of several paragraphs has a space between them. */
  #beginText(): void {
    this.#inText++
    if (this.#inShapes > 0) this.#shapes.at(-1)?.push('')
    else this.text(' ')
  }

  #beginShape(): void {
    this.#inShapes++
    this.#shapes.push([])
  }

  #showPicture(href: string): void {
    const lines = this.#reading.takePicture(href)
    if (lines !== undefined) this.#shapes.push([...lines])
  }

  #showObject(href: string): void {
    const object = this.#reading.readObject(href)
    if (object === undefined) this.#lost.embedded++
    else this.#shapes.push(object.text.split('\n'))
  }

  #writeShapes(): void {
    for (const lines of this.#shapes.splice(0)) {
      if (lines.every((line) => line.trim() === '')) continue
      writeLines(this.#builder, lines)
      this.#written += lines.length
    }
  }

  #endCell(): void {
    const { text, value, repeated: count } = this.#cell ?? { text: '', value: '', repeated: 1 }
    this.#cell = undefined
    const shown = text.replaceAll(/\s+/g, ' ').trim() || value
    if (shown === '') {
      this.#column += count
      this.#gap += count
      return
    }
    for (let at = 0; at < count; at++) this.#add(shown)
  }

  #add(text: string): void {
    const isHiddenColumn = this.#columns[this.#column++] === true
    if (isHiddenColumn) this.#lost.columns.add(`${this.#sheet} ${this.#column}`)
    this.#gap++
    if (isHiddenColumn) return
    const gap = this.#line === '' ? this.#gap - 1 : this.#gap
    this.#line += '\t'.repeat(Math.min(gap, MAX_GAP)) + text
    this.#gap = 0
    checkLength(this.#builder.length + this.#line.length, this.#reading.limits)
  }

  #endRow(): void {
    this.#writeRow()
    this.#writeShapes()
  }

  #writeRow(): void {
    if (this.#line === '') {
      this.#empty = true
      return
    }
    if (this.#isHiddenRow) {
      this.#lost.rows += this.#rows
      return
    }
    if (this.#empty) this.#builder.break('paragraph')
    this.#empty = false
    for (let at = 0; at < this.#rows; at++) {
      this.#builder.line(this.#line)
      this.#written += this.#line.length
      checkLength(this.#builder.length, this.#reading.limits)
    }
  }
}

const MAX_COLUMNS = 16_384

/** The drawn things that may have words. */
const DRAWN = new Set(['frame', ...SHAPES])

/** Elements to skip: comments, scripts, and the values of other files that the sheets use. */
const PASSED_OVER = new Set([
  'annotation',
  'tracked-changes',
  'forms',
  'event-listeners',
  'table-source',
  'dde-links',
  'settings',
])

const VALUES = ['string-value', 'value', 'date-value']

/** The value of a cell, which some programs write without the text that shows it. */
function valueOf(attribute: XmlAttribute): string {
  const time = attribute('time-value')
  const truth = attribute('boolean-value')
  if (time !== undefined) return clockOf(time)
  if (truth !== undefined) return truth.toUpperCase()
  return VALUES.map((name) => attribute(name)).find((value) => value !== undefined) ?? ''
}

/** Shows a duration such as PT30H15M00S as 30:15:00. */
function clockOf(duration: string): string {
  const [, hours, minutes, seconds] =
    /^PT(\d{1,9})H(\d{1,2})M(\d{1,2})(?:[.,]\d*)?S$/.exec(duration) ?? []
  if (hours === undefined || minutes === undefined || seconds === undefined) return duration
  return [hours, minutes, seconds].map((part) => part.padStart(2, '0')).join(':')
}

function repeated(attribute: XmlAttribute, name: string): number {
  const count = Number(attribute(name) ?? 1)
  return Number.isInteger(count) && count > 0 ? count : 1
}

function isHidden(attribute: XmlAttribute): boolean {
  return /^(?:collapse|filter)$/.test(attribute('visibility') ?? '')
}
