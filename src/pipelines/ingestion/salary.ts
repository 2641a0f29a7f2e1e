import type { Salary } from '../../protocol/posting.ts'
import { toLabel } from './label.ts'

type Period = NonNullable<Salary['period']>

/** A salary as a source gives it. Amounts may be missing; currency and period are the source's words. */
export type SourceSalary = {
  readonly min?: number | null | undefined
  readonly max?: number | null | undefined
  readonly currency?: string | null | undefined
  readonly period?: string | null | undefined
  readonly text?: string | null | undefined
}

/** Returns null if the source gives neither an amount nor a text. */
export function toSalary(source: SourceSalary): Salary | null {
  const min = amount(source.min)
  const max = amount(source.max)
  const text = toLabel(source.text)
  if (min === null && max === null && text === '') return null
  return {
    min,
    max,
    currency: toCurrency(source.currency),
    period: toPeriod(source.period),
    text: text === '' ? null : text,
  }
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
  const lowest = like.map(({ min }) => amount(min)).filter((min) => min !== null)
  const highest = like.map(({ max }) => amount(max)).filter((max) => max !== null)
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

/** Reads a zero as missing: nobody offers a salary of zero, so the field was left empty. */
function amount(value: number | null | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : null
}

function toCurrency(text: string | null | undefined): string | null {
  const code = (text ?? '').trim().toUpperCase()
  return /^[A-Z]{3}$/.test(code) ? code : null
}

const PERIODS: readonly (readonly [RegExp, Period])[] = [
  [/^hour(?:ly)?\b/, 'hour'],
  [/^(?:day|daily)\b/, 'day'],
  [/^week(?:ly)?\b/, 'week'],
  [/^month(?:ly)?\b/, 'month'],
  [/^(?:year(?:ly)?|annum|annual(?:ly)?)\b/, 'year'],
]

/** Reads the period from words such as `1 YEAR`, `per-hour-wage` or `MONTH`. Null for others, such as every two weeks. */
export function toPeriod(text: string | null | undefined): Period | null {
  const rest = (text ?? '')
    .trim()
    .toLowerCase()
    .replace(/^(?:1|per|an?)[\s_-]+/, '')
  return PERIODS.find(([pattern]) => pattern.test(rest))?.[1] ?? null
}
