import { headingLevel, headingNamed } from '../word/headings.ts'
import { encodingOfCharset, encodingOfCodePage } from './rtf-encoding.ts'
import { RtfLists } from './rtf-lists.ts'
import { symbolFontNamed, type SymbolFont } from './rtf-signs.ts'
import type { Destination } from './rtf-words.ts'

/** Collects what the tables before the text say: the fonts' encodings, which styles are headings, and the lists. */
export class RtfHeader {
  readonly lists = new RtfLists()
  readonly #encodings = new Map<number, string>()
  readonly #symbolFonts = new Map<number, SymbolFont>()
  readonly #headings = new Map<number, number>()
  #font = { number: 0, name: '', isSymbol: false }
  #style = { number: 0, name: '', outline: undefined as number | undefined }

  encodingOf(font: number): string | undefined {
    return this.#encodings.get(font)
  }

  symbolFontOf(font: number): SymbolFont | undefined {
    return this.#symbolFonts.get(font)
  }

  headingOf(style: number): number | undefined {
    return this.#headings.get(style)
  }

  /** Takes a control word of a table. Leaves out the words of other groups. */
  word(table: Destination, word: string, value: number | undefined): void {
    if (table === 'fonts') this.#fontWord(word, value)
    else if (table === 'styles') this.#styleWord(word, value)
    else if (table === 'lists') this.lists.listWord(word, value)
    else if (table === 'list-overrides') this.lists.overrideWord(word, value)
  }

  /** Takes a part of a font's name, which ends with a semicolon. */
  fontText(text: string): void {
    this.#font.name += text
    if (!text.includes(';')) return
    const { number, name, isSymbol } = this.#font
    const symbols = isSymbol ? symbolFontNamed(name) : undefined
    if (symbols !== undefined) this.#symbolFonts.set(number, symbols)
    this.#font = { number: 0, name: '', isSymbol: false }
  }

  #fontWord(word: string, value = 0): void {
    if (word === 'f') this.#font = { number: value, name: '', isSymbol: false }
    else if (word === 'fcharset') this.#charset(value)
    else if (word === 'cpg') this.#encodings.set(this.#font.number, encodingOfCodePage(value))
  }

  #charset(charset: number): void {
    this.#font.isSymbol = charset === SYMBOLS
    const encoding = encodingOfCharset(charset)
    if (encoding !== undefined) this.#encodings.set(this.#font.number, encoding)
  }

  #styleWord(word: string, value: number | undefined): void {
    if (word === 's') this.#style = { number: value ?? 0, name: '', outline: undefined }
    else if (word === 'outlinelevel') this.#style.outline = value
  }

  /** Takes a part of a style's name, which ends with a semicolon. */
  styleText(text: string): void {
    this.#style.name += text
    if (!text.includes(';')) return
    const { number, name, outline } = this.#style
    const named = headingNamed(name.split(';', 1)[0]?.trim())
    const level = named ?? (outline === undefined ? undefined : headingLevel(outline))
    if (level !== undefined) this.#headings.set(number, level)
    this.#style = { number: 0, name: '', outline: undefined }
  }
}

/** The character set of fonts of signs. */
const SYMBOLS = 2
