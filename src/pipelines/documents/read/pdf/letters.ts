import { raisedDigits } from '../../text/raised-digits.ts'
import { closeLetters } from '../../text/spaced-letters.ts'

/** A run of letters from pdf.js. The last two numbers of `transform` are the position on the page. */
export type PdfItem = {
  readonly str: string
  readonly dir?: string
  readonly height: number
  readonly width?: number
  readonly transform: readonly number[]
  readonly hasEOL: boolean
}

/** A line, or its part in one column, with its place. `parts` are the texts between wide gaps. */
export type Placed = {
  readonly text: string
  readonly size: number
  readonly x: number
  readonly y: number
  readonly end: number
  /** Whether its letters stand askew, as those of a watermark. */
  readonly askew: boolean
  readonly parts: readonly Placed[]
}

const xOf = ({ transform }: PdfItem) => transform[4] ?? 0
const yOf = ({ transform }: PdfItem) => transform[5] ?? 0
const endOf = (item: PdfItem) => xOf(item) + (item.width ?? 0)

/** Two drawings of a letter that are nearer than this share of its height are one: so bold letters are faked. */
const NEAR = 0.15

/** Removes the second drawing of words that were drawn twice at one place. Keeps the ends of lines. */
export function withoutDoubles(items: readonly PdfItem[]): PdfItem[] {
  const drawn = new Map<string, PdfItem[]>()
  return items.flatMap((item) => {
    const words = item.str.trim()
    if (words === '') return [item]
    const before = drawn.get(words) ?? []
    drawn.set(words, before)
    if (!before.some((other) => isNear(other, item))) {
      before.push(item)
      return [item]
    }
    return item.hasEOL ? [{ ...item, str: '', width: 0 }] : []
  })
}

function isNear(one: PdfItem, other: PdfItem): boolean {
  const most = Math.max(one.height, 4) * NEAR
  return Math.abs(xOf(one) - xOf(other)) <= most && Math.abs(yOf(one) - yOf(other)) <= most
}

/** A gap that is wider than this many letters' heights may be between two columns. */
const WIDE = 1

/** Joins the items of a line. Returns nothing for a line without words. */
export function lineOf(run: readonly PdfItem[]): Placed[] {
  const words = rightToLeft(withInitial(run.filter(({ str }) => str !== '')))
  const whole = placed(words)
  if (!whole) return []
  const parts = divided(words).flatMap((part) => placed(part) ?? [])
  return [{ ...whole, parts }]
}

/** An initial that runs over several lines is this many times as high as the letters behind it. */
const INITIAL = 1.8

/** Joins a large initial with the rest of its word, which stands beside its upper end. */
function withInitial(run: readonly PdfItem[]): readonly PdfItem[] {
  const [first, gap, ...rest] = run
  const next = gap?.str.trim() === '' ? rest[0] : gap
  if (!first || !next || !/^\p{Lu}$/u.test(first.str.trim()) || !/^\p{Ll}/u.test(next.str))
    return run
  if (first.height < next.height * INITIAL || yOf(next) <= yOf(first)) return run
  const behind = gap === next ? [next, ...rest] : rest
  return [{ ...first, str: first.str.trim(), width: xOf(next) - xOf(first) }, ...behind]
}

function placed(run: readonly PdfItem[]): Placed | undefined {
  const text = closeLetters(joined(withWordGaps(run)))
  const seen = run.filter(({ str }) => str.trim() !== '')
  const [first] = seen
  if (!first) return undefined
  const longest = seen.reduce(
    (most, item) => (item.str.length > most.str.length ? item : most),
    first,
  )
  const size = Math.round(longest.height * 2) / 2
  const x = Math.min(...seen.map(xOf))
  const end = Math.max(...seen.map(endOf))
  return { text, size, x, y: yOf(longest), end, askew: isAskew(longest), parts: [] }
}

/** A line rises by this share of its length if it is askew. */
const SLANT = 0.1

function isAskew({ transform: [a = 0, b = 0] }: PdfItem): boolean {
  return Math.abs(b) > Math.abs(a) * SLANT
}

const ONE_LETTER = /^\S(?: \S)*$/
/** A gap this many times as wide as the usual one is between words. */
const WORD_GAP = 1.6

