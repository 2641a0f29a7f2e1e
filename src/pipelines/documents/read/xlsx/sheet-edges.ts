import { isPageNumber } from '../office/page-number.ts'
import { isOn, type XmlAttribute, type XmlHandler } from '../zip/xml.ts'
import { unescaped } from './shared-strings.ts'

const EDGE = /^(odd|even|first)(Header|Footer)$/

/** Reads the headers and footers that a sheet has when it is printed. */
export class SheetEdges implements XmlHandler {
  readonly #shown = new Set(['odd'])
  readonly #texts: { readonly which: string; readonly edge: string; text: string }[] = []
  #isOpen = false

  open(name: string, attribute: XmlAttribute): void {
    if (name === 'headerFooter') {
      if (isOn(attribute('differentFirst') ?? '0')) this.#shown.add('first')
      if (isOn(attribute('differentOddEven') ?? '0')) this.#shown.add('even')
    }
    const [, which, edge] = EDGE.exec(name) ?? []
    this.#isOpen = which !== undefined && edge !== undefined
    if (which !== undefined && edge !== undefined) this.#texts.push({ which, edge, text: '' })
  }

  text(text: string): void {
    const last = this.#texts.at(-1)
    if (this.#isOpen && last) last.text += text
  }

  close(): void {
    this.#isOpen = false
  }

  /** The lines of the headers or the footers, each once, without those that only count pages. */
  lines(of: 'Header' | 'Footer'): ReadonlySet<string> {
    const shown = this.#texts.filter(({ which, edge }) => edge === of && this.#shown.has(which))
    const lines = shown.flatMap(({ text }) => wordsOf(unescaped(text)))
    return new Set(lines.filter((line) => !isPageNumber(line)))
  }
}

/** A font, a size, a colour, or a sign that stands for a part of the page, a format, or what the file knows itself. */
const CODES = /&(?:"[^"]*"|\d{1,3}|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})|[A-Z])/gi

/** Reads the words of the left, the middle and the right part of a header: `&L&"Arial"Draft&RPage &P`. */
function wordsOf(text: string): string[] {
  const parts = text.replaceAll('&&', '\0').split(/&[LCR]|\r?\n/i)
  return parts.map((part) =>
    part.replaceAll(CODES, '').replaceAll('\0', '&').replaceAll(/\s+/g, ' ').trim(),
  )
}
