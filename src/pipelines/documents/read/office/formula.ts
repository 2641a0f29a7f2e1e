import { inRaisedDigits } from '../../text/raised-digits.ts'
import type { XmlAttribute } from '../zip/xml.ts'

/** A part of a formula: a fraction, a root, or a part of one of these. */
type FormulaPart = {
  readonly name: string
  text: string
  /** The texts of the inner parts, in their order. */
  readonly inner: { readonly name: string; readonly text: string }[]
  /** The signs that the file gives the part in place of the usual ones. */
  readonly signs: Map<string, string>
}

/** Parts that other parts consist of. Their text is not a text of its own. */
const INNER = new Set(['e', 'num', 'den', 'sub', 'sup', 'deg', 'fName', 'lim', 'mr'])

/** The deepest part that is written as a part. Deeper ones are only their text. */
const MAX_DEPTH = 50

type WriteFormula = (part: FormulaPart) => string

/** Writes the formulas of Office (OMML) on one line, with the signs that a formula draws: one half is 1/2, and not 12. */
export class Formulas {
  readonly #open: FormulaPart[] = []
  /** The parts beyond MAX_DEPTH that are open. */
  #beyond = 0

  /** Whether text at this place is a part of a formula. */
  get isOpen(): boolean {
    return this.#open.length > 0
  }

  open(name: string, attribute: XmlAttribute): void {
    const isPart = name === 'oMath' || (this.isOpen && PARTS.has(name))
    if (isPart && this.#open.length >= MAX_DEPTH) this.#beyond++
    else if (isPart) this.#open.push({ name, text: '', inner: [], signs: new Map() })
    else if (SIGNS.has(name)) this.#open.at(-1)?.signs.set(name, attribute('val') ?? '')
  }

  text(text: string): void {
    const part = this.#open.at(-1)
    if (part) part.text += text
  }

  /** Returns the text of a formula that ends. */
  close(name: string): string {
    if (this.#beyond > 0) {
      if (PARTS.has(name)) this.#beyond--
      return ''
    }
    const part = this.#open.at(-1)
    if (part?.name !== name) return ''
    this.#open.pop()
    const text = part.inner.length === 0 ? part.text : (WRITTEN.get(name) ?? plain)(part)
    const outer = this.#open.at(-1)
    if (!outer) return text
    if (INNER.has(name)) outer.inner.push({ name, text })
    else outer.text += text
    return ''
  }

  /** Returns the text of a formula that a damaged file never ends. */
  endParagraph(): string {
    this.#beyond = 0
    return this.#open.splice(0).reduce((text, part) => text + part.text, '')
  }
}

const SIGNS = new Set(['begChr', 'endChr', 'sepChr', 'chr'])

const WRITTEN: ReadonlyMap<string, WriteFormula> = new Map<string, WriteFormula>([
  ['f', (part) => `${bracketed(first(part, 'num'))}/${bracketed(first(part, 'den'))}`],
  ['rad', (part) => `${rootSign(first(part, 'deg'))}${bracketed(first(part, 'e'))}`],
  ['d', (part) => `${sign(part, 'begChr', '(')}${inBrackets(part)}${sign(part, 'endChr', ')')}`],
  ['sSup', (part) => raised(first(part, 'e'), first(part, 'sup'))],
  ['sSub', (part) => lowered(first(part, 'e'), first(part, 'sub'))],
  ['sSubSup', (part) => raised(lowered(first(part, 'e'), first(part, 'sub')), first(part, 'sup'))],
  ['sPre', (part) => `${first(part, 'sup')}${first(part, 'sub')}${first(part, 'e')}`],
  ['nary', writeNary],
  ['func', (part) => apart(first(part, 'fName'), first(part, 'e'))],
  ['limLow', (part) => apart(first(part, 'e'), first(part, 'lim'))],
  ['limUpp', (part) => apart(first(part, 'e'), first(part, 'lim'))],
  ['acc', (part) => first(part, 'e') + accent(part)],
  ['eqArr', (part) => all(part, 'e').join(' ')],
  ['m', (part) => all(part, 'mr').join('; ')],
  ['mr', (part) => all(part, 'e').join(' ')],
  ...['bar', 'box', 'borderBox', 'groupChr', 'phant'].map(
    (name) => [name, (part) => first(part, 'e')] satisfies [string, WriteFormula],
  ),
])

/** The names of the parts. A formula may hold another one. */
const PARTS = new Set(['oMath', ...INNER, ...WRITTEN.keys()])

function plain(part: FormulaPart): string {
  return part.text
}

function all(part: FormulaPart, name: string): string[] {
  return part.inner.filter((one) => one.name === name).map(({ text }) => text)
}

function first(part: FormulaPart, name: string): string {
  return part.inner.find((one) => one.name === name)?.text ?? ''
}

function sign({ signs }: FormulaPart, name: string, usual: string): string {
  return signs.get(name) ?? usual
}

/** One number, one word or one letter, which may have a sign or a root before it and raised digits behind it. */
const SINGLE = /^[-−+±]?[√∛∜]?(?:\d[\d.,]*|[\p{L}\p{M}]+)[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]*$/u
const IN_BRACKETS = /^\([^()]*\)$/

/** Puts a part that is not single in brackets: (a+b)/(2c) is neither a+b/2c nor (a+b)/2 times c. */
export function bracketed(text: string): string {
  return text === '' || SINGLE.test(text) || IN_BRACKETS.test(text) ? text : `(${text})`
}

function inBrackets(part: FormulaPart): string {
  return all(part, 'e').join(sign(part, 'sepChr', '|'))
}

export function rootSign(degree: string): string {
  if (degree === '3') return '∛'
  return degree === '4' ? '∜' : `${degree}√`
}

export function raised(base: string, exponent: string): string {
  if (exponent === '') return base
  const digits = inRaisedDigits(exponent)
  if (digits !== undefined) return base + digits
  // What follows an exponent of several letters would look like a part of the exponent.
  const isClear = Array.from(exponent).length === 1 || IN_BRACKETS.test(exponent)
  return `${base}^${isClear ? exponent : `(${exponent})`}`
}

/** Writes an index behind a letter, or else with a sign between them: x1, but 12_3 and x_max. */
export function lowered(base: string, index: string): string {
  const isClear = index === '' || (!/\d$/.test(base) && /^(?:\d+|\p{L})$/u.test(index))
  return isClear ? base + index : `${base}_${bracketed(index)}`
}

function writeNary(part: FormulaPart): string {
  const [from, to] = [first(part, 'sub'), first(part, 'sup')]
  const operator = raised(sign(part, 'chr', '∫') + bracketed(from), to)
  return from === '' && to === '' ? operator + first(part, 'e') : `${operator} ${first(part, 'e')}`
}

/** The sign above a letter follows the letter. */
function accent(part: FormulaPart): string {
  const mark = sign(part, 'chr', '\u0302')
  return /^\p{M}$/u.test(mark) && first(part, 'e').length === 1 ? mark : ''
}

/** The name of a function stands apart from its argument, unless that has brackets. */
function apart(name: string, argument: string): string {
  return argument.startsWith('(') ? name + argument : `${name} ${argument}`
}
