import { DocumentFailure } from '../../document-failure.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import type { XmlHandler } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

/** Reads the texts that the cells of a workbook name by number. Leaves out the readings of ruby text. */
export function readSharedStrings(
  parts: ZipPackage,
  path: string | undefined,
  { chars }: ExtractLimits,
): readonly string[] {
  const strings: string[] = []
  let length = 0
  const words = new RichText()
  parts.stream(path, {
    open: (name, attribute) => words.open(name, attribute),
    text: (text) => words.text(text),
    close: (name) => {
      words.close(name)
      if (name !== 'si') return
      const text = words.take()
      length += text.length
      if (length > chars * 2) throw new DocumentFailure('too_large')
      strings.push(text)
    },
  })
  return strings
}

/** Collects the text of an `si` or `is` element, which is divided among its runs. */
export class RichText implements XmlHandler {
  #text = ''
  #inText = false
  #ruby = 0

  open(name: string, _attribute: (name: string) => string | undefined): void {
    if (name === 'rPh') this.#ruby++
    this.#inText = name === 't' && this.#ruby === 0
  }

  text(text: string): void {
    if (this.#inText) this.#text += text
  }

  close(name: string): void {
    if (name === 'rPh') this.#ruby--
    if (name === 't') this.#inText = false
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    return text.replaceAll(ESCAPED, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
}

/** Excel writes a character that XML forbids by its number. */
const ESCAPED = /_x([0-9A-Fa-f]{4})_/g
