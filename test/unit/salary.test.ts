import { expect, test } from 'vitest'

import { spanOf, toPeriod, toSalary } from '../../src/pipelines/ingestion/salary.ts'

test('a salary has its amounts, a currency by its code, and a period', () => {
  expect(
    toSalary({ min: 81_000, max: 87_000.5, currency: ' usd ', period: '1 YEAR', text: ' $81K\0 ' }),
  ).toEqual({ min: 81_000, max: 87_000.5, currency: 'USD', period: 'year', text: '$81K' })
})

test('one amount is enough, and so are words alone', () => {
  const none = { min: null, max: null, currency: null, period: null, text: null }
  expect(toSalary({ max: 20 })).toEqual({ ...none, max: 20 })
  expect(toSalary({ text: 'competitive' })).toEqual({ ...none, text: 'competitive' })
})

test.each([
  {},
  { min: null, max: null, currency: 'EUR', period: 'year', text: '  ' },
  { min: 0, max: 0, currency: 'EUR' },
  { min: Number.NaN, max: Number.POSITIVE_INFINITY },
  { min: -5 },
])('without an amount or words there is no salary: %j', (source) => {
  expect(toSalary(source)).toBeNull()
})

test('an invalid code of a currency is left out', () => {
  expect(toSalary({ min: 1, currency: '€' })?.currency).toBeNull()
  expect(toSalary({ min: 1, currency: 'Euro' })?.currency).toBeNull()
})

test('long words are cut between two characters', () => {
  expect(toSalary({ text: `${'x'.repeat(299)}🥐` })?.text).toBe('x'.repeat(299))
})

test.each([
  ['1 YEAR', 'year'],
  ['1 HOUR', 'hour'],
  ['per-year-salary', 'year'],
  ['per-month-salary', 'month'],
  ['per-week-salary', 'week'],
  ['per-day-wage', 'day'],
  ['per-hour-wage', 'hour'],
  ['HOUR', 'hour'],
  ['Annual', 'year'],
  ['a month', 'month'],
  ['daily', 'day'],
  ['2 WEEK', null],
  ['bi-week-salary', null],
  ['semi-month-salary', null],
  ['one-time', null],
  ['NONE', null],
  ['', null],
  [null, null],
  [undefined, null],
])('the period %j is %j', (text, period) => {
  expect(toPeriod(text)).toBe(period)
})

test('several ranges become one that spans them', () => {
  const usd = { currency: 'USD', period: 'year' }
  expect(
    spanOf([
      { ...usd, min: 90, max: 120, text: 'Zone A' },
      { ...usd, min: 80, max: null },
      { ...usd, min: 0, max: 130 },
    ]),
  ).toEqual({ ...usd, min: 80, max: 130, text: 'Zone A' })
})

test('there may be more ranges than the arguments of a call', () => {
  const ranges = Array.from({ length: 300_000 }, (_, n) => ({ min: n + 1, max: n + 2 }))
  expect(spanOf(ranges)).toEqual({ min: 1, max: 300_001 })
})

test('ranges with another currency or period are left out, and no range means no salary', () => {
  const first = { min: 100, max: 120, currency: 'USD', period: 'year' }
  expect(spanOf([first, { ...first, min: 1, currency: 'EUR' }])).toEqual(first)
  expect(spanOf([first, { ...first, min: 1, period: 'hour' }])).toEqual(first)
  expect(spanOf([])).toBeUndefined()
})
