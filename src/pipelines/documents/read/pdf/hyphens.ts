import type { PdfLine } from './lines.ts'

/** The first part of a word that is divided at a line's end, and the rest on the next line. */
const DIVIDED = /(?<![\p{L}\p{M}])[\p{L}\p{M}]{2,40}(?=[-\u00ad\u2010]$)/u
const REST = /^[\p{L}\p{N}][\p{L}\p{M}]{0,40}/u
/** A letter or a figure before a hyphen that a person wrote, perhaps: nobody writes a soft hyphen. */
const WRITTEN = /[\p{L}\p{N}](?=[-\u2010]$)/u
/** A hyphen before such a word replaces a part of a word ("pre- and post-closing", "Vor- und Nachteile"). */
const GOES_ON = /^(?:und|oder|bzw|sowie|bis|and|or|to|et|ou|y|o|e|en|of)$/i
const WORD = /[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu

/** Joins words that were divided at a line's end, also at the end of a page. */
export function joinDivided(
  pages: readonly (readonly PdfLine[])[],
): readonly (readonly PdfLine[])[] {
  if (!pages.some((lines) => lines.some(isDivided))) return pages
  const words = wordsOf(pages)
  const copies = pages.map((lines) => lines.map((line) => ({ ...line })))
  for (const [at, lines] of copies.entries()) {
    for (const [n, line] of lines.entries()) join(line, lines[n + 1] ?? copies[at + 1]?.[0], words)
  }
  return copies.map((lines) => lines.filter(({ text }) => text !== ''))
}

function isDivided({ text }: PdfLine): boolean {
  return DIVIDED.test(text) || WRITTEN.test(text)
}

type OpenLine = { -readonly [Key in keyof PdfLine]: PdfLine[Key] }

/** Moves the rest of a divided word, which begins the next line, to the line on which the word begins. */
function join(line: OpenLine, next: OpenLine | undefined, words: ReadonlySet<string>): void {
  const rest = REST.exec(next?.text ?? '')?.[0]
  const hyphen =
    next && rest !== undefined ? hyphenBetween(line, { ...next, rest }, words) : undefined
  if (!next || rest === undefined || hyphen === undefined) return
  // Moves a comma or bracket after the word as well.
  const moved = /^\S*/.exec(next.text)?.[0] ?? rest
  line.text = line.text.slice(0, -1) + hyphen + moved
  next.text = next.text.slice(moved.length).trimStart()
}

/** Returns what stands between both parts of a word. Undefined: they are no parts of a word. */
function hyphenBetween(
  line: PdfLine,
  next: PdfLine & { readonly rest: string },
  words: ReadonlySet<string>,
): '' | '-' | undefined {
  const { rest } = next
  if (GOES_ON.test(rest)) return undefined
  const begin = DIVIDED.exec(line.text)?.[0]
  const isSyllable = /^\p{Ll}/u.test(rest) || (isCapitals(line.text) && isCapitals(rest))
  if (begin !== undefined && isSyllable && !isAddress(line.text))
    return hyphenOf(line.text, [begin, rest], words)
  const isOneText = !next.apart && Math.abs(next.size - line.size) < line.size / 10
  return isOneText && WRITTEN.test(line.text) ? '-' : undefined
}

/** Whether a text has capital letters only, more than an abbreviation has. */
function isCapitals(text: string): boolean {
  return !/\p{Ll}/u.test(text) && /\p{Lu}{3}/u.test(text)
}

/** Whether a line ends with a part of an address of the Web or of mail. */
function isAddress(text: string): boolean {
  return /:\/\/|^www\.|@/i.test(text.slice(text.lastIndexOf(' ') + 1))
}

/** Decides whether the hyphen belongs to the word, by how the document writes the word elsewhere. */
function hyphenOf(
  line: string,
  [begin, rest]: readonly [string, string],
  words: ReadonlySet<string>,
): '' | '-' {
  if (!line.endsWith('-')) return ''
  const [first, last] = [begin.toLowerCase(), rest.toLowerCase()]
  if (words.has(first + last)) return ''
  return words.has(`${first}-${last}`) || (words.has(first) && words.has(last)) ? '-' : ''
}

/** Returns all words that are whole within a line. */
function wordsOf(pages: readonly (readonly PdfLine[])[]): ReadonlySet<string> {
  const words = new Set<string>()
  let divided = false
  for (const { text } of pages.flat()) {
    const whole = withoutDivided(divided ? text.replace(/^\S+/, '') : text)
    for (const [word] of whole.matchAll(WORD)) words.add(word.toLowerCase())
    divided = DIVIDED.test(text)
  }
  return words
}

/** Removes a divided word at the end. Uses a loop, as a pattern that is anchored only at the end takes quadratic time. */
function withoutDivided(text: string): string {
  if (!/[-\u00ad\u2010]$/.test(text)) return text
  let end = text.length
  while (end > 0 && !/\s/.test(text.charAt(end - 1))) end -= 1
  return text.slice(0, end)
}
