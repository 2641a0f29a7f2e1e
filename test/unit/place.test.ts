import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { toCountry } from '../../src/pipelines/ingestion/place/country.ts'
import { toPlace } from '../../src/pipelines/ingestion/place/place.ts'

describe('the country that a text says', () => {
  test.each([
    ['Leipzig, DE', 'DE'],
    ['Paris, FR', 'FR'],
    ['Amsterdam, NL', 'NL'],
    ['London, UK', 'GB'],
    ['London, England, United Kingdom', 'GB'],
    ['Ontario, CAN', 'CA'],
    ['Deutschland', 'DE'],
    ['München, Deutschland', 'DE'],
    ['São Paulo, Brasil', 'BR'],
    ['東京, 日本', 'JP'],
    ['Zürich, Schweiz (Hybrid)', 'CH'],
    ['Germany, Berlin', 'DE'],
    ['Berlin, BE, Germany', 'DE'],
    ['Remote - US', 'US'],
    ['Germany (Remote)', 'DE'],
    ['Seoul, Korea', 'KR'],
    ['Singapore', 'SG'],
  ])('%s: %s', (text, country) => {
    expect(toPlace({ text })).toEqual({
      text,
      city: null,
      region: null,
      country,
      derived: ['country'],
    })
  })

  test.each([
    'London',
    'Berlin',
    'Remote',
    'EMEA',
    'LatAm',
    '',
    // The letters are those of a state or a province as well.
    'San Francisco, CA',
    'Chicago, IL',
    'Bangalore, IN',
    'Dover, DE',
    'Wilmington, DE',
    'Berlin, BE',
    'Frosinone, FR',
    "St. John's, NL",
    'Firenze, FI',
    'Tbilisi, Georgia',
    'Granada',
    // Two countries in one place.
    'Germany, France',
    'Europe',
  ])('none: %s', (text) => {
    expect(toPlace({ text })).toEqual({
      text,
      city: null,
      region: null,
      country: null,
      derived: [],
    })
  })
})

test.each([
  ['Austin, TX', 'Austin', 'TX'],
  ['Austin, Texas', 'Austin', 'Texas'],
  ['Atlanta, GA, USA', 'Atlanta', 'GA'],
  ['Houston, TX (On-site)', 'Houston', 'TX'],
  ['Washington, DC', 'Washington', 'DC'],
  ['Lebanon, NH', 'Lebanon', 'NH'],
  ['Mexico, Missouri', 'Mexico', 'Missouri'],
  ['12 Elm Street, OH', null, 'OH'],
  ['New York, USA', null, null],
  ['US - Washington', null, null],
  ['Texas, United States', null, 'Texas'],
])('a place in the USA has its state, and the city before it: %s', (text, city, region) => {
  expect(toPlace({ text })).toMatchObject({ text, city, region, country: 'US' })
})

test('fields of the source count first, and are not derived', () => {
  const given = { text: 'Wien, AT', city: 'Vienna', region: null, country: 'Österreich' }
  expect(toPlace(given)).toEqual({ ...given, country: 'AT', derived: [] })
  expect(toPlace({ text: 'Austin, TX', city: null, region: null, country: 'usa' })).toEqual({
    text: 'Austin, TX',
    city: 'Austin',
    region: 'TX',
    country: 'US',
    derived: ['city', 'region'],
  })
  // The text says another country, so that nothing of it is read.
  expect(toPlace({ text: 'Austin, TX', city: null, region: null, country: 'DE' })).toMatchObject({
    city: null,
    region: null,
    country: 'DE',
  })
})

test.each([
  ['de', 'DE'],
  ['UK', 'GB'],
  ['usa', 'US'],
  ['Vereinigte Staaten', 'US'],
  ['The Netherlands', 'NL'],
  ['XX', null],
  ['Bavaria', null],
  ['', null],
  [null, null],
])('a field that is a country: %j is %s', (words, country) => {
  expect(toCountry(words)).toBe(country)
})

test('whatever a text is, what it says is marked as derived, and its words stay', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const { derived, ...place } = toPlace({ text })
      expect(place.text).toBe(text)
      for (const part of ['city', 'region', 'country'] as const)
        expect(derived.includes(part)).toBe(place[part] !== null)
    }),
    { numRuns: 200 },
  )
})
