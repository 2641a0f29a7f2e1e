import { TextBuilder } from '../../text/text-builder.ts'
import { isPageNumber } from '../office/page-number.ts'
import { type Relation, relationsOf } from '../office/relations.ts'
import { readXml } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { SlideText } from './slide-text.ts'

/** The layouts of a presentation, and their masters: each slide shows their words, such as a firm's name or a stamp. */
export class SlideLayouts {
  readonly #parts: ZipPackage
  readonly #texts = new Map<string, string>()

  constructor(parts: ZipPackage) {
    this.#parts = parts
  }

  /** The words that a slide shows of its layout and of its master. */
  textOf(related: readonly Relation[]): string {
    const layout = pathIn(related, 'slideLayout')
    if (layout === undefined) return ''
    const text = this.#texts.get(layout) ?? this.#read(layout)
    this.#texts.set(layout, text)
    return text
  }

  #read(layout: string): string {
    const builder = new TextBuilder()
    const own = new SlideText(builder, { kinds: new Set(['body']), isLayout: true })
    readXml(this.#parts.text(layout), own)
    const master = pathIn(relationsOf(this.#parts, layout), 'slideMaster')
    if (own.hasMaster && master !== undefined)
      readXml(
        this.#parts.text(master),
        new SlideText(builder, { kinds: new Set(['body']), isLayout: true }),
      )
    const lines = builder.end().text.split('\n')
    return lines.filter((line) => !isPageNumber(line)).join('\n')
  }
}

function pathIn(related: readonly Relation[], type: string): string | undefined {
  return related.find((relation) => relation.type === type)?.path
}
