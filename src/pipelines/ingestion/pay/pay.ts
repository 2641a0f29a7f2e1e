import { readNumber, type WrittenNumber } from './amount.ts'
import { certainCurrency, currenciesIn } from './currency.ts'
import { type Period, periodsIn } from './period.ts'

/** The facts that a source gives beside a text, and whether the text is the value of a field for amounts. */
export type KnownPay = {
  readonly currencies?: readonly string[] | undefined
  readonly period?: Period | null | undefined
  readonly country?: string | null | undefined
  /** True for a field that holds an amount: the amount then needs no currency beside it. */
  readonly field?: boolean
}

export type Pay = {
  readonly min: number | null
  readonly max: number | null
  readonly currency: string | null
  readonly period: Period | null
}

/** Longer texts tell more than a pay, and none of their numbers is certain. */
const MAX_TEXT = 300

/**
 * Reads one amount or one range of amounts from a text. Returns undefined unless its numbers, their currency and
 * their period can be read in only one way: the caller then keeps the words.
 */
export function readPay(text: string, known: KnownPay): Pay | undefined {
  if (text.length > MAX_TEXT) return undefined
  const pay = payPartOf(text)
  const numbers = numbersIn(pay)
  if (numbers.length === 0 || numbers.length > 2 || VAGUE.test(pay)) return undefined
  const bounds = boundsOf(pay, numbers)
  const period = periodOf(pay, numbers, known)
  const currency = currencyOf(pay, numbers, known)
  if (!bounds || period === undefined || currency === undefined) return undefined
  if (period === 'hour' && !WITHOUT_CENTS.has(currency) && numbers.some(mayBeDecimal)) {
    return undefined
  }
  return { ...bounds, currency, period }
}

/** Currencies in which nobody writes decimals. */
const WITHOUT_CENTS: ReadonlySet<string | null> = new Set(
  'JPY KRW VND IDR CLP PYG ISK HUF COP'.split(' '),
)

/** Whether `12.500` may be 12.5. Only a pay an hour is low enough for that. */
function mayBeDecimal({ written, times }: FoundNumber): boolean {
  return written.doubtful && times === 1
}

const BONUS =
  /\b(?:bonus|bonuses|stipend|equity|stocks?|rsus?|ote|commissions?|provision|prime|relocation|allowance|sign(?:ing)?[- ]on|signing|referral|tuition|reimbursement|budget|revenue|funding|voucher|gutschein|zuschuss|pr(?:ä|ae)mie)\b/i
const SEPARATOR = /[•·|;\n()]|, | \+ ?|\b(?:plus|zzgl|zuz(?:ü|ue)glich|sowie)\b/i
const VAGUE =
  /\b(?:ca|circa|approx|approximately|about|around|etwa|rund|ungef(?:ä|ae)hr|environ|not?|nicht|kein|non)\b|[<>]\s?\d|約|\d\s?x\b|\bx\s?\d/i

