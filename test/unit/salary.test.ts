import { expect, test } from 'vitest'

import { toPeriod } from '../../src/pipelines/ingestion/pay/period.ts'
import { spanOf, toSalary } from '../../src/pipelines/ingestion/salary.ts'

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
  { min: '-5', max: '0' },
  { min: ' ', max: '0,00' },
])('without an amount or words there is no salary: %j', (source) => {
  expect(toSalary(source)).toBeNull()
})

test.each([
  ['€', 'EUR'],
  ['Euro', 'EUR'],
  ['eur', 'EUR'],
  ['US$', 'USD'],
  ['£', 'GBP'],
  ['zł', 'PLN'],
  ['PKR', 'PKR'],
])('the currency %s is %s', (currency, code) => {
  expect(toSalary({ min: 1, currency })).toMatchObject({ currency: code, text: null })
})

test.each(['$', 'kr', 'credits', 'XYZ'])(
  'the currency %s is unknown and stays words',
  (currency) => {
    expect(toSalary({ min: 1, currency })).toMatchObject({ currency: null, text: `1 ${currency}` })
  },
)

test('amounts may be texts, and explain each other', () => {
  const euros = { currency: 'EUR', period: 'YEAR' }
  const read = { currency: 'EUR', period: 'year', text: null }
  expect(toSalary({ min: '45.000', max: '52.000', ...euros })).toEqual({
    ...read,
    min: 45_000,
    max: 52_000,
  })
  expect(toSalary({ min: '52k', max: '45k', ...euros })).toMatchObject({ min: 45_000, max: 52_000 })
  expect(toSalary({ min: 45_000, max: '52.000', ...euros })).toMatchObject({ max: 52_000 })
  expect(toSalary({ min: '45.000', ...euros })).toMatchObject({ min: 45_000, max: null })
  expect(toSalary({ max: '52.000', ...euros })).toMatchObject({ min: null, max: 52_000 })
  expect(toSalary({ min: '45.000', max: '52,500', ...euros })).toEqual({
    ...read,
    min: null,
    max: null,
    text: '45.000 – 52,500 EUR YEAR',
  })
})

test.each([
  [{ min: 1, max: 250_000, currency: 'USD' }, '1 – 250000 USD'],
  [{ min: 45, currency: 'EUR', period: 'YEAR' }, '45 EUR YEAR'],
  [{ min: 'Negotiable', currency: 'EUR', period: 'YEAR' }, 'Negotiable EUR YEAR'],
  [{ min: '15.500', currency: 'EUR', period: 'HOUR' }, '15.500 EUR HOUR'],
])('amounts that are not certain stay words: %j', (source, text) => {
  expect(toSalary(source)).toMatchObject({ min: null, max: null, text })
})

test('a lowest amount that is the highest is put in order', () => {
  expect(toSalary({ min: 70_000, max: 50_000 })).toMatchObject({ min: 50_000, max: 70_000 })
})

test('words with an amount give the amount and stay', () => {
  const text = '€45.000 pro Jahr'
  expect(toSalary({ text })).toEqual({
    min: 45_000,
    max: 45_000,
    currency: 'EUR',
    period: 'year',
    text,
  })
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
  ['ANN', 'year'],
  ['MON', 'month'],
  ['P1M', 'month'],
  ['Jahr', 'year'],
  ['par mois', 'month'],
  ['stündlich', 'hour'],
  ['semanal', 'week'],
  ['月', null],
  ['月給', 'month'],
  ['quarterly', null],
  ['hour or day', null],
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
