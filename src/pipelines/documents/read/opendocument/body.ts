import { raisedDigits } from '../../text/raised-digits.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { checkLength, type ExtractLimits } from '../extract-limits.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import { Deletions } from './deletions.ts'
import type { ObjectText } from './embedded-object.ts'
import { FormControls } from './form-controls.ts'
import { OfficeLists } from './lists.ts'
import type { OfficeStyle, OfficeStyles } from './styles.ts'

/** Elements to skip: deleted text, declarations, scripts, and what the page itself knows. */
const PASSED_OVER = new Set(
  [
    'tracked-changes annotation annotation-end event-listeners ruby-text script',
    'note-citation note-continuation-notice-forward note-continuation-notice-backward binary-data',
    'settings',
  ].flatMap((names) => names.split(' ')),
)

/** Drawn shapes, which hold paragraphs. */
export const SHAPES = new Set(
  `custom-shape rect ellipse circle line polyline polygon path connector caption measure
  regular-polygon`.split(/\s+/),
)

type OfficeParagraph = {
  readonly heading: number | undefined
  readonly label: string
  begun: boolean
  hidden: boolean
}

type Take = (attribute: XmlAttribute) => void

/** The limits of a document, the lines of a recognised picture by its address, each once, and the words of an object. */
export type OfficeReading = {
  readonly limits: ExtractLimits
  readonly takePicture: (href: string) => readonly string[] | undefined
  readonly readObject: (href: string) => ObjectText | undefined
}

/** What was left out of a text. */
export type OfficeLosses = {
  readonly comments: number
  readonly embedded: number
  readonly hidden: number
}

/** The most characters of one `text:s`. */
const MAX_SPACES = 100

/** The most cells that one element of a table stands for. */
const MAX_REPEATED = 16

function spacesOf(attribute: XmlAttribute): number {
  const count = Number(attribute('c') ?? 1)
  return count > 0 ? Math.min(count, MAX_SPACES) : 0
}

function levelOf(attribute: XmlAttribute): number {
  const level = Number(attribute('outline-level') ?? 1)
  return Number.isInteger(level) ? level : 1
}

/** Reads the visible text of an OpenDocument text, or of one slide of a presentation. */
export class OfficeBody implements XmlHandler {
  #builder: TextBuilder
  readonly #styles: OfficeStyles
  readonly #reading: OfficeReading
  readonly #lists: OfficeLists
  readonly #controls = new FormControls()
  readonly #notes: string[] = []
  /** The texts of the boxes and pictures of a paragraph. They are written behind the paragraph. */
  readonly #boxes: string[] = []
  /** The builders of the texts around an open note or box. */
  readonly #outer: TextBuilder[] = []
  readonly #paragraphs: OfficeParagraph[] = []
  readonly #deletions = new Deletions()
  #passed = 0
  #inForms = 0
  #words = 0
  #page = 1
  #paged = false
  #comments = 0
  #embedded = 0
  #hiddenParts = 0
  /** Whether the elements that are passed over are hidden ones without text so far. */
  #isHiddenPart = false

  constructor(builder: TextBuilder, styles: OfficeStyles, reading: OfficeReading) {
    this.#builder = builder
    this.#styles = styles
    this.#reading = reading
    this.#lists = new OfficeLists(styles)
  }

  /** Whether the document shows where its pages begin. */
  get isPaged(): boolean {
    return this.#paged
  }

  get lost(): OfficeLosses {
    return { comments: this.#comments, embedded: this.#embedded, hidden: this.#hiddenParts }
  }

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'annotation') this.#comments++
    this.#deletions.open(name, attribute)
    if (this.#passed > 0 || this.#isUnseen(name, attribute)) {
      this.#passed++
      return
    }
    if (name === 'forms') this.#inForms++
    if (this.#inForms > 0) this.#controls.open(name, attribute)
    else this.#opening.get(name)?.(attribute)
  }