/** Leaves out percentages, and the parts of a text that tell of a bonus or of equity. */
function payPartOf(text: string): string {
  const parts = text
    .replaceAll(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .replaceAll(/\b401\s?\(?k\)?/gi, ' ')
    .replaceAll(/\d{1,3}(?:[.,]\d{1,3})?\s?[%％]/g, ' ')
    .split(SEPARATOR)
  return parts.filter((part) => !BONUS.test(part)).join(' ; ')
}

type FoundNumber = {
  readonly written: WrittenNumber
  readonly times: number
  readonly start: number
  /** The end of the digits, and the end of a multiplier such as `k` after them. */
  readonly digits: number
  readonly end: number
}

const DIGITS = /\d+(?:[.,'’]\d+|[ \u00A0\u2009\u202F]\d{3}(?!\d))*/g

/** The numbers in a text. Returns none if one of them cannot be read. */
function numbersIn(text: string): FoundNumber[] {
  const found: FoundNumber[] = []
  for (const { 0: digits, index } of text.matchAll(DIGITS)) {
    const written = readNumber(digits)
    const end = index + digits.length
    const multiplier = multiplierAt(text.slice(end, end + 14), written)
    if (!written || !multiplier || isInWord(text, index)) return []
    const { times, length } = multiplier
    found.push({ written, times, start: index, digits: end, end: end + length })
    if (found.length > 2) break
  }
  return shared(found)
}

/** Whether a number continues a word, such as E13. A currency may stand there: `EUR45`. */
function isInWord(text: string, at: number): boolean {
  const word =
    text
      .slice(Math.max(0, at - 12), at)
      .split(/[^\p{L}\p{M}]/u)
      .at(-1) ?? ''
  if (word === '' || /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}]$/u.test(word))
    return false
  return currenciesIn(word) === undefined
}

const MULTIPLIERS: readonly (readonly [RegExp, number])[] = [
  [/^\s?(?:k|tsd|tausend|thousand|тыс|tys|tis|mille)(?![\p{L}])/iu, 1_000],
  [/^\s?[kt](?=\s?(?:€|eur|usd|gbp|chf|sek|nok|dkk|pln|czk)(?!\p{L}))/iu, 1_000],
  [/^\s?[千천]/, 1_000],
  [/^\s?[万萬만]/, 10_000],
  [/^\s?(?:lakhs?|lacs?|lpa)(?!\p{L})/iu, 100_000],
  [/^\s?(?:million(?:en|s|es)?|millones|mio|mln|млн)(?!\p{L})/iu, 1_000_000],
  [/^\s?(?:crores?|cr)(?!\p{L})/iu, 10_000_000],
]
/** Letters of which nobody knows the number they stand for. */
const UNKNOWN_MULTIPLIER = /^\s?(?:mm?|l|b|bn|mrd|億|억)(?!\p{L})/iu

/** The multiplier at the beginning of a text. Undefined if the text begins with an uncertain one. */
function multiplierAt(
  text: string,
  written: WrittenNumber | undefined,
): { readonly times: number; readonly length: number } | undefined {
  if (UNKNOWN_MULTIPLIER.test(text)) return undefined
  // `30 mil` is 30,000 in Spanish and Portuguese. With decimals it may be a million in English.
  const mil = /^\s?mil(?!\p{L})/iu.exec(text)?.[0]
  if (mil !== undefined) {
    return written?.decimal === undefined ? { times: 1_000, length: mil.length } : undefined
  }
  for (const [pattern, times] of MULTIPLIERS) {
    const word = pattern.exec(text)?.[0]
    if (word !== undefined) return { times, length: word.length }
  }
  return { times: 1, length: 0 }
}

/** In `45-55k` the multiplier is of both numbers. */
function shared(found: FoundNumber[]): FoundNumber[] {
  const [low, high] = found
  if (!low || !high || low.times !== 1 || high.times === 1) return found
  const fits = low.written.value < 1_000 && low.written.value <= high.written.value
  return fits ? [{ ...low, times: high.times }, high] : found
}

function valueOf({ written, times }: FoundNumber): number {
  return Math.round(written.value * times * 1e6) / 1e6
}

type PayBounds = Pick<Pay, 'min' | 'max'>

function boundsOf(text: string, [low, high]: readonly FoundNumber[]): PayBounds | undefined {
  if (!low) return undefined
  if (high) return rangeOf(text, low, high)
  const value = valueOf(low)
  const before = text.slice(0, low.start)
  const after = text.slice(low.end)
  if (before.includes('~')) return undefined
  const least = AT_LEAST.test(before) || MORE.test(after)
  const most = AT_MOST.test(before) || LESS.test(after)
  if (least && most) return undefined
  return { min: most ? null : value, max: least ? null : value }
}

const AT_LEAST =
  /(?:\b(?:from|starting|starts|ab|min|minimum|mindestens|at least|over|partir|desde|vanaf|fra|fr(?:å|a)n|od|more than|d(?:è|e)s)\b|[>≥])/i
const AT_MOST =
  /(?:\b(?:up to|bis|max|maximum|maximal|under|below|jusqu|hasta|at(?:é|e)|fino|tot|upp till|op til|less than|do)\b|[<≤～〜])/i
const MORE =
  /^[€$£]?\+|\b(?:and up|or more|or above|and above|upwards|o m(?:á|a)s|et plus)\b|以上|起|[～〜]/i
const LESS = /以下|まで|以内|\b(?:or less|max|maximum)\b/i

function rangeOf(text: string, low: FoundNumber, high: FoundNumber): PayBounds | undefined {
  const between = text.slice(low.end, high.start)
  if (areMixed([low.written, high.written]) || !isRangeMark(between, text.slice(0, low.start)))
    return undefined
  const [one, other] = [valueOf(low), valueOf(high)]
  // `45k - 55` may mean 55,000.
  if (low.times > 1 && high.times === 1 && other < one) return undefined
  return { min: Math.min(one, other), max: Math.max(one, other) }
}

/** Whether one of the numbers groups its digits by a mark that another one does not, or that stands before decimals. */
function areMixed(numbers: readonly WrittenNumber[]): boolean {
  const groups = new Set(numbers.flatMap(({ group }) => group ?? []))
  return groups.size > 1 || numbers.some(({ decimal }) => decimal && groups.has(decimal))
}

const DASH = /[-‐‑‒–—―−~～〜→…]|\.\.\./
const TO = /\b(?:to|bis|till|til|tot|hasta|until|through|a|al|do|az|e)\b|à|až|até|から/i
const AND = /\b(?:and|und|et|y|e|en|och|og|i|a)\b/i
const BETWEEN =
  /\b(?:between|zwischen|entre|tra|fra|tussen|mellan|mellem|mellom|mi(?:ę|e)dzy|von|from|de|da|od|fr(?:å|a)n)\b/i

/** Whether the text between two amounts makes them a range: a dash or a word for `to`, beside currency and period. */
function isRangeMark(between: string, before: string): boolean {
  if (/;/.test(between) || between.length > 40) return false
  return DASH.test(between) || TO.test(between) || (AND.test(between) && BETWEEN.test(before))
}

/** Null if the text and the source name no period. Undefined if the period is uncertain. */
function periodOf(
  text: string,
  numbers: readonly FoundNumber[],
  known: KnownPay,
): Period | null | undefined {
  const end = numbers.at(-1)?.end ?? 0
  const all = new Set(periodsIn(text))
  const given = known.period ?? null
  if (all.size > 1) {
    // The period directly after the amount is the amount's: `Day shift: €20/hour`.
    const [next] = periodsIn(text.slice(end, end + 25))
    return next === undefined ? undefined : single([next], given)
  }
  return single([...all], given)
}

function single(
  found: readonly (Period | 'other')[],
  given: Period | null,
): Period | null | undefined {
  const [period] = found
  if (period === undefined) return given
  if (period === 'other' || (given !== null && given !== period)) return undefined
  return period
}

/** Null if the field names no currency, or one of several countries. Undefined if nothing shows that the number is money. */
function currencyOf(
  text: string,
  numbers: readonly FoundNumber[],
  known: KnownPay,
): string | null | undefined {
  const { currencies: given, country, field = false } = known
  const named = currenciesIn(text)
  const possible = named && given ? named.filter((code) => given.includes(code)) : (named ?? given)
  if (possible?.length === 0) return undefined
  const priced = numbers.some((number) => hasCurrency(text, number))
  if (!priced && numbers.some(({ end }) => COUNTED.test(text.slice(end, end + 20))))
    return undefined
  if (!priced && !field && !given) return undefined
  return certainCurrency(possible, country)
}

/** A number of hours, years and the like is no amount. */
const COUNTED =
  /^\s?-?(?:h|hrs?|hours?|std|stunden|years?|jahren?|ans|a(?:ñ|n)os|anni|days?|tagen?|jours|weeks?|wochen?|months?|monaten?|mois|meses|people|employees|mitarbeiter)\b/i

/** Whether a currency stands directly before or after a number. */
function hasCurrency(text: string, { start, digits, end }: FoundNumber): boolean {
  const before = text.slice(Math.max(0, start - 12), start).split(/[\s.:]/)
  const last = before.findLast((piece) => piece !== '')
  const after = text.slice(end, end + 12).split(/[\s.,:;/()+\u00A0-]/)
  const next = after.find((piece) => piece !== '')
  const attached = text.slice(digits, digits + 6)
  return [last, next, attached].some((piece) => currenciesIn(piece ?? '') !== undefined)
}
