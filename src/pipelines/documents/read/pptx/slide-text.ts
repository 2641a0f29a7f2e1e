import type { TextBuilder } from '../../text/text-builder.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import { type AutoNumber, AutoNumbers } from './auto-number.ts'

/** The texts of a slide. `number` is the slide's own number, `edge` a date or a footer. */
type ShapeKind = 'title' | 'body' | 'edge' | 'number'

type SlideShape = {
  /** The kinds of texts to read. */
  readonly kinds: ReadonlySet<ShapeKind>
  /** Writes the words of a chart, a diagram or a picture, by the id that the slide uses. */
  readonly insert?: (id: string) => void
}

const PLACES: Readonly<Record<string, ShapeKind>> = {
  title: 'title',
  ctrTitle: 'title',
  sldNum: 'number',
  dt: 'edge',
  ftr: 'edge',
  hdr: 'edge',
}

/** Elements that hold a shape. */
const SHAPES = new Set(['sp', 'pic', 'graphicFrame', 'cxnSp'])

/** Reads the visible text of a slide, or of its notes. A second pass with other kinds reads the rest. */
export class SlideText implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #shape: SlideShape
  #kind: ShapeKind = 'body'
  #passed = 0
  #inShape = false
  #isHidden = false
  #inText = false
  #inDefaults = false
  #inNumber = false
  #numbers = new AutoNumbers()
  #level = 0
  #number: AutoNumber | undefined
  #begun = false
  #embedded = 0
  #isShown = true

  constructor(builder: TextBuilder, shape: SlideShape) {
    this.#builder = builder
    this.#shape = shape
  }

  get embedded(): number {
    return this.#embedded
  }

  /** Whether the slide is part of the show. */
  get isShown(): boolean {
    return this.#isShown
  }

  open(name: string, attribute: XmlAttribute): void {
    if (this.#passed > 0 || name === 'Fallback' || this.#isMerged(name, attribute)) {
      this.#passed++
      return
    }
    if (name === 'sld') this.#isShown = !/^(?:0|false)$/.test(attribute('show') ?? '1')
    else if (SHAPES.has(name)) this.#beginShape()
    else if (this.#inShape) this.#property(name, attribute)
    if (this.#isRead) this.#content(name, attribute)
  }

  text(text: string): void {
    if (this.#passed > 0 || !this.#inText || !this.#isRead) return
    if (!this.#begun) this.#begin()
    this.#builder.text(text)
  }

  close(name: string): void {
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    if (name === 't') this.#inText = false
    else if (name === 'lstStyle') this.#inDefaults = false
    else if (name === 'fld') this.#inNumber = false
    else if (SHAPES.has(name)) this.#endShape()
    else if (!this.#isRead) return
    else if (name === 'p') this.#endParagraph()
    else if (name === 'tbl') this.#builder.endTable()
  }

  get #isRead(): boolean {
    return !this.#isHidden && this.#shape.kinds.has(this.#kind)
  }

  /** A cell that another one covers. */
  #isMerged(name: string, attribute: XmlAttribute): boolean {
    return name === 'tc' && (attribute('hMerge') ?? attribute('vMerge') ?? '0') !== '0'
  }

  #beginShape(): void {
    this.#inShape = true
    this.#kind = 'body'
    this.#isHidden = false
    this.#numbers = new AutoNumbers()
  }

  #endShape(): void {
    if (this.#isRead) {
      this.#builder.endHeading()
      this.#builder.break('paragraph')
    }
    this.#inShape = false
    this.#isHidden = false
    this.#kind = 'body'
  }

  #property(name: string, attribute: XmlAttribute): void {
    if (name === 'ph') this.#kind = PLACES[attribute('type') ?? ''] ?? 'body'
    else if (name === 'cNvPr' && /^(?:1|true)$/.test(attribute('hidden') ?? ''))
      this.#isHidden = true
  }

  readonly #opening: ReadonlyMap<string, (attribute: XmlAttribute) => void> = new Map<
    string,
    (attribute: XmlAttribute) => void
  >([
    ['t', () => void (this.#inText = !this.#inNumber)],
    ['p', () => this.#beginParagraph()],
    ['pPr', (attribute) => void (this.#level = Number(attribute('lvl') ?? 0))],
    ['lstStyle', () => void (this.#inDefaults = true)],
    ['buAutoNum', (attribute) => this.#takeNumber(attribute)],
    ['br', () => this.#break()],
    ['fld', (attribute) => void (this.#inNumber = attribute('type') === 'slidenum')],
    ['tr', () => this.#builder.row()],
    ['tc', () => this.#builder.cell()],
    ['cNvPr', (attribute) => this.#describe(attribute('descr') ?? '')],
    ['oleObj', () => void this.#embedded++],
    ['chart', (attribute) => this.#insert(attribute('id', 'prefixed'))],
    ['relIds', (attribute) => this.#insert(attribute('dm'))],
    ['blip', (attribute) => this.#insert(attribute('embed'))],
  ])

  #content(name: string, attribute: XmlAttribute): void {
    this.#opening.get(name)?.(attribute)
  }

  #takeNumber(attribute: XmlAttribute): void {
    if (this.#inDefaults) return
    const start = Number(attribute('startAt') ?? 1)
    this.#number = { type: attribute('type') ?? '', start: Number.isInteger(start) ? start : 1 }
  }

  #beginParagraph(): void {
    this.#level = 0
    this.#number = undefined
    this.#begun = false
  }

  /** Called at a paragraph's first text. */
  #begin(): void {
    this.#begun = true
    if (this.#kind === 'title') this.#builder.heading(1)
    else this.#builder.break('line')
    const label = this.#numbers.next(this.#level, this.#number)
    if (label !== '') this.#builder.text(`${label} `)
  }

  #endParagraph(): void {
    if (this.#kind === 'title') this.#builder.endHeading()
    else if (this.#begun) this.#builder.break('line')
  }

  #break(): void {
    if (this.#kind === 'title') this.#builder.text(' ')
    else this.#builder.break('line')
  }

  #describe(text: string): void {
    if (text.trim() === '') return
    this.#builder.break('line')
    this.#builder.text(text)
    this.#builder.break('line')
  }

  #insert(id: string | undefined): void {
    if (id !== undefined) this.#shape.insert?.(id)
  }
}
