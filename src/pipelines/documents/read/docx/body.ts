import { raisedDigits } from '../../text/raised-digits.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { Alternates } from '../office/alternates.ts'
import { Formulas } from '../office/formula.ts'
import { headingLevel, headingNamed } from '../word/headings.ts'
import { BULLET, type WordNumbering } from '../word/numbering.ts'
import { WordPages } from '../word/pages.ts'
import { inSymbolFont, isSymbolFont, symbolOf } from '../word/symbol.ts'
import { isOn, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import { FormFields } from './form-field.ts'
import type { ParagraphStyle } from './styles.ts'
import { TextBoxes } from './text-boxes.ts'
import { UnseenCells } from './unseen-cells.ts'

export type DocxShape = {
  /** Writes the text of an imported file, a chart, a diagram or a picture, by the id that the document uses. */
  readonly insert?: (id: string) => void
  readonly styles: ReadonlyMap<string, ParagraphStyle>
  readonly numbering: WordNumbering
  /** Tells whether the part has an end for each field that begins in it. */
  readonly allFieldsEnd: () => boolean
}

/** Elements to skip: deleted or moved text, ruby text, and properties before a change. */
const PASSED_OVER =
  /^(?:del|moveFrom|rt|(?:p|r|sect|tbl|tblGrid|tc|tr|tblPrEx)PrChange|numberingChange)$/

/** The character that each of these elements stands for. */
const WRITTEN: ReadonlyMap<string, string> = new Map([
  ['tab', '\t'],
  ['ptab', '\t'],
  ['cr', ' '],
  ['noBreakHyphen', '-'],
])

type Paragraph = {
  style: string | undefined
  outline: number | undefined
  list: string | undefined
  depth: number | undefined
  /** The number that Word 2003 stored with the paragraph. */
  label: string | undefined
  begun: boolean
  /** The paragraph's mark: `gone` if it is deleted or moved away, so that the next paragraph goes on with the text. */
  mark: 'plain' | 'gone' | 'hidden'
}

type TakeElement = (attribute: XmlAttribute, name: string) => void

/** Reads the visible text of a part of a Word document into a builder. */
export class DocxBody implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #shape: DocxShape
  /** The open paragraphs. A text box inside a text box holds more paragraphs. */
  readonly #paragraphs: Paragraph[] = []
  readonly #boxes = new TextBoxes()
  readonly #notes: string[] = []
  #passed = 0
  #inText = false
  #inProperties = false
  #inRun = false
  #hidden = false
  readonly #fields: FormFields
  readonly #formulas = new Formulas()
  readonly #alternates = new Alternates()
  readonly #cells = new UnseenCells()
  /** The symbol font of a run. */
  #font: string | undefined
  /** The hidden parts, each of one or more runs. */
  #hiddenParts = 0
  #wasHidden = false
  #inInstruction = false
  readonly #pages = new WordPages()
  #embedded = 0
  /** True within a run of superscript letters. */
  #raised = false
  /** The last character that was shown. Empty at the beginning of a line. */
  #last = ''
  /** The text of paragraphs whose marks are gone. It begins the next paragraph. */
  #carried = ''

  constructor(builder: TextBuilder, shape: DocxShape) {
    this.#builder = builder
    this.#shape = shape
    this.#fields = new FormFields(shape.allFieldsEnd)
  }

  /** The names of the referenced notes, such as 'footnote 2', in the order of the references. */
  get notes(): readonly string[] {
    return this.#notes
  }

  /** The number of embedded objects whose text is not read. */
  get embedded(): number {
    return this.#embedded
  }

  /** The number of parts whose text is hidden. */
  get hiddenParts(): number {
    return this.#hiddenParts
  }

  /** Whether the document shows where its pages begin. */
  get isPaged(): boolean {
    return this.#pages.isKnown(this.#builder.length)
  }

  open(name: string, attribute: XmlAttribute): void {
    if (this.#passed === 0) this.#takeUnseen(name, attribute)
    if (this.#passed > 0 || PASSED_OVER.test(name)) this.#passed++
    else if (this.#boxes.open || (this.#paragraphs.length > 0 && this.#boxes.begins(name)))
      this.#boxes.keep({ kind: 'open', name, attribute }, this.#hidden)
    else if (this.#alternates.passes(name)) this.#passed++
    else if (this.#inProperties) this.#property(name, attribute)
    else this.#element(name, attribute)
  }

  text(text: string): void {
    if (this.#passed > 0) return
    if (this.#boxes.open) this.#boxes.keep({ kind: 'text', text }, this.#hidden)
    else if (this.#inText) this.#showRun(text)
    else if (this.#inInstruction) this.#fields.instruction(text)
  }

  /** Shows the text of a run as its font and its place in the line show it. */
  #showRun(text: string): void {
    const raised = this.#raised ? raisedDigits(text, this.#last) : undefined
    if (this.#formulas.isOpen) this.#formulas.text(text)
    else if (this.#font !== undefined) this.#show(inSymbolFont(text, this.#font))
    else this.#show(raised ?? text)
  }

  close(name: string): void {
    if (this.#passed > 0) this.#passed--
    else if (this.#boxes.open) this.#boxes.keep({ kind: 'close', name }, this.#hidden)
    else {
      this.#alternates.close(name)
      this.#cells.close(name)
      this.#show(this.#formulas.close(name))
      this.#closing.get(name)?.()
    }
  }

  readonly #opening: ReadonlyMap<string, TakeElement> = new Map<string, TakeElement>([
    ['p', () => this.#beginParagraph()],
    ['pPr', () => void (this.#inProperties = true)],
    ['tbl', () => this.#builder.break('paragraph')],
    ['tr', () => this.#builder.row()],
    ['tc', () => this.#builder.cell()],
    ['r', () => this.#beginRun()],
    ['t', () => void (this.#inText = true)],
    ['instrText', () => void (this.#inInstruction = true)],
    ['altChunk', (attribute) => this.#insert(attribute('id'))],
    ['object', () => void this.#embedded++],
    ['chart', (attribute) => this.#insert(attribute('id'))],
    ['relIds', (attribute) => this.#insert(attribute('dm'))],
    ['blip', (attribute) => this.#insert(attribute('embed'))],
    ['imagedata', (attribute) => this.#insert(attribute('id', 'prefixed'))],
  ])

  readonly #closing: ReadonlyMap<string, () => void> = new Map([
    ['pPr', () => void (this.#inProperties = false)],
    ['r', () => this.#endRun()],
    ['t', () => void (this.#inText = false)],
    ['instrText', () => void (this.#inInstruction = false)],
    ['p', () => this.#endParagraph()],
    ['tc', () => this.#endCell()],
    ['tbl', () => this.#builder.endTable()],
    ['body', () => this.#endCarried()],
  ])

  /** The elements of a run. */
  readonly #running: ReadonlyMap<string, TakeElement> = new Map<string, TakeElement>([
    ['vanish', (attribute) => void (this.#hidden = isOn(attribute('val')))],
    ['vertAlign', (attribute) => void (this.#raised = attribute('val') === 'superscript')],
    ['rStyle', (attribute) => this.#takeRunStyle(attribute('val'))],
    ['rFonts', (attribute) => this.#takeFont(attribute('ascii') ?? '')],
    ['br', (attribute) => this.#break(attribute('type'))],
    ['lastRenderedPageBreak', () => this.#renderedPage()],
    ['docPr', (attribute) => this.#show(apart(attribute('descr')))],
    ['textpath', (attribute) => this.#show(apart(attribute('string')))],
    ['footnoteReference', (attribute) => this.#refer(`footnote ${attribute('id')}`)],
    ['endnoteReference', (attribute) => this.#refer(`endnote ${attribute('id')}`)],
    ['sym', (attribute) => this.#show(symbolOf(attribute('char'), attribute('font')))],
  ])

  #element(name: string, attribute: XmlAttribute): void {
    const opening = this.#opening.get(name)
    if (opening !== undefined) return opening(attribute, name)
    if (!this.#inRun) return this.#formulas.open(name, attribute)
    const running = this.#running.get(name)
    if (running !== undefined) running(attribute, name)
    else this.#show(WRITTEN.get(name) ?? this.#fields.take(name, attribute))
  }

  #insert(id: string | undefined): void {
    if (id !== undefined && !this.#hidden) this.#shape.insert?.(id)
  }

  #beginPage(): void {
    this.#builder.page(this.#pages.begin(this.#builder.length))
  }

  /** Takes the place at which Word began a page when it saved the document. It may be within a paragraph. */
  #renderedPage(): void {
    const page = this.#pages.rendered(this.#builder.length)
    if (page !== undefined) this.#builder.pageWithin(page)
  }

  #isHiddenStyle(style = ''): boolean {
    return this.#shape.styles.get(style)?.hidden === true
  }

  #takeRunStyle(style = ''): void {
    this.#hidden = this.#shape.styles.get(style)?.hidden ?? this.#hidden
  }

  #takeFont(font: string): void {
    if (isSymbolFont(font)) this.#font = font
  }

  #takeUnseen(name: string, attribute: XmlAttribute): void {
    if (this.#inProperties) this.#takeMark(name, attribute)
    if (!this.#boxes.open) this.#cells.open(name, attribute)
  }

  #break(type: string | undefined): void {
    if (this.#paragraphs.at(-1)?.mark === 'gone') this.#show(' ')
    else if (type === 'page') this.#beginPage()
    else this.#builder.break('line')
    this.#last = ''
  }

  #refer(note: string): void {
    if (this.#hidden) return
    this.#notes.push(note)
    this.#show(`[${this.#notes.length}]`)
  }

  #property(name: string, attribute: XmlAttribute): void {
    const paragraph = this.#paragraphs.at(-1)
    const value = attribute('val')
    if (!paragraph) return
    if (name === 'pStyle') paragraph.style = value
    else if (name === 'outlineLvl') paragraph.outline = Number(value)
    else if (name === 'numId') paragraph.list = value
    else if (name === 'ilvl') paragraph.depth = Number(value)
    else if (name === 't') paragraph.label = value
    else if (name === 'pageBreakBefore' && isOn(value)) this.#beginPage()
  }

  #takeMark(name: string, attribute: XmlAttribute): void {
    const paragraph = this.#paragraphs.at(-1)
    if (!paragraph) return
    if (name === 'del' || name === 'moveFrom') paragraph.mark = 'gone'
    else if (name === 'vanish' && isOn(attribute('val')) && paragraph.mark === 'plain')
      paragraph.mark = 'hidden'
  }

  #beginRun(): void {
    this.#inRun = true
    this.#hidden = this.#isHiddenStyle(this.#paragraphs.at(-1)?.style)
  }

  #endRun(): void {
    this.#inRun = false
    this.#hidden = false
    this.#raised = false
    this.#font = undefined
  }

  /** Counts what is hidden where it begins. */
  #countHidden(text: string): void {
    if (text.trim() === '') return
    if (this.#hidden && !this.#wasHidden) this.#hiddenParts++
    this.#wasHidden = this.#hidden
  }

  #show(text: string): void {
    if (text === '' || this.#fields.isInstruction || this.#cells.isOpen) return
    this.#countHidden(text)
    if (this.#hidden) return
    this.#fields.show(text)
    this.#pages.show()
    this.#last = text.slice(-1)
    const paragraph = this.#paragraphs.at(-1)
    if (paragraph?.mark === 'gone') {
      this.#carried += text
      return
    }
    if (paragraph && !paragraph.begun) this.#begin(paragraph)
    this.#builder.text(text)
  }

  #beginParagraph(): void {
    this.#last = ''
    this.#builder.endHeading()
    this.#builder.break('line')
    this.#paragraphs.push(newParagraph())
  }

  /** Called at a paragraph's first text. */
  #begin(paragraph: Paragraph): void {
    paragraph.begun = true
    const style = this.#shape.styles.get(paragraph.style ?? '')
    const outline = paragraph.outline === undefined ? undefined : headingLevel(paragraph.outline)
    const heading = outline ?? (style ? style.heading : headingNamed(paragraph.style))
    const label = this.#labelOf(paragraph)
    if (heading !== undefined) this.#builder.heading(heading)
    else this.#builder.break(label === '' ? 'paragraph' : 'line')
    this.#builder.text(label)
    this.#builder.text(this.#carried)
    this.#carried = ''
  }

  #labelOf(paragraph: Paragraph): string {
    const style = this.#shape.styles.get(paragraph.style ?? '')
    const list = paragraph.list ?? style?.place?.list
    if (paragraph.label !== undefined) return `${paragraph.label} `
    if (list === undefined || list === '0') return ''
    const own = paragraph.list === undefined ? style?.place?.depth : 0
    const depth = paragraph.depth ?? own
    return this.#shape.numbering.next({ list, depth }, paragraph.style)
  }

  #endParagraph(): void {
    this.#fields.endParagraph()
    this.#show(this.#formulas.endParagraph())
    const paragraph = this.#paragraphs.pop()
    if (paragraph?.mark === 'plain' && !paragraph.begun) this.#endEmpty(paragraph)
    this.#builder.endHeading()
    if (paragraph?.begun === true) this.#builder.break('line')
    if (this.#paragraphs.length === 0) this.#boxes.readInto(this)
  }

  /** Word counts a paragraph of a list that has no text, and shows its bare number. */
  #endEmpty(paragraph: Paragraph): void {
    if (this.#carried !== '') return this.#begin(paragraph)
    if (this.#cells.isOpen || this.#isHiddenStyle(paragraph.style)) return
    const label = this.#labelOf(paragraph).trim()
    if (label === '' || label === BULLET) return
    this.#builder.text(label)
    this.#builder.break('line')
  }

  /** A cell over several columns is followed by empty ones, so that the columns stay apart. */
  #endCell(): void {
    this.#endCarried()
    for (let left = this.#cells.endCell(); left > 0; left--) this.#builder.cell()
  }

  /** Shows the text of paragraphs without marks at the end of a cell or of the document. */
  #endCarried(): void {
    if (this.#carried === '') return
    this.#builder.break('paragraph')
    this.#builder.text(this.#carried)
    this.#builder.break('paragraph')
    this.#carried = ''
  }
}

/** Words of a drawing stand apart from those of the text. */
function apart(text = ''): string {
  return text.trim() === '' ? '' : ` ${text} `
}

function newParagraph(): Paragraph {
  return {
    style: undefined,
    outline: undefined,
    list: undefined,
    depth: undefined,
    label: undefined,
    begun: false,
    mark: 'plain',
  }
}
