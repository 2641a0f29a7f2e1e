import type { TextBuilder } from '../../text/text-builder.ts'
import type { DocxNumbering } from './numbering.ts'
import { headingLevel, headingNamed, type ParagraphStyle } from './styles.ts'
import { symbolOf } from './symbol.ts'
import { isOn, type XmlHandler } from './xml.ts'

type DocxShape = {
  readonly styles: ReadonlyMap<string, ParagraphStyle>
  readonly numbering: DocxNumbering
}

/** Elements to skip: deleted or moved text, fallbacks for old programs, ruby text, and properties before a change. */
const PASSED_OVER =
  /^(?:del|moveFrom|Fallback|rt|(?:p|r|sect|tbl|tblGrid|tc|tr|tblPrEx)PrChange|numberingChange)$/

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
  begun: boolean
}

type Attribute = (name: string) => string | undefined

/** Reads the visible text of a part of a Word document into a builder. */
export class DocxBody implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #shape: DocxShape
  /** The open paragraphs. A text box inside a paragraph holds more paragraphs. */
  readonly #paragraphs: Paragraph[] = []
  readonly #notes: string[] = []
  #passed = 0
  #inText = false
  #inProperties = false
  #inRun = false
  #hidden = false

  constructor(builder: TextBuilder, shape: DocxShape) {
    this.#builder = builder
    this.#shape = shape
  }

  /** The names of the referenced notes, such as 'footnote 2', in the order of the references. */
  get notes(): readonly string[] {
    return this.#notes
  }

  open(name: string, attribute: Attribute): void {
    if (this.#passed > 0 || PASSED_OVER.test(name)) this.#passed++
    else if (this.#inProperties) this.#property(name, attribute)
    else this.#element(name, attribute)
  }

  text(text: string): void {
    if (this.#inText && this.#passed === 0) this.#show(text)
  }

  close(name: string): void {
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    switch (name) {
      case 'pPr':
        this.#inProperties = false
        return
      case 'r':
        this.#inRun = false
        this.#hidden = false
        return
      case 't':
        this.#inText = false
        return
      case 'p':
        this.#endParagraph()
        return
      case 'tbl':
        this.#builder.endTable()
        return
      default:
        return
    }
  }

  #element(name: string, attribute: Attribute): void {
    switch (name) {
      case 'p':
        this.#builder.endHeading()
        this.#builder.break('line')
        this.#paragraphs.push(newParagraph())
        return
      case 'pPr':
        this.#inProperties = true
        return
      case 'tbl':
        this.#builder.break('paragraph')
        return
      case 'tr':
        this.#builder.row()
        return
      case 'tc':
        this.#builder.cell()
        return
      case 'r':
        this.#inRun = true
        return
      case 't':
        this.#inText = true
        return
      default:
        if (this.#inRun) this.#runElement(name, attribute)
    }
  }

  #runElement(name: string, attribute: Attribute): void {
    switch (name) {
      case 'vanish':
        this.#hidden = isOn(attribute('val'))
        return
      case 'rStyle':
        this.#hidden ||= this.#shape.styles.get(attribute('val') ?? '')?.hidden === true
        return
      case 'br':
        this.#builder.break(attribute('type') === 'page' ? 'paragraph' : 'line')
        return
      case 'footnoteReference':
      case 'endnoteReference':
        this.#refer(`${name.replace('Reference', '')} ${attribute('id')}`)
        return
      default:
        this.#show(name === 'sym' ? symbolOf(attribute('char')) : (WRITTEN.get(name) ?? ''))
    }
  }

  #refer(note: string): void {
    if (this.#hidden) return
    this.#notes.push(note)
    this.#show(`[${this.#notes.length}]`)
  }

  #property(name: string, attribute: Attribute): void {
    const paragraph = this.#paragraphs.at(-1)
    const value = attribute('val')
    if (!paragraph) return
    if (name === 'pStyle') paragraph.style = value
    else if (name === 'outlineLvl') paragraph.outline = Number(value)
    else if (name === 'numId') paragraph.list = value
    else if (name === 'ilvl') paragraph.depth = Number(value)
  }

  #show(text: string): void {
    if (this.#hidden || text === '') return
    const paragraph = this.#paragraphs.at(-1)
    if (paragraph && !paragraph.begun) this.#begin(paragraph)
    this.#builder.text(text)
  }

  /** Called at a paragraph's first text. So an empty paragraph takes no number of its list, although Word shows one. */
  #begin(paragraph: Paragraph): void {
    paragraph.begun = true
    const style = this.#shape.styles.get(paragraph.style ?? '')
    const outline = paragraph.outline === undefined ? undefined : headingLevel(paragraph.outline)
    const heading = outline ?? (style ? style.heading : headingNamed(paragraph.style))
    const label = this.#labelOf(paragraph, style)
    if (heading !== undefined) this.#builder.heading(heading)
    else this.#builder.break(label === '' ? 'paragraph' : 'line')
    if (label !== '') this.#builder.text(`${label} `)
  }

  #labelOf(paragraph: Paragraph, style: ParagraphStyle | undefined): string {
    const list = paragraph.list ?? style?.place?.list
    if (list === undefined || list === '0') return ''
    const own = paragraph.list === undefined ? style?.place?.depth : 0
    const depth = paragraph.depth ?? own
    return this.#shape.numbering.next({ list, depth }, paragraph.style)
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop()
    this.#builder.endHeading()
    if (paragraph?.begun === true) this.#builder.break('line')
  }
}

function newParagraph(): Paragraph {
  return { style: undefined, outline: undefined, list: undefined, depth: undefined, begun: false }
}