  text(text: string): void {
    if (this.#passed > 0) this.#countHidden(text)
    const isText = this.#paragraphs.length + this.#words > 0
    const isSeen = this.#passed === 0 && this.#inForms === 0 && !this.#deletions.isOpen
    if (!isSeen || !isText) return
    const raised = this.#raised.at(-1) === true ? raisedDigits(text, this.#last) : undefined
    this.#show(raised ?? text)
  }

  close(name: string): void {
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    if (name === 'forms') this.#inForms--
    if (this.#inForms > 0) this.#controls.close(name)
    else this.#closing.get(name)?.()
  }

  /** Writes the notes behind the text, each after the number of its reference. */
  appendNotes(): void {
    if (this.#notes.length === 0) return
    this.#builder.break('paragraph')
    for (const [at, note] of this.#notes.entries())
      for (const line of `[${at + 1}] ${note}`.split('\n')) this.#builder.line(line)
  }

  readonly #opening: ReadonlyMap<string, Take> = new Map<string, Take>([
    ['p', (attribute) => this.#beginText(attribute)],
    ['h', (attribute) => this.#beginHeading(attribute)],
    ['span', (attribute) => this.#beginSpan(attribute)],
    ['s', (attribute) => this.#show(' '.repeat(spacesOf(attribute)))],
    ['tab', () => this.#show('\t')],
    ['line-break', () => this.#breakLine()],
    ['soft-page-break', () => this.#softPage()],
    ['list', (attribute) => this.#lists.begin(attribute)],
    ['list-item', (attribute) => this.#lists.beginItem(attribute)],
    ['table', () => this.#builder.break('paragraph')],
    ['table-row', () => this.#builder.row()],
    ['table-cell', (attribute) => this.#beginCell(attribute)],
    ['hidden-paragraph', (attribute) => this.#hideParagraph(attribute)],
    ...[...SHAPES].map((name) => [name, () => this.#beginApart()] as const),
    ['note', () => this.#beginNote()],
    ['text-box', () => this.#beginApart()],
    ['title', () => this.#beginWords()],
    ['desc', () => this.#beginWords()],
    ['image', (attribute) => this.#showPicture(attribute('href') ?? '')],
    [
      'control',
      (attribute) => this.#show(` ${this.#controls.textOf(attribute('control') ?? '')} `),
    ],
    ['object-ole', () => void this.#embedded++],
    ['object', (attribute) => this.#showObject(attribute('href') ?? '')],
  ])

  /** Whether letters are raised, one for each open span. */
  readonly #raised: boolean[] = []
  /** The last character that was shown. Empty at the beginning of a line. */
  #last = ''

  readonly #closing: ReadonlyMap<string, () => void> = new Map([
    ['span', () => void this.#raised.pop()],
    ['p', () => this.#endParagraph()],
    ['h', () => this.#endParagraph()],
    ['list', () => this.#lists.end()],
    ['list-item', () => this.#lists.endItem()],
    ['table', () => this.#builder.endTable()],
    ['note', () => this.#endNote()],
    ['text-box', () => this.#endBox()],
    ...[...SHAPES].map((name) => [name, () => this.#endBox()] as const),
    ['title', () => this.#endWords()],
    ['desc', () => this.#endWords()],
  ])

  #isUnseen(name: string, attribute: XmlAttribute): boolean {
    if (name === 'covered-table-cell') {
      this.#builder.cell()
      return true
    }
    this.#isHiddenPart = this.#isHidden(name, attribute)
    // A field may show nothing, and only set a variable.
    return this.#isHiddenPart || PASSED_OVER.has(name) || attribute('display') === 'none'
  }

  #isHidden(name: string, attribute: XmlAttribute): boolean {
    if (name === 'hidden-text' || (name === 'section' && attribute('display') === 'condition'))
      return attribute('is-hidden') === 'true'
    if (name === 'section') return attribute('display') === 'none'
    if (name !== 'span' && name !== 'p' && name !== 'h') return false
    return this.#chain(attribute('style-name')).some(({ hidden }) => hidden)
  }

  /** Counts a hidden part at its first words. */
  #countHidden(text: string): void {
    if (!this.#isHiddenPart || text.trim() === '') return
    this.#isHiddenPart = false
    this.#hiddenParts++
  }

  /** A field hides the paragraph that it stands in, and stands at its beginning. */
  #hideParagraph(attribute: XmlAttribute): void {
    const paragraph = this.#paragraphs.at(-1)
    if (!paragraph || attribute('is-hidden') !== 'true') return
    paragraph.hidden = true
    this.#hiddenParts++
  }

  #beginCell(attribute: XmlAttribute): void {
    const count = Number(attribute('number-columns-repeated') ?? 1)
    for (let at = 0; at < Math.min(count, MAX_REPEATED); at++) this.#builder.cell()
  }

  /** A style with the styles that it is based on. */
  #chain(name: string | undefined): OfficeStyle[] {
    const chain: OfficeStyle[] = []
    for (
      let at = this.#styles.styles.get(name ?? '');
      at && chain.length < 20;
      at = this.#styles.styles.get(at.parent ?? '')
    )
      chain.push(at)
    return chain
  }

  #beginSpan(attribute: XmlAttribute): void {
    const isRaised = this.#chain(attribute('style-name')).some(({ raised }) => raised)
    this.#raised.push(isRaised || this.#raised.at(-1) === true)
  }

  #beginText(attribute: XmlAttribute): void {
    const isTitle = this.#chain(attribute('style-name')).some((style) => style.isTitle)
    this.#beginParagraph(attribute, isTitle ? 1 : undefined, this.#lists.take())
  }

  #beginHeading(attribute: XmlAttribute): void {
    const level = levelOf(attribute)
    this.#beginParagraph(attribute, level, this.#lists.heading(level, attribute))
  }

  #beginParagraph(attribute: XmlAttribute, heading: number | undefined, label: string): void {
    this.#last = ''
    const styles = this.#chain(attribute('style-name'))
    if (styles.find(({ beginsPage }) => beginsPage !== undefined)?.beginsPage === true)
      this.#breakPage()
    this.#builder.break('line')
    this.#paragraphs.push({ heading, label, begun: false, hidden: false })
  }

  #endParagraph(): void {
    const paragraph = this.#paragraphs.pop()
    // The number of an item without text is shown.
    if (paragraph?.begun === false && paragraph.label !== '' && !paragraph.hidden)
      this.#begin(paragraph)
    this.#builder.endHeading()
    if (paragraph?.begun === true) this.#builder.break('line')
    if (this.#paragraphs.length === 0) this.#writeBoxes()
    checkLength(this.#builder.length, this.#reading.limits)
  }

  #show(text: string): void {
    const paragraph = this.#paragraphs.at(-1)
    if (text === '' || paragraph?.hidden === true) return
    if (paragraph?.begun === false && text.trim() !== '') this.#begin(paragraph)
    this.#builder.text(text)
    this.#last = text.slice(-1)
  }

  #begin(paragraph: OfficeParagraph): void {
    const { heading, label } = paragraph
    paragraph.begun = true
    if (heading !== undefined) this.#builder.heading(heading)
    else this.#builder.break(label === '' && this.#lists.depth === 0 ? 'paragraph' : 'line')
    if (label !== '') this.#builder.text(`${label} `)
  }

  #breakLine(): void {
    this.#last = ''
    if (this.#paragraphs.at(-1)?.heading === undefined) this.#builder.break('line')
    else this.#builder.text(' ')
  }

  #breakPage(): void {
    if (this.#builder.length === 0) return
    this.#paged = true
    this.#builder.page(++this.#page)
  }

  /** LibreOffice writes where it began a page when it saved the document. */
  #softPage(): void {
    this.#paged = true
    if (this.#paragraphs.length === 0) this.#builder.page(++this.#page)
    else this.#builder.pageWithin(++this.#page)
  }

  #beginNote(): void {
    this.#notes.push('')
    this.#show(`[${this.#notes.length}]`)
    this.#beginApart()
  }

  #endNote(): void {
    this.#notes[this.#notes.length - 1] = this.#endApart()
  }

  #endBox(): void {
    const text = this.#endApart()
    if (text !== '') this.#boxes.push(text)
    if (this.#paragraphs.length === 0) this.#writeBoxes()
  }

  #showPicture(href: string): void {
    const lines = this.#reading.takePicture(href)
    if (lines === undefined) return
    this.#boxes.push(lines.join('\n'))
    if (this.#paragraphs.length === 0) this.#writeBoxes()
  }

  #showObject(href: string): void {
    const object = this.#reading.readObject(href)
    if (object === undefined) this.#embedded++
    else if (object.isFormula) this.#show(object.text)
    else if (object.text !== '') this.#boxes.push(object.text)
  }

  /** Begins a text that is written elsewhere than where it stands. */
  #beginApart(): void {
    this.#outer.push(this.#builder)
    this.#builder = new TextBuilder()
  }

  #endApart(): string {
    const { text } = this.#builder.end()
    this.#builder = this.#outer.pop() ?? this.#builder
    return text
  }

  #writeBoxes(): void {
    if (this.#boxes.length === 0) return
    this.#builder.break('paragraph')
    for (const line of this.#boxes.splice(0).join('\n\n').split('\n')) {
      if (line === '') this.#builder.break('paragraph')
      else this.#builder.line(line)
    }
    this.#builder.break('paragraph')
  }

  /** The title or the description of a picture. */
  #beginWords(): void {
    this.#words++
    this.#show(' ')
  }

  #endWords(): void {
    this.#words--
    this.#show(' ')
  }
}
