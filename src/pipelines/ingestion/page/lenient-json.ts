import { decodeHTML } from 'entities/decode'

/**
 * Parses JSON with the faults that pages have: comments, CDATA sections and semicolons, missing and extra commas,
 * several values in one block, names without quotes, single and typographic quotes, quotes and control characters within strings, unknown
 * escapes, and quotes written as entities of HTML. Returns undefined for other invalid JSON, and so for a block that
 * was cut off (valid JSON never parses to undefined). Takes linear time (docs/decisions/0017).
 */
export function parseLenient(text: string): unknown {
  const valid = parse(text)
  return valid === undefined ? new Reader(unescaped(text)).values() : valid
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const ENTITY = /^[\s[{]*&(?:amp;)*(?:quot|ldquo|#34|#x22|#8220);/i
/** A block is seldom escaped more often. */
const MAX_ESCAPES = 3

function unescaped(text: string): string {
  let plain = text
  for (let times = 0; times < MAX_ESCAPES && ENTITY.test(plain); times++) plain = decodeHTML(plain)
  return plain
}

const MAX_DEPTH = 64
/** How far a quote looks ahead to tell whether it ends its string. */
const AHEAD = 300

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '”': '”' }
const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
}
const WORDS: Readonly<Record<string, unknown>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  null: null,
  None: null,
  undefined: null,
  NaN: null,
}

/** A fault that this reader cannot see past. */
class Unreadable extends Error {}

class Reader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Reads one object or list, or several one after another. */
  values(): unknown {
    const values: unknown[] = []
    try {
      this.#skip()
      if (!/[{[]/.test(this.#char())) this.#at = Math.max(0, this.#text.search(START))
      for (; this.#at < this.#text.length; this.#skip()) {
        if (!/[{[]/.test(this.#char())) break
        values.push(this.#value(0, 'list'))
        this.#skipCommas()
      }
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
    }
    return values.length > 1 ? values : values[0]
  }

  #char(): string {
    return this.#text.charAt(this.#at)
  }

  #value(depth: number, within: 'object' | 'list'): unknown {
    if (depth > MAX_DEPTH) throw new Unreadable()
    const char = this.#char()
    if (char === '{') return this.#object(depth)
    if (char === '[') return this.#list(depth)
    if (char in CLOSING) return this.#string(within)
    return this.#number(within) ?? this.#word()
  }

  #object(depth: number): Record<string, unknown> {
    const entries: [string, unknown][] = []
    this.#at++
    for (this.#skipCommas(); this.#char() !== '}'; this.#skipCommas()) {
      const key = this.#key()
      this.#skip()
      if (this.#char() !== ':') throw new Unreadable()
      this.#at++
      this.#skip()
      entries.push([key, this.#value(depth + 1, 'object')])
    }
    this.#at++
    return Object.fromEntries(entries)
  }

  /** Reads a name, which scripts write without quotes. */
  #key(): string {
    if (this.#char() in CLOSING) return this.#string('key')
    NAME.lastIndex = this.#at
    const name = NAME.exec(this.#text)?.[0]
    if (name === undefined) throw new Unreadable()
    this.#at += name.length
    return name
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = []
    this.#at++
    for (this.#skipCommas(); this.#char() !== ']'; this.#skipCommas()) {
      list.push(this.#value(depth + 1, 'list'))
    }
    this.#at++
    return list
  }

  /** Reads a number, or keeps `45,000` as a text. In a list a comma stands between two numbers. */
  #number(within: 'object' | 'list'): number | string | undefined {
    const pattern = within === 'object' ? OBJECT_NUMBER : LIST_NUMBER
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)?.[0]
    if (found === undefined) return undefined
    this.#at += found.length
    const value = parse(found)
    return typeof value === 'number' ? value : found
  }

  #word(): unknown {
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0] ?? ''
    if (!Object.hasOwn(WORDS, word)) throw new Unreadable()
    this.#at += word.length
    return WORDS[word]
  }

  #string(within: 'key' | 'object' | 'list'): string {
    const closing = CLOSING[this.#char()] ?? '"'
    const parts: string[] = []
    let from = ++this.#at
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#char()
      if (char === '\\') {
        parts.push(this.#text.slice(from, this.#at), this.#escape())
        from = this.#at + 1
      } else if (char === closing && this.#ends(this.#at + 1, within)) {
        parts.push(this.#text.slice(from, this.#at++))
        return parts.join('')
      }
    }
    throw new Unreadable()
  }

  /** Reads the sign behind a backslash. A backslash before any other sign than JSON's means that sign. */
  #escape(): string {
    const char = this.#text.charAt(++this.#at)
    const hex = char === 'u' ? this.#text.slice(this.#at + 1, this.#at + 5) : ''
    if (!/^[0-9a-f]{4}$/i.test(hex)) return ESCAPES[char] ?? char
    this.#at += 4
    return String.fromCharCode(Number.parseInt(hex, 16))
  }

  /** Whether a quote before this place ends its string: what follows continues the JSON. */
  #ends(from: number, within: 'key' | 'object' | 'list'): boolean {
    const rest = this.#text.slice(from, from + AHEAD).replace(GAP, '')
    if (within === 'key') return rest.startsWith(':')
    if (rest === '') return from + AHEAD >= this.#text.length
    if (/^[}\]]/.test(rest)) return /^[}\]][\s}\]]*(?:$|[,;<>\-/{[])/.test(rest)
    const next = rest.replace(/^[,\s]+/, '').replace(GAP, '')
    if (within === 'object')
      return NEXT_KEY.test(next) || (rest.startsWith(',') && BARE_KEY.test(next))
    return rest.startsWith(',') && /^["'“{[\]\d\-tfn]/.test(next)
  }

  #skip(): void {
    for (;;) {
      SPACE.lastIndex = this.#at
      this.#at += SPACE.exec(this.#text)?.[0].length ?? 0
      const end = COMMENTS.find(([start]) => this.#text.startsWith(start, this.#at))?.[1]
      if (end === undefined) return
      const at = this.#text.indexOf(end, this.#at + 2)
      this.#at = at === -1 ? this.#text.length : at + end.length
    }
  }

  #skipCommas(): void {
    for (this.#skip(); this.#char() === ','; this.#skip()) this.#at++
  }
}

const NAME = /[A-Za-z_$@][\w$@-]{0,60}/y
/** What comes after a string of an object: its end, or another name. */
const NEXT_KEY = /^(?:}|(["'“”])[^"'“”]{1,100}["'”][\s]{0,20}:)/
const BARE_KEY = /^[A-Za-z_$@][\w$]{0,40}\s{0,9}:\s{0,9}["'{[\d]/
const LIST_NUMBER = /-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/iy
const OBJECT_NUMBER = /-?\d+(?:[.,]\d+)*(?:e[+-]?\d+)?/iy
const WORD = /[A-Za-z]{1,10}/y
const SPACE = /(?:[\s\uFEFF;]|<!--|-->|<!\[CDATA\[|\]\]>)*/y
const COMMENTS = [
  ['//', '\n'],
  ['/*', '*/'],
] as const
/** The beginning of a value behind a script's words. */
const START = /[{[](?=["'“{[])/
/** Spaces and whole comments before the next sign. */
const GAP = /^(?:\s|\/\/[^\n]*\n|\/\*[^*]*\*\/)+/
