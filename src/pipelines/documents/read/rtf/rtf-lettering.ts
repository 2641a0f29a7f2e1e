/** The property of a shape that has the words of a lettering (WordArt). */
const WORDS = 'gtextUNICODE'

/** Collects the words of letterings: a shape has them as the value of a property. */
export class RtfLettering {
  #name = ''
  #words = ''

  begin(): void {
    this.#name = ''
    this.#words = ''
  }

  name(text: string): void {
    this.#name += text
  }

  value(text: string): void {
    if (this.#name.trim() === WORDS) this.#words += text
  }

  /** Returns the words of the property that ended last, once. */
  take(): string {
    const words = this.#words.trim()
    this.begin()
    return words
  }
}
