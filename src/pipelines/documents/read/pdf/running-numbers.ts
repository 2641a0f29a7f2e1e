/** A line at a page's edge: its words with a mark for each number, and the numbers. */
export type EdgeLine = {
  readonly page: number
  readonly words: string
  readonly numbers: readonly EdgeNumber[]
}

/** `value` is undefined for what counts no pages: a date, a decimal, a year, or letters that are no Roman number. */
type EdgeNumber = { readonly text: string; readonly value: number | undefined }

/** A date, a number with its decimals, or letters of a Roman number that stand alone. */
const NUMBER =
  /\d{1,4}([./-])\s?\d{1,2}\1\s?\d{1,4}|\d+(?:[.,]\d+)*|(?<![\p{L}\p{M}])[ivxlcdm]{1,9}(?![\p{L}\p{M}])/gu

/** Years rise like the numbers of pages where each page is about one. */
const YEARS = { from: 1_900, to: 2_100 }

export function edgeLine(text: string, page: number): EdgeLine {
  const numbers: EdgeNumber[] = []
  const plain = text.toLowerCase().replaceAll('#', '').replaceAll(/\s+/g, ' ').trim()
  const words = plain.replaceAll(NUMBER, (number) => {
    numbers.push({ text: number, value: valueOf(number) })
    return '#'
  })
  return { page, words, numbers }
}

function valueOf(text: string): number | undefined {
  const value = /^\d+$/.test(text) ? Number(text) : romanValue(text)
  return value === undefined || (value >= YEARS.from && value <= YEARS.to) ? undefined : value
}

const ROMAN: Readonly<Record<string, number>> = {
  i: 1,
  v: 5,
  x: 10,
  l: 50,
  c: 100,
  d: 500,
  m: 1_000,
}
const WELL_FORMED = /^m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})$/

function romanValue(text: string): number | undefined {
  if (!WELL_FORMED.test(text)) return undefined
  const values = Array.from(text, (letter) => ROMAN[letter] ?? 0)
  return values.reduce((sum, own, at) => sum + ((values[at + 1] ?? 0) > own ? -own : own), 0)
}

const PAGE_WORDS =
  /(?<!\p{L})(?:pages?|pag|págs?|seiten?|blatt|página|pagina|strona|sida|side|sivu|стр|страница|sheet|folio|of|von|sur|di|de|van|av|af|из|p|s|bl)(?!\p{L})|ページ|[页頁第]/giu

/** Whether a line has no words but those for a page. */
export function onlyCountsPages(words: string): boolean {
  return !/\p{L}|§/u.test(words.replaceAll(PAGE_WORDS, ''))
}

/** Whether a line may be the label of what stands below it: "Section 3", "§ 3", "Witness no. 3". */
export function isLabel(words: string): boolean {
  const [first, second, ...more] = words.match(/\p{L}+|§+/gu) ?? []
  if (first === undefined || more.length > 0 || onlyCountsPages(words)) return false
  return second === undefined || NUMBER_WORD.test(second)
}

const NUMBER_WORD = /^(?:nr|nos?|n|num|nummer|number)$/

/** The least lines that count pages, and the share of them whose number rises by as much as the page does. */
const COUNTING = { lines: 3, share: 0.8 }
/** A file of several documents counts the pages of each. */
const COUNTING_PAGES = { lines: 2, share: 0.5 }

/** Returns the places of the numbers that count the pages, among lines with the same words in the order of their pages. */
export function countersOf(lines: readonly EdgeLine[]): ReadonlySet<number> {
  const [first] = lines
  const counters = new Set<number>()
  if (first === undefined) return counters
  const { lines: least, share } = onlyCountsPages(first.words) ? COUNTING_PAGES : COUNTING
  if (lines.length < least) return counters
  const isFirst = (place: number) =>
    lines.length > least || least > 2 || first.numbers[place]?.value === first.page
  for (const place of first.numbers.keys()) {
    const steps = lines.slice(1).filter((line, at) => isStep(lines[at], line, place)).length
    if (steps > 0 && steps >= (lines.length - 1) * share && isFirst(place)) counters.add(place)
  }
  return counters
}

function isStep(before: EdgeLine | undefined, line: EdgeLine, place: number): boolean {
  const [from, to] = [before?.numbers[place]?.value, line.numbers[place]?.value]
  if (before === undefined || from === undefined || to === undefined) return false
  return line.page > before.page && to - from === line.page - before.page
}

/** Writes a line without the numbers that count pages. All others belong to its text. */
export function withoutCounters(
  { words, numbers }: EdgeLine,
  counters: ReadonlySet<number>,
): string {
  let place = -1
  return words.replaceAll('#', (mark) => {
    place++
    return counters.has(place) ? mark : (numbers[place]?.text ?? mark)
  })
}
