import type { TextBuilder } from '../../text/text-builder.ts'
import { isOn, readXml, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import { Alternates } from './alternates.ts'

/**
 * Writes the words of a chart, a diagram or a drawing: each paragraph of a text, and each name of a chart once, on its
 * line. The numbers of a chart are no words.
 */
export function readDrawing(builder: TextBuilder, xml: string): void {
  readXml(xml, new DrawingText(builder))
  builder.break('paragraph')
}

/** The numbers of a chart, which may have letters: 1E-3. */
const NUMBERS = new Set(['numCache', 'numLit', 'numDim'])

/** Elements that hold a shape or a group of shapes. */
const SHAPES = new Set(['sp', 'pic', 'graphicFrame', 'cxnSp', 'grpSp'])

/** The elements whose text is a name in a chart. */
const NAMES = new Set(['t', 'v', 'pt'])

class DrawingText implements XmlHandler {
  readonly #builder: TextBuilder
  readonly #alternates = new Alternates()
  /** Names that were written: each row of a chart repeats the names of its columns. */
  readonly #names = new Set<string>()
  #passed = 0
  #element = ''
  #name = ''
  #paragraphs = 0
  #shapes = 0
  /** The number of open shapes where a hidden one began. */
  #hiddenAt: number | undefined

  constructor(builder: TextBuilder) {
    this.#builder = builder
  }

  open(name: string, attribute: XmlAttribute): void {
    if (this.#passed > 0 || NUMBERS.has(name) || this.#alternates.passes(name)) {
      this.#passed++
      return
    }
    this.#element = name
    this.#name = ''
    if (SHAPES.has(name)) this.#shapes++
    else if (name === 'cNvPr') this.#describe(attribute)
    else if (name === 'p' && this.#paragraphs++ === 0) this.#builder.break('line')
    else if (name === 'br') this.#builder.break('line')
  }

  text(text: string): void {
    if (this.#passed > 0 || this.#hiddenAt !== undefined) return
    if (this.#paragraphs === 0) this.#name += NAMES.has(this.#element) ? text : ''
    else if (this.#element === 't') this.#builder.text(text)
  }

  close(name: string): void {
    if (this.#passed > 0) {
      this.#passed--
      return
    }
    this.#alternates.close(name)
    this.#writeName()
    this.#element = ''
    if (name === 'p' && this.#paragraphs > 0) this.#paragraphs--
    if (!SHAPES.has(name)) return
    this.#shapes--
    if (this.#shapes < (this.#hiddenAt ?? 0)) this.#hiddenAt = undefined
  }

  #describe(attribute: XmlAttribute): void {
    if (isOn(attribute('hidden') ?? '0')) this.#hiddenAt ??= this.#shapes
    if (this.#hiddenAt === undefined) this.#line(attribute('descr') ?? '')
  }

  #writeName(): void {
    const name = this.#name
    this.#name = ''
    if (!/\p{L}/u.test(name) || this.#names.has(name)) return
    this.#names.add(name)
    this.#line(name)
  }

  #line(text: string): void {
    if (text.trim() === '') return
    this.#builder.break('line')
    this.#builder.text(text)
    this.#builder.break('line')
  }
}
