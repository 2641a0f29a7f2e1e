import type { Salary } from '../../protocol/posting.ts'
import { toLabel } from './label.ts'
import { certainCurrency, givenCurrencies } from './pay/currency.ts'
import { type KnownPay, readPay } from './pay/pay.ts'
import { type Period, toPeriod } from './pay/period.ts'

type Amount = number | string | null | undefined

/** A salary as a source gives it. Amounts may be missing or be texts; currency and period are the source's words. */
export type SourceSalary = {
  readonly min?: Amount
  readonly max?: Amount
  readonly currency?: string | null | undefined
  readonly period?: string | null | undefined
  readonly text?: string | null | undefined
  /** The posting's country. It tells whose dollar a `$` is. */
  readonly country?: string | null | undefined
}

type SalaryBounds = Pick<Salary, 'min' | 'max'>

/**
 * Reads a salary. Numbers are given only if they are certain; if not, the salary keeps the source's words. Returns
 * null if the source gives neither an amount nor a text.
 */
export function toSalary(source: SourceSalary): Salary | null {
  const text = toLabel(source.text)
  const known = knownOf(source)
  const amounts = [source.min, source.max].some(isGiven)
  if (!amounts && text === '') return null
  const read = amounts
    ? readAmounts(source, known)
    : readPay((source.text ?? '').trim(), { ...known, field: false })
  if (!read || !isPlausible(read)) return { ...wordsAlone(known), text: text || wordsOf(source) }
  const words = text === '' && misses(source, known) ? wordsOf(source) : text
  return { ...read, text: words === '' ? null : words }
}

/** A salary without numbers. Its currency and period are those of the source's fields. */
function wordsAlone({ currencies, country, period }: KnownSalary): Omit<Salary, 'text'> {
  return { min: null, max: null, currency: certainCurrency(currencies, country), period }
}

type KnownSalary = KnownPay & { readonly period: Period | null }

function knownOf({
  currency,
  period,
  country,
}: SourceSalary): KnownPay & { period: Period | null } {
  const currencies = givenCurrencies(currency)
  return { currencies, period: toPeriod(period), country, field: true }
}

/** Whether the source names a currency or a period that this reader does not know, such as every two weeks. */
function misses({ currency, period, country }: SourceSalary, known: KnownSalary): boolean {
  const unknown = certainCurrency(known.currencies, country) === null
  return (unknown && isSaid(currency)) || (!known.period && isSaid(period))
}

function isSaid(field: string | null | undefined): boolean {
  return !/^(?:none|n\/a|null|undefined|-)?$/i.test((field ?? '').trim())
}

/** Reads a zero as missing: nobody offers a salary of zero, so the field was left empty. */
function isGiven(amount: Amount): amount is number | string {
  if (typeof amount === 'string') return !/^(?:[\s0.,]*$|\s?[-−])/.test(amount)
  return typeof amount === 'number' && Number.isFinite(amount) && amount > 0
}

/** Reads both amounts as one text if one of them is a text: their marks then explain each other. */
function readAmounts({ min, max, ...source }: SourceSalary, known: KnownSalary) {
  const least = isGiven(min) ? min : null
  const most = isGiven(max) ? max : null
  if (typeof least !== 'string' && typeof most !== 'string') {
    const currency = certainCurrency(known.currencies, source.country)
    return { ...inOrder(least, most), currency, period: known.period }
  }
  const whole = [...new Set([least, most].filter((amount) => amount !== null).map(written))]
  const read = readPay(whole.join(' – '), known)
  if (!read || whole.length > 1) return read
  const both = least !== null && most !== null
  return { ...read, ...(both || isRange(read) ? {} : openEnd(read, least !== null)) }
}

function isRange({ min, max }: SalaryBounds): boolean {
  return min !== max && min !== null && max !== null
}

/** A field for the lowest amount says nothing of the highest one. */
function openEnd({ min, max }: SalaryBounds, least: boolean): SalaryBounds {
  return least ? { min: min ?? max, max: null } : { min: null, max: max ?? min }
}

function inOrder(min: number | null, max: number | null): SalaryBounds {
  return min !== null && max !== null && min > max ? { min: max, max: min } : { min, max }
}

/** Writes a number with at most two decimals, as three would look like a group. */
function written(amount: number | string): string {
  if (typeof amount === 'string') return amount.trim()
  return Number.isInteger(amount) ? String(amount) : amount.toFixed(2)
}

/** The most that the upper end of a range may be of the lower one. `$1 – $250,000` says nothing. */
const MAX_SPREAD = 50
/** Nobody is paid less a year, in any currency: such a number is a part of one, or of thousands. */
const MIN_YEARLY = 500

function isPlausible({ min, max, period }: SalaryBounds & Pick<Salary, 'period'>): boolean {
  const amounts = [min, max].filter((amount) => amount !== null)
  if (amounts.length === 0 || amounts.some((amount) => amount <= 0)) return false
  if (Math.max(...amounts) > Math.min(...amounts) * MAX_SPREAD) return false
  return period !== 'year' || Math.min(...amounts) >= MIN_YEARLY
}

/** Joins the fields of a salary that cannot be read, as the source wrote them. */
function wordsOf({ min, max, currency, period }: SourceSalary): string {
  const amounts = [...new Set([min, max].filter(isGiven).map(String))].join(' – ')
  return toLabel([amounts, currency, period].filter((part) => part).join(' '))
}

/**
 * Joins ranges (one for each region or level) to the range from the lowest to the highest amount. Ignores ranges
 * that differ from the first in currency or period: they cannot be compared with it.
 */
export function spanOf(ranges: readonly SourceSalary[]): SourceSalary | undefined {
  const [first] = ranges
  const like = ranges.filter(
    ({ currency, period }) => currency === first?.currency && period === first?.period,
  )
  if (like.length === 0) return undefined
  const lowest = like.map(({ min }) => amountOf(min)).filter((min) => min !== null)
  const highest = like.map(({ max }) => amountOf(max)).filter((max) => max !== null)
  return {
    ...first,
    min: outermost(lowest, Math.min),
    max: outermost(highest, Math.max),
  }
}

/** Picks from two amounts at a time: a source may give more ranges than a call takes arguments. */
function outermost(
  amounts: readonly number[],
  pick: (one: number, other: number) => number,
): number | null {
  return amounts.reduce<number | null>((so_far, one) => pick(so_far ?? one, one), null)
}

function amountOf(value: Amount): number | null {
  return typeof value === 'number' && isGiven(value) ? value : null
}
