import { DocumentFailure } from '../../document-failure.ts'
import { raisedDigits } from '../../text/raised-digits.ts'
import type { ExtractLimits } from '../extract-limits.ts'
import type { XmlAttribute, XmlHandler } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'

/** Reads the texts that the cells of a workbook name by number, each on one line. Leaves out the readings of ruby text. */
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
      const text = oneLine(words.take())
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
  /** The last character of the text. To ask a long text for it costs a copy of the text. */
  #last = ''
  #inText = false
  #isRaised = false
  #ruby = 0

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'rPh') this.#ruby++
    else if (name === 'r') this.#isRaised = false
    else if (name === 'vertAlign') this.#isRaised = attribute('val') === 'superscript'
    this.#inText = name === 't' && this.#ruby === 0
  }

  text(text: string): void {
    if (!this.#inText) return
    const raised = this.#isRaised ? raisedDigits(text, this.#last) : undefined
    this.#text += raised ?? text
    this.#last = text.slice(-1)
  }

  close(name: string): void {
    if (name === 'rPh') this.#ruby--
    else if (name === 'r') this.#isRaised = false
    if (name === 't') this.#inText = false
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    this.#last = ''
    return unescaped(text)
  }
}

/** Excel writes a character that XML forbids by its number: _x000D_. */
export function unescaped(text: string): string {
  return text.replaceAll(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** A cell is shown on one line: a run of white space becomes one space. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
