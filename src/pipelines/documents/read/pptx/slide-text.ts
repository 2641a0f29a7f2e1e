import { raisedDigits } from '../../text/raised-digits.ts'
import type { TextBuilder } from '../../text/text-builder.ts'
import { Alternates } from '../office/alternates.ts'
import { Formulas } from '../office/formula.ts'
import { isOn, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import { type AutoNumber, AutoNumbers } from './auto-number.ts'

/** The texts of a slide. `number` is the slide's own number, `edge` a date or a footer. */
type ShapeKind = 'title' | 'body' | 'edge' | 'number'

type SlideShape = {
  /** Whether to read the shapes of a layout that each slide shows: its placeholders are none, nor are its pictures. */
  readonly isLayout?: boolean
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
  #inNumber = false
  #numbers = new AutoNumbers()
  /** How the shape numbers the paragraphs of each level that say nothing about it. */
  #defaults: (AutoNumber | undefined)[] = []
  #defaultLevel: number | undefined
  #level = 0
  #number: AutoNumber | undefined
  #hasBullet = false
  readonly #alternates = new Alternates()
  readonly #formulas = new Formulas()
  #groups = 0
  /** The number of open groups where a hidden one began. */
  #hiddenGroup: number | undefined
  #isRaised = false
  #last = ''
  #begun = false
  #embedded = 0
  #isShown = true
  #hasMaster = true

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

  /** Whether the slide shows the shapes of its layout and of its master, or the layout those of its master. */
  get hasMaster(): boolean {
    return this.#hasMaster
  }

  open(name: string, attribute: XmlAttribute): void {
    if (this.#passed > 0 || this.#alternates.passes(name) || this.#isMerged(name, attribute)) {
      this.#passed++
      return
    }
    if (name === 'sld' || name === 'sldLayout') this.#takeSlide(attribute)
    else if (name === 'grpSp') this.#groups++
    else if (SHAPES.has(name)) this.#beginShape()
    else this.#property(name, attribute)
    if (this.#isRead) this.#content(name, attribute)
  }

  text(text: string): void {
    if (this.#passed > 0 || !this.#inText || !this.#isRead) return
    const raised = this.#isRaised ? raisedDigits(text, this.#last) : undefined
    if (this.#formulas.isOpen) this.#formulas.text(text)
    else this.#show(raised ?? text)
  }

  close(name: string): void {
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    this.#alternates.close(name)
    this.#show(this.#formulas.close(name))
    if (name === 't') this.#inText = false
    else if (name === 'grpSp') this.#endGroup()
    else if (name === 'lstStyle') this.#defaultLevel = undefined
    else if (name === 'fld') this.#inNumber = false
    else if (SHAPES.has(name)) this.#endShape()
    else if (!this.#isRead) return
    else if (name === 'p') this.#endParagraph()
    else if (name === 'tbl') this.#builder.endTable()
  }

  get #isRead(): boolean {
    const isHidden = this.#isHidden || this.#hiddenGroup !== undefined
    return !isHidden && this.#shape.kinds.has(this.#kind)
  }

  #takeSlide(attribute: XmlAttribute): void {
    this.#isShown = isOn(attribute('show'))
    this.#hasMaster = isOn(attribute('showMasterSp'))
  }

  #show(text: string): void {
    if (text === '') return
    if (!this.#begun) this.#begin()
    this.#builder.text(text)
    this.#last = text.slice(-1)
  }

  /** A cell that another one covers. */
  #isMerged(name: string, attribute: XmlAttribute): boolean {
    const isMerged = [attribute('hMerge'), attribute('vMerge')].some((value) => isOn(value ?? '0'))
    if (name !== 'tc' || !isMerged) return false
    if (this.#isRead) this.#builder.cell()
    return true
  }

  #beginShape(): void {
    this.#inShape = true
    this.#kind = 'body'
    this.#isHidden = false
    this.#numbers = new AutoNumbers()
    this.#defaults = []
  }

  #endGroup(): void {
    this.#groups--
    if (this.#groups < (this.#hiddenGroup ?? 0)) this.#hiddenGroup = undefined
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
    if (name === 'ph') this.#takePlace(attribute('type'))
    else if (name === 'cNvPr' && isOn(attribute('hidden') ?? '0')) this.#hide()
  }

  #takePlace(type = ''): void {
    if (this.#shape.isLayout === true) this.#isHidden = true
    this.#kind = PLACES[type] ?? 'body'
  }

  #hide(): void {
    if (this.#inShape) this.#isHidden = true
    else if (this.#groups > 0) this.#hiddenGroup ??= this.#groups
  }

  readonly #opening: ReadonlyMap<string, (attribute: XmlAttribute) => void> = new Map<
    string,
    (attribute: XmlAttribute) => void
  >([
    ['t', () => void (this.#inText = !this.#inNumber)],
    ['p', () => this.#beginParagraph()],
    ['pPr', (attribute) => void (this.#level = Number(attribute('lvl') ?? 0))],
    ['lstStyle', () => void (this.#defaults = [])],
    ['buAutoNum', (attribute) => this.#takeNumber(attribute)],
    ...['buNone', 'buChar', 'buBlip'].map((name) => [name, () => this.#takeBullet()] as const),
    ['r', () => void (this.#isRaised = false)],
    ['rPr', (attribute) => void (this.#isRaised = Number(attribute('baseline') ?? 0) > 0)],
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
    this.#formulas.open(name, attribute)
    const level = /^lvl([1-9])pPr$/.exec(name)?.[1]
    if (level !== undefined) this.#defaultLevel = Number(level) - 1
    this.#opening.get(name)?.(attribute)
  }

  #takeNumber(attribute: XmlAttribute): void {
    const start = Number(attribute('startAt') ?? 1)
    const type = attribute('type') ?? ''
    const number = { type, start: Number.isInteger(start) ? start : 1 }
    if (this.#defaultLevel !== undefined) this.#defaults[this.#defaultLevel] = number
    else this.#number = number
    this.#takeBullet()
  }

  /** A paragraph with a bullet of its own, or with none, is not numbered as the shape says. */
  #takeBullet(): void {
    if (this.#defaultLevel === undefined) this.#hasBullet = true
  }

  #beginParagraph(): void {
    this.#level = 0
    this.#number = undefined
    this.#hasBullet = false
    this.#begun = false
    this.#last = ''
  }

  /** Called at a paragraph's first text. */
  #begin(): void {
    this.#begun = true
    if (this.#kind === 'title') this.#builder.heading(1)
    else this.#builder.break('line')
    const number = this.#hasBullet ? this.#number : this.#defaults[this.#level]
    const label = this.#numbers.next(this.#level, number)
    if (label !== '') this.#builder.text(`${label} `)
  }

  #endParagraph(): void {
    this.#show(this.#formulas.endParagraph())
    if (this.#kind === 'title') this.#builder.endHeading()
    else if (this.#begun) this.#builder.break('line')
  }

  #break(): void {
    this.#last = ''
    if (this.#kind === 'title') this.#builder.text(' ')
    else this.#builder.break('line')
  }

  #describe(text: string): void {
    if (text.trim() === '' || this.#shape.isLayout === true) return
    this.#builder.break('line')
    this.#builder.text(text)
    this.#builder.break('line')
  }

  #insert(id: string | undefined): void {
    if (id !== undefined) this.#shape.insert?.(id)
  }
}