/** Widens the gaps between words in a line of letters that are spaced out: pdf.js writes each gap as one space. */
function withWordGaps(run: readonly PdfItem[]): readonly PdfItem[] {
  const seen = run.filter(({ str }) => str.trim() !== '')
  if (!seen.every(({ str }) => ONE_LETTER.test(str.trim()))) return run
  // With large spaces, pdf.js writes each letter by itself.
  const isApart = seen.every(({ str }) => str.trim().length === 1)
  const gaps = run.filter(({ str }) => str !== '' && str.trim() === '')
  const usual = gaps.map(({ width = 0 }) => width).toSorted((a, b) => a - b)[gaps.length >> 1] ?? 0
  return run.map((item) => {
    const isGap = gaps.includes(item) && (!isApart || (item.width ?? 0) > usual * WORD_GAP)
    return isGap ? { ...item, str: '  ' } : item
  })
}

/** Divides a line at its wide gaps. */
function divided(run: readonly PdfItem[]): PdfItem[][] {
  const parts: PdfItem[][] = [[]]
  let before: PdfItem | undefined
  for (const item of run) {
    if (item.str.trim() === '') {
      parts.at(-1)?.push(item)
      continue
    }
    const gap = before ? Math.max(xOf(item) - endOf(before), xOf(before) - endOf(item)) : 0
    if (gap > Math.max(item.height, 4) * WIDE) parts.push([])
    parts.at(-1)?.push(item)
    before = item
  }
  return parts
}

/** Two words are this share of a letter's height apart. */
const SPACE = 0.15

/** Joins words with a space where there is a gap between them, and takes letters once that overlap. */
function joined(run: readonly PdfItem[]): string {
  let text = ''
  let before: PdfItem | undefined
  let end = 0
  for (const item of run) {
    const { str } = item
    if (before && str.trim() !== '') {
      const size = Math.max(before.height, item.height, 4)
      const own = xOf(item) < end - size * 0.2 ? withoutRepeated(text, item, end) : str
      text += needsSpace(before, item, text) ? ` ${own}` : (raised(before, item, text) ?? own)
    } else text += str
    if (str.trim() === '') continue
    end = before && xOf(item) >= xOf(before) ? Math.max(end, endOf(item)) : endOf(item)
    before = item
  }
  return text
}

/** Removes from an item the letters that the text before it ends with at the same place. */
function withoutRepeated(text: string, item: PdfItem, end: number): string {
  const { str, width = 0 } = item
  for (let letters = Math.min(str.length, text.length); letters > 0; letters--) {
    const covered = xOf(item) + (width * letters) / str.length
    if (text.endsWith(str.slice(0, letters)) && covered <= end + item.height * 0.35)
      return str.slice(letters)
  }
  return str
}

/** Whether there is a gap before an item that nothing in the text shows. The item may stand left of the one before. */
function needsSpace(before: PdfItem, item: PdfItem, text: string): boolean {
  if (/\s$/.test(text) || /^\s/.test(item.str)) return false
  const least = Math.max(Math.min(before.height, item.height), 4) * SPACE
  const leftwards = xOf(before) - endOf(item)
  return leftwards > least || (isRightToLeft(item) && xOf(item) - endOf(before) > least)
}

/** Raised numbers are this much smaller. Browsers print them with five sixths of the letters' height. */
const SMALLER = 0.85

/** A raised number after a word or a sentence is the mark of a note. After a digit, it may be an exponent. */
function raised(before: PdfItem, item: PdfItem, text: string): string | undefined {
  const isSmall = item.height > 0 && item.height <= before.height * SMALLER
  const isHigh = yOf(item) - yOf(before) >= before.height * 0.2
  if (!isSmall || !isHigh || !/^\d{1,3}$/.test(item.str.trim())) return undefined
  const digits = item.str.trim()
  if (/(?:^|[^\p{L}])(?:[cdkm]?m|ft)$/u.test(text))
    return digits === '2' ? '²' : digits === '3' ? '³' : digits
  return /[\p{L}.,;:!?)"”’]$/u.test(text) ? `[${digits}]` : raisedDigits(digits, text)
}

function isRightToLeft({ dir, str }: PdfItem): boolean {
  return dir === 'rtl' || /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]/.test(str)
}

/** Turns a line of a script from right to left around, if its words were drawn from left to right. */
function rightToLeft(run: readonly PdfItem[]): readonly PdfItem[] {
  const seen = run.filter(({ str }) => str.trim() !== '')
  const right = seen.filter(isRightToLeft).length
  if (right < 2 || right * 2 < seen.length) return run
  const rising = seen.every((item, at) => at === 0 || xOf(item) >= xOf(seen[at - 1] ?? item))
  if (!rising) return run
  const turned: PdfItem[] = []
  // Words from left to right within the line keep their order.
  for (const item of run.toReversed()) {
    const at = turned.findLastIndex(isRightToLeft) + 1
    if (item.str.trim() === '' || isRightToLeft(item)) turned.push(item)
    else turned.splice(at, 0, item)
  }
  return turned
}
