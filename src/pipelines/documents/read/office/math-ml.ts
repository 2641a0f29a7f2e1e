import type { XmlHandler } from '../zip/xml.ts'
import { bracketed, lowered, raised, rootSign } from './formula.ts'

type MathPart = { readonly name: string; text: string; readonly inner: string[] }

type WriteMath = (inner: readonly string[]) => string

/** The deepest part that is written as a part. Deeper ones are only their text. */
const MAX_DEPTH = 50

const WRITTEN: ReadonlyMap<string, WriteMath> = new Map<string, WriteMath>([
  ['mfrac', ([above = '', below = '']) => `${bracketed(above)}/${bracketed(below)}`],
  ['msup', ([base = '', exponent = '']) => raised(base, exponent)],
  ['msub', ([base = '', index = '']) => lowered(base, index)],
  ['msubsup', ([base = '', index = '', up = '']) => raised(lowered(base, index), up)],
  ['munderover', ([base = '', from = '', to = '']) => `${raised(base + bracketed(from), to)} `],
  ['munder', ([base = '', below = '']) => `${base} ${below} `],
  ['mover', ([base = '']) => base],
  ['msqrt', (inner) => `√${bracketed(row(inner))}`],
  ['mroot', ([base = '', degree = '']) => rootSign(degree) + bracketed(base)],
  ['mfenced', (inner) => `(${inner.join(',')})`],
  ['semantics', ([first = '']) => first],
  ['mtable', (inner) => inner.join('; ')],
  ['mtr', (inner) => inner.join(' ')],
])

/** Elements to skip: a formula in the language of another program. */
const PASSED_OVER = new Set(['annotation', 'annotation-xml'])

/** Operators that nobody sees: a product, or a function before its argument. */
const UNSEEN = /[\u2061-\u2064]/g

/** Writes a formula of MathML on one line, with the signs that a formula draws. */
export class MathText implements XmlHandler {
  readonly #open: MathPart[] = [{ name: '', text: '', inner: [] }]
  /** The parts beyond MAX_DEPTH that are open. */
  #beyond = 0
  #passed = 0

  open(name: string): void {
    if (this.#passed > 0 || PASSED_OVER.has(name)) this.#passed++
    else if (this.#open.length > MAX_DEPTH) this.#beyond++
    else this.#open.push({ name, text: '', inner: [] })
  }

  text(text: string): void {
    const part = this.#open.at(-1)
    if (this.#passed > 0 || !part) return
    const words = text.replaceAll(UNSEEN, '')
    part.text += part.name === 'mtext' ? words : words.trim()
  }

  /** Ends the last part with a name. A page may leave the ends of inner parts out. */
  close(name: string): void {
    if (this.#passed > 0) this.#passed--
    else if (this.#beyond > 0) this.#beyond--
    else {
      const at = this.#open.findLastIndex((part) => part.name === name)
      const count = at > 0 ? this.#open.length - at : 0
      for (let ended = 0; ended < count; ended++) this.#end()
    }
  }

  /** The formula on one line. */
  end(): string {
    while (this.#open.length > 1) this.#end()
    return row(this.#open[0]?.inner ?? [])
  }

  #end(): void {
    const part = this.#open.pop()
    if (!part) return
    const { name, text, inner } = part
    const shown = inner.length === 0 ? text : text + (WRITTEN.get(name) ?? row)(inner)
    if (shown !== '') this.#open.at(-1)?.inner.push(shown)
  }
}

/** Writes parts beside one another. The name of a function stands apart from what follows. */
function row(inner: readonly string[]): string {
  let shown = ''
  let last = ''
  for (const text of inner) {
    const isApart = /^\p{L}{2,20}$/u.test(last) && /^[\p{L}\d]/u.test(text)
    shown += isApart ? ` ${text}` : text
    last = text
  }
  return shown
}
