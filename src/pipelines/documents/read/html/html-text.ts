import { BLOCKS, type HtmlSink } from '../../../html/html-events.ts'
import type { Attributes } from '../../../html/tags.ts'
import { writeLines } from '../../ocr/recognised-lines.ts'
import type { Extracted } from '../../text/extracted.ts'
import { raisedDigits } from '../../text/raised-digits.ts'
import { TextBuilder } from '../../text/text-builder.ts'
import { MathText } from '../office/math-ml.ts'
import { type LinesByAddress, pictureAddress } from '../pictures/html-pictures.ts'
import { HtmlForms } from './html-forms.ts'
import { HtmlLists } from './html-lists.ts'
import { HtmlSpans } from './html-spans.ts'
import { LEVEL } from './kept-marks.ts'

/** The elements for finding one's way around a site. Their text is no part of the document. */
const ASIDE = new Set(['nav', 'aside', 'footer', 'menu', 'button', 'dialog'])
/** Blocks without a blank line between them. */
const LINES = new Set(['br', 'li', 'div', 'dt', 'dd', 'legend', 'caption', 'figcaption'])
const CELLS = new Set(['td', 'th'])
const TABLE_PARTS = new Set(['tbody', 'thead', 'tfoot', 'tr', 'td', 'th'])
const HEADING = /^h([1-6])$/
const WORD_BEGINS = /^[\p{L}\p{N}]/u
const WORD_ENDS = /[\p{L}\p{N}]$/u

/**
 * The most open elements of ASIDE that are tracked. Each end tag searches all of them, so their number must be
 * bounded.
 */
const MAX_ASIDES = 100

type HtmlSource = {
  readonly html: string
  readonly whole: boolean
  readonly pictures?: LinesByAddress
}

/** Reads HTML into a document's text, with headings and with a blank line between paragraphs. */
export class HtmlText implements HtmlSink {
  readonly #builder: TextBuilder
  readonly #aside: ReadonlySet<string>
  readonly #within: string[] = []
  #pre = 0
  #raised = 0
  /** The last character that was shown. Empty at the beginning of a line. */
  #last = ''
  /** True after the words of a picture, until the page shows other words. */
  #isBesidePicture = false
  #links = 0
  #chars = 0
  #seen = 0
  #asides = 0
  readonly #forms: HtmlForms
  readonly #lists: HtmlLists
  readonly #spans = new HtmlSpans()
  /** The open formula. */
  #math: MathText | undefined
  /** The recognised pictures that were not shown yet. */
  readonly #pictures: Map<string, readonly string[]>

  /** With `whole`, reads menus, sidebars and footers as well. */
  constructor({ html, whole, pictures }: HtmlSource, builder = new TextBuilder()) {
    this.#builder = builder
    this.#pictures = new Map(pictures)
    this.#aside = whole ? new Set() : ASIDE
    this.#lists = new HtmlLists(html, builder)
    this.#forms = new HtmlForms((text) => this.#show(text))
  }

  /** The number of characters outside links. Menus consist of links, so they do not count. */
  get chars(): number {
    return this.#chars
  }

  /** The number of all characters without white space. */
  get seen(): number {
    return this.#seen
  }

  /** The number of menus, sidebars and footers. */
  get asides(): number {
    return this.#asides
  }

  /** Whether a form's values were shown. A reader mode drops them. */
  get hasForm(): boolean {
    return this.#forms.values > 0
  }

