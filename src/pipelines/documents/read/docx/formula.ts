import type { XmlAttribute } from '../zip/xml.ts'

type FormulaBrackets = { begin: string; end: string; begun: boolean }

/** Writes the signs that a formula of Word draws between its parts: without them, one half would be read as 12. */
export class Formulas {
  readonly #brackets: FormulaBrackets[] = []
  #operator: string | undefined

  /** Returns the sign that stands before an element's text. */
  open(name: string, attribute: XmlAttribute): string {
    const value = attribute('val')
    if (name === 'den') return '/'
    if (name === 'rad') return '√'
    if (name === 'd') this.#brackets.push({ begin: '(', end: ')', begun: false })
    else if (name === 'naryPr') this.#operator = '∫'
    else if (name === 'chr' && this.#operator !== undefined) this.#operator = value ?? ''
    else if (name === 'begChr' || name === 'endChr') this.#bracket(name, value ?? '')
    else if (name === 'e') return this.#begin()
    return ''
  }

  /** Returns the sign that stands behind an element's text. */
  close(name: string): string {
    if (name === 'd') return this.#brackets.pop()?.end ?? ''
    if (name !== 'naryPr') return ''
    const operator = this.#operator ?? ''
    this.#operator = undefined
    return operator
  }

  #bracket(name: 'begChr' | 'endChr', sign: string): void {
    const last = this.#brackets.at(-1)
    if (last) last[name === 'begChr' ? 'begin' : 'end'] = sign
  }

  #begin(): string {
    const last = this.#brackets.at(-1)
    if (!last || last.begun) return ''
    last.begun = true
    return last.begin
  }
}
