import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { toLabel } from '../../src/pipelines/ingestion/label.ts'
import { readNumber } from '../../src/pipelines/ingestion/pay/amount.ts'
import { readPay } from '../../src/pipelines/ingestion/pay/pay.ts'
import { toSalary } from '../../src/pipelines/ingestion/salary.ts'

describe('a number with marks', () => {
  test.each([
    ['45000', 45_000],
    ['45.000', 45_000],
    ['45,000', 45_000],
    ['45 000', 45_000],
    ['45\u00A0000', 45_000],
    ['45\u202F000', 45_000],
    ["45'000", 45_000],
    ['45’000', 45_000],
    ['1.250.000', 1_250_000],
    ['12,00,000', 1_200_000],
    ['1,25,000', 125_000],
    ['13.50', 13.5],
    ['13,5', 13.5],
    ['3.150,00', 3_150],
    ['3,150.00', 3_150],
    ["3'150.50", 3_150.5],
    ['3 150,50', 3_150.5],
    ['0.750', 0.75],
    ['45000.500', 45_000.5],
    ['100000.50', 100_000.5],
  ])('%s is %d', (text, value) => {
    expect(readNumber(text)?.value).toBe(value)
  })

  test.each(['1.2.3', '45.00.000', '4,5,000.', '012.500', '45,0000,000', '1.000,000.00'])(
    '%s is no number',
    (text) => {
      expect(readNumber(text)?.group).toBeUndefined()
    },
  )
})

const year = 'year' as const
const hour = 'hour' as const
const month = 'month' as const

describe('a text with one pay', () => {
  test.each([
    ['€45.000 - €52.000 per year', 45_000, 52_000, 'EUR', year],
    ['45.000 – 52.000 € brutto im Jahr', 45_000, 52_000, 'EUR', year],
    ['45.000 – 52.000 € brutto pro Jahr', 45_000, 52_000, 'EUR', year],
    ['60.000 € p.a.', 60_000, 60_000, 'EUR', year],
    ['60.000 € P. A.', 60_000, 60_000, 'EUR', year],
    ['60.000 € pa', 60_000, 60_000, 'EUR', year],
    ['4.000 € p. m.', 4_000, 4_000, 'EUR', month],
    ['25 € p h', 25, 25, 'EUR', hour],
    ['SEK 45 000/mån', 45_000, 45_000, 'SEK', month],
    ['600 000 Ft/hó', 600_000, 600_000, 'HUF', month],
    ['600 000 Ft/hónap', 600_000, 600_000, 'HUF', month],
    ['DKK 35.000 pr. md.', 35_000, 35_000, 'DKK', month],
    ['NOK 45 000 pr. mnd', 45_000, 45_000, 'NOK', month],
    ['250 Kč/hod', 250, 250, 'CZK', hour],
    ['ab 3.150,00 EUR/Monat', 3_150, null, 'EUR', month],
    ['bis zu 70.000 Euro jährlich', null, 70_000, 'EUR', year],
    ['45-55k € / Jahr', 45_000, 55_000, 'EUR', year],
    ['55 T€ bis 65 T€ Jahresgehalt', 55_000, 65_000, 'EUR', year],
    ['CHF 95’000–110’000 pro Jahr', 95_000, 110_000, 'CHF', year],
    ['Entre 38 000 € et 45 000 € par an', 38_000, 45_000, 'EUR', year],
    ['1 850 € à 2 100 € brut par mois', 1_850, 2_100, 'EUR', month],
    ['À partir de 12,50 € de l’heure', 12.5, null, 'EUR', hour],
    ['30.000€ - 36.000€ brutos anuales', 30_000, 36_000, 'EUR', year],
    ['30 mil euros al año', 30_000, 30_000, 'EUR', year],
    ['R$ 4.500,00 por mês', 4_500, 4_500, 'BRL', month],
    ['RAL 35.000 - 40.000 €', 35_000, 40_000, 'EUR', year],
    ['€ 2.800 tot € 3.400 per maand', 2_800, 3_400, 'EUR', month],
    ['8 000 - 12 000 zł miesięcznie', 8_000, 12_000, 'PLN', month],
    ['45 000 – 60 000 Kč měsíčně', 45_000, 60_000, 'CZK', month],
    ['35 000 kr/månad', 35_000, 35_000, null, month],
    ['от 120 000 руб. в месяц', 120_000, 120_000, 'RUB', month],
    ['₹12,00,000 - ₹18,00,000 per annum', 1_200_000, 1_800_000, 'INR', year],
    ['10-12 LPA', 1_000_000, 1_200_000, 'INR', year],
    ['月給25万円～30万円', 250_000, 300_000, 'JPY', month],
    ['時給1,200円以上', 1_200, null, 'JPY', hour],
    ['年収500万円', 5_000_000, 5_000_000, 'JPY', year],
    ['年収５００万円', 5_000_000, 5_000_000, 'JPY', year],
    ['연봉 4,000만원', 40_000_000, 40_000_000, 'KRW', year],
    ['8千-1.2万元/月', 8_000, 12_000, null, month],
    ['£13.50 an hour', 13.5, 13.5, 'GBP', hour],
    ['$120,000+ per year', 120_000, null, null, year],
    ['US$120k - US$140k/yr', 120_000, 140_000, 'USD', year],
    ['$80,000 - $95,000 CAD annually', 80_000, 95_000, 'CAD', year],
    ['A$90,000 per annum', 90_000, 90_000, 'AUD', year],
    ['$150K – $190K • Offers Equity', 150_000, 190_000, null, null],
    ['USD 50,000 to 70,000 yearly, plus bonus', 50_000, 70_000, 'USD', year],
    ['£40,000 - £45,000 per year + £5,000 bonus', 40_000, 45_000, 'GBP', year],
    ['$70,000 - $50,000 USD', 50_000, 70_000, 'USD', null],
    ['Day shift: €20/hour', 20, 20, 'EUR', hour],
    ['EUR45,000 a year', 45_000, 45_000, 'EUR', year],
  ])('%s', (text, ...pay) => {
    const { min, max, currency, period } = readPay(text, {}) ?? {}
    expect([min, max, currency, period]).toEqual(pay)
  })

  test.each([
    'Negotiable',
    'nach Vereinbarung',
    'Competitive salary, 30 days holiday',
    '45000 - 52000',
    '$50,000 and $60,000',
    '$50,000 (€46,000)',
    'EUR 45.000 - 52,500',
    '12.500 € pro Stunde',
    '$1,500 bi-weekly',
    '€4,000 per quarter',
    'ca. 45.000 €',
    '~ $45,000',
    '$5,000 sign-on bonus',
    'OTE $120,000',
    '40 hours per week, €20 per hour',
    '5 years of experience, EUR',
    'TVöD E13 45 Euro',
    'E13 EUR',
    '45 mm EUR',
    '$45k - 44',
    'San Francisco: $150K - $190K; New York: $140K - $180K',
    '13,5 x 3.000 €',
    'not $50,000',
    `$50,000 ${'x'.repeat(300)}`,
  ])('%s stays words', (text) => {
    expect(readPay(text, {})).toBeUndefined()
    expect(toSalary({ text })).toMatchObject({ min: null, max: null })
    expect(toSalary({ text })?.text).toBe(text.slice(0, 300))
  })

  test('a letter behind a p that other signs part from the p names no period', () => {
    for (const text of ['P$h 20', '$20 p-h', '$20 P, a', 'p (m) $20']) {
      expect([text, readPay(text, {})?.period]).toEqual([text, null])
    }
  })

  test('the country tells whose dollar, krona or rupee it is', () => {
    expect(readPay('$50,000', { country: 'US' })?.currency).toBe('USD')
    expect(readPay('$50,000', { country: 'Canada' })?.currency).toBe('CAD')
    expect(readPay('$50,000', { country: 'DE' })?.currency).toBeNull()
    expect(readPay('35 000 kr', { country: 'SE' })?.currency).toBe('SEK')
    expect(readPay('Rs. 150,000 a month', { country: 'PK' })?.currency).toBe('PKR')
  })

  test("the source's own fields settle what the text leaves open, and contradict nothing", () => {
    const known = { currencies: ['USD'], field: true }
    expect(readPay('$50,000 – $70,000', known)).toMatchObject({ currency: 'USD' })
    expect(readPay('50000 - 70000', { ...known, period: 'year' })).toMatchObject({ period: 'year' })
    expect(readPay('€50,000', known)).toBeUndefined()
    expect(readPay('50,000 a month', { ...known, period: 'year' })).toBeUndefined()
  })
})