  text(text: string): void {
    if (this.#within.length > 0 || this.#forms.takesText(text)) return
    const raised = this.#raised > 0 ? raisedDigits(text, this.#last) : undefined
    this.#show(raised ?? text)
  }

  drawn(text: string): void {
    if (this.#math) this.#math.text(text)
    else this.text(text)
  }

  formula(change: 'begin' | 'end', tag: string): void {
    if (change === 'begin') (this.#math ??= new MathText()).open(tag)
    else this.#math?.close(tag)
    if (change === 'end' && tag === 'math') this.#endFormula()
  }

  #endFormula(): void {
    const formula = this.#math?.end() ?? ''
    this.#math = undefined
    this.text(formula)
  }

  /** Shows the words of a picture apart from those beside the picture. One letter may be the drawn beginning of a word. */
  #describe(alternative: string): void {
    const text = alternative.trim()
    const isBesideWord = text.length > 1 && WORD_ENDS.test(this.#last)
    this.#show(isBesideWord ? ` ${text}` : text)
    this.#isBesidePicture = text.length > 1
  }

  #show(text: string): void {
    const isBesideWord = this.#isBesidePicture && WORD_BEGINS.test(text)
    this.#isBesidePicture = false
    this.#write(isBesideWord ? ` ${text}` : text)
  }

  #write(text: string): void {
    const seen = text.replaceAll(/\s+/g, '').length
    this.#seen += seen
    if (this.#links === 0) this.#chars += seen
    if (seen > 0) this.#lists.showMarker()
    this.#last = text.slice(-1)
    if (this.#pre > 0) this.#preformatted(text)
    else this.#builder.text(text)
  }

  open(tag: string, _href: string | null, attributes: Attributes): void {
    this.#lists.notice(tag, attributes)
    if (ASIDE.has(tag)) this.#asides++
    if (this.#aside.has(tag) && this.#within.length < MAX_ASIDES) this.#within.push(tag)
    if (this.#within.length > 0) return
    this.#count(tag, 1)
    this.#lists.open(tag, attributes)
    this.#forms.open(tag, attributes)
    this.#spans.open(tag)
    if (tag === 'img') this.#describe(attributes.get('alt') ?? '')
    this.#picture(pictureAddress(tag, attributes))
    const level = attributes.get(LEVEL) ?? HEADING.exec(tag)?.[1]
    if (level !== undefined) this.#builder.heading(Number(level))
    else if (tag === 'tr') this.#builder.row()
    else if (CELLS.has(tag)) this.#cell(attributes)
    else this.#break(tag)
  }

  close(tag: string): void {
    const at = this.#within.lastIndexOf(tag)
    if (at !== -1) this.#within.length = at
    if (at !== -1 || this.#within.length > 0) return
    this.#count(tag, -1)
    this.#lists.close(tag)
    this.#forms.close(tag)
    this.#spans.close(tag)
    if (HEADING.test(tag)) this.#builder.endHeading()
    else if (tag === 'table') this.#builder.endTable()
    else this.#break(tag)
  }

  /** Begins a cell. Those that a cell of a row above covers stand before it, and are empty. */
  #cell(attributes: Attributes): void {
    const covered = this.#spans.cell(attributes.get('colspan'), attributes.get('rowspan'))
    for (let at = 0; at <= covered; at++) this.#builder.cell()
  }

  /** Counts the open elements that change how words are shown. */
  #count(tag: string, by: 1 | -1): void {
    if (tag === 'a') this.#links = Math.max(0, this.#links + by)
    else if (tag === 'pre') this.#pre = Math.max(0, this.#pre + by)
    else if (tag === 'sup') this.#raised = Math.max(0, this.#raised + by)
    else if (BLOCKS.has(tag)) this.#endLine()
  }

  #endLine(): void {
    this.#last = ''
    this.#isBesidePicture = false
  }

  end(title: string): Extracted {
    this.#endFormula()
    return this.#builder.end(title)
  }

  /** Writes the lines of a recognised picture, where the picture first stands. */
  #picture(address = ''): void {
    const lines = this.#pictures.get(address)
    if (lines === undefined) return
    this.#pictures.delete(address)
    const seen = lines.join('').replaceAll(/\s+/g, '').length
    this.#seen += seen
    this.#chars += seen
    this.#lists.showMarker()
    writeLines(this.#builder, lines)
  }

  #break(tag: string): void {
    if (!BLOCKS.has(tag) || TABLE_PARTS.has(tag) || tag === 'option') return
    this.#builder.break(LINES.has(tag) ? 'line' : 'paragraph')
  }

  #preformatted(text: string): void {
    for (const [at, line] of text.split('\n').entries()) {
      if (at > 0) this.#builder.break('line')
      this.#builder.text(line)
    }
  }
}
