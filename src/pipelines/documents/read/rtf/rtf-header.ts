import { headingLevel, headingNamed } from '../docx/styles.ts'

/** Collects what the tables before the text say: the fonts' encodings, and which styles are headings. */
export class RtfHeader {
  readonly #fonts = new Map<number, number>()
  readonly #headings = new Map<number, number>()
  #font = 0
  #style = { number: 0, name: '', outline: undefined as number | undefined }

  charsetOf(font: number): number | undefined {
    return this.#fonts.get(font)
  }

  headingOf(style: number): number | undefined {
    return this.#headings.get(style)
  }

  /** Takes a control word of the table of fonts. */
  fontWord(word: string, value: number | undefined): void {
    if (word === 'f') this.#font = value ?? 0
    else if (word === 'fcharset' && value !== undefined) this.#fonts.set(this.#font, value)
  }

  /** Takes a control word of the table of styles. */
  styleWord(word: string, value: number | undefined): void {
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