describe('for any text', () => {
  const piece = fc.constantFrom(
    ...`45 000|45.000|45,000|12.50|3|k|K|€|$|£|kr|EUR|USD|万円|per year|/hour|monatlich|a|to|-|–|bis
      |up to|from|+|plus|bonus|(|)|;|,|.|mil|lakh|between|and|words|0|-7`
      .split('|')
      .map((text) => text.trim()),
  )
  const texts = fc
    .array(fc.tuple(piece, fc.constantFrom('', ' ')), { maxLength: 12 })
    .map((pieces) => pieces.flat().join(''))
  /** Any text, with the signs of currencies among its marks, and without letters: those may be a word of a period. */
  const wordless = fc.string().map((text) => text.replaceAll(/\p{L}/gu, '$'))
  const anyText = fc.oneof(texts, fc.string())

  test('the lowest amount is at most the highest, and each is positive', () => {
    fc.assert(
      fc.property(anyText, anyText, (min, max) => {
        const salary = toSalary({ min, max, currency: 'EUR', period: 'YEAR' })
        const [lowest, highest] = [salary?.min ?? 1, salary?.max ?? Infinity]
        expect(lowest).toBeLessThanOrEqual(highest)
        expect(Math.min(lowest, highest)).toBeGreaterThan(0)
      }),
    )
  })

  test('no currency and no period is guessed: the text names each', () => {
    const named = { EUR: /€|EUR/i, USD: /USD|US\$/i, GBP: /£/, year: /year/i, hour: /hour/i }
    fc.assert(
      fc.property(fc.oneof(texts, wordless), (text) => {
        const pay = readPay(text, {})
        const said = Object.entries(named).filter(
          ([name]) => name === pay?.currency || name === pay?.period,
        )
        expect(said.filter(([, words]) => !words.test(text))).toEqual([])
      }),
    )
  })

  test('a number is given only where the text has a sign or a word of a currency', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(readPay(text, {}) === undefined || /\p{Sc}|\p{L}{2}/u.test(text)).toBe(true)
      }),
    )
  })

  test('the words stay', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const label = toLabel(text)
        expect(toSalary({ text })?.text ?? '').toBe(label)
      }),
    )
  })
})
