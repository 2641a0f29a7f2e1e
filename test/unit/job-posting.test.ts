import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { unknownFields } from '../../src/pipelines/ingestion/listed.ts'
import { type Advert, readAdvert } from '../../src/pipelines/ingestion/page/job-posting.ts'

const URL = 'https://jobs.acme.test/jobs/7-baker'

function page(...nodes: unknown[]): string {
  const blocks = nodes.map(
    (node) => `<script type="application/ld+json">${JSON.stringify(node)}</script>`,
  )
  return `<!doctype html><html><head>${blocks.join('')}</head><body></body></html>`
}

function advert(fields: object): Advert {
  const read = readAdvert(page({ '@type': 'JobPosting', ...fields }), URL)
  if (!read) throw new Error('no advert')
  return read
}

const nothing: Advert = {
  ...unknownFields,
  title: null,
  own: { url: null, identifier: null },
}

test('a complete JobPosting becomes an advert', () => {
  const read = advert({
    title: ' Baker &amp; Sons\n',
    description: '<p>Bake</p>',
    datePosted: '2026-01-02',
    dateModified: '2026-01-03',
    validThrough: '2026-03-02T00:00',
    employmentType: ['FULL_TIME', 'CONTRACTOR'],
    jobLocationType: 'TELECOMMUTE',
    jobLocation: {
      '@type': 'Place',
      address: {
        '@type': 'PostalAddress',
        addressLocality: 'Berlin',
        addressRegion: 'BE',
        addressCountry: { '@type': 'Country', name: 'DE' },
      },
    },
    hiringOrganization: { name: 'Acme', department: { name: 'Bakery' } },
    baseSalary: {
      '@type': 'MonetaryAmount',
      currency: 'EUR',
      value: {
        '@type': 'QuantitativeValue',
        minValue: 30_000,
        maxValue: 40_000.5,
        unitText: 'YEAR',
      },
    },
    directApply: true,
    identifier: { '@type': 'PropertyValue', name: 'Acme', value: 'R-77' },
    inLanguage: 'de-DE',
  })
  expect(read).toEqual({
    title: 'Baker & Sons',
    own: { url: null, identifier: 'R-77' },
    apply_url: URL,
    locations: ['Berlin, BE, DE'],
    remote: true,
    department: 'Bakery',
    employment_type: 'full_time',
    salary: { min: 30_000, max: 40_000.5, currency: 'EUR', period: 'year', text: null },
    html: '<p>Bake</p>',
    posted_at: '2026-01-02',
    updated_at: '2026-01-03',
    valid_through: '2026-03-02T00:00',
    employer: 'Acme',
    requisition_id: 'R-77',
    workplace: 'remote',
    employment_words: ['FULL_TIME', 'CONTRACTOR'],
    language: 'de-DE',
    places: [{ text: 'Berlin, BE, DE', city: 'Berlin', region: 'BE', country: 'DE' }],
  })
})

test('an absent or odd field counts as not stated', () => {
  expect(advert({})).toEqual(nothing)
  for (const odd of [null, true, {}, [], '', ' ', [[]], [null, {}], { '@type': 'X' }]) {
    const names = `title description datePosted dateModified validThrough employmentType jobLocation
      jobLocationType baseSalary estimatedSalary salaryCurrency hiringOrganization employmentUnit url
      identifier applicantLocationRequirements`
    const read = advert(Object.fromEntries(names.split(/\s+/).map((name) => [name, odd])))
    expect(read).toEqual(nothing)
  }
})

test('any JobPosting is read without an error', () => {
  const fields = fc.dictionary(
    fc.constantFrom(
      'title',
      'description',
      'jobLocation',
      'baseSalary',
      'identifier',
      'url',
      '@id',
    ),
    fc.jsonValue(),
  )
  fc.assert(
    fc.property(fields, (given) => {
      expect(Array.isArray(advert(given).locations)).toBe(true)
    }),
  )
})

test.each([
  ['HTML', '<b>a</b> &amp; b', '<b>a</b> &amp; b'],
  ['escaped HTML', '&lt;b&gt;a&lt;/b&gt; &amp;amp; b', '<b>a</b> &amp; b'],
  ['HTML escaped by numbers', '&#60;b&#62;a&#x3c;/b&#x3e;', '<b>a</b>'],
  ['HTML that shows a tag', '<p>&lt;b&gt;</p>', '<p>&lt;b&gt;</p>'],
  ['HTML escaped twice', '&amp;lt;p&amp;gt;a &amp;amp; b&amp;lt;/p&amp;gt;', '<p>a & b</p>'],
  ['plain lines', 'a\r\nb\n\n5 < 6', 'a<br>b<br><br>5 < 6'],
  ['lines with a block in a comment', 'a<!-- <p> -->\nb', 'a<!-- <p> --><br>b'],
  ['a block behind a block in a comment', 'a<!-- <p> -->\nb<p>c', 'a<!-- <p> -->\nb<p>c'],
  ['lines with a stray tag', 'a <b>b</b>\n- c\n- d', 'a <b>b</b><br>- c<br>- d'],
  ['HTML in lines', '<p>a\nb</p>', '<p>a\nb</p>'],
])('a description may be %s', (_, description, html) => {
  expect(advert({ description }).html).toBe(html)
})

test.each([
  ['a text', 'Berlin', ['Berlin']],
  ['a text for an address', { address: 'Berlin, DE' }, ['Berlin, DE']],
  ['an address itself', { addressLocality: 'Berlin', addressCountry: 'DE' }, ['Berlin, DE']],
  [
    'a city that is its region',
    { address: { addressLocality: 'Berlin', addressRegion: 'Berlin' } },
    ['Berlin'],
  ],
  ['a place with a name alone', { name: 'Headquarters', address: {} }, ['Headquarters']],
  ['several, one twice', [{ address: 'A' }, 'B', { address: ['A'] }, {}, 7], ['A', 'B', '7']],
  [
    'with gaps',
    { address: { addressLocality: 'Leipzig', addressRegion: '-', addressCountry: 'DE' } },
    ['Leipzig, DE'],
  ],
  [
    'several in a text',
    'London, UK; Ontario, CAN | Paris',
    ['London, UK', 'Ontario, CAN', 'Paris'],
  ],
  [
    'many',
    Array.from({ length: 251 }, (_, n) => `P${n}`),
    Array.from({ length: 251 }, (_, n) => `P${n}`),
  ],
  ['a list of countries', { address: { addressCountry: ['DE', 'AT'] } }, ['DE']],
])('a location may be %s', (_, jobLocation, locations) => {
  expect(advert({ jobLocation }).locations).toEqual(locations)
})

test('without a fixed place, the place is where applicants may live', () => {
  const applicantLocationRequirements = [{ '@type': 'Country', name: 'USA' }, { name: 'Canada' }]
  expect(advert({ applicantLocationRequirements }).locations).toEqual(['USA', 'Canada'])
  expect(advert({ applicantLocationRequirements, jobLocation: 'B' }).locations).toEqual(['B'])
})

const none = { min: null, max: null, currency: null, period: null, text: null }

test.each([
  [
    'a number',
    { baseSalary: 50_000, salaryCurrency: 'usd' },
    { min: 50_000, max: 50_000, currency: 'USD' },
  ],
  ['digits', { baseSalary: '100,000' }, { min: 100_000, max: 100_000 }],
  [
    'words',
    { baseSalary: '€50k plus tips', salaryCurrency: 'EUR' },
    { min: 50_000, max: 50_000, text: '€50k plus tips', currency: 'EUR' },
  ],
  [
    'an amount with a sign, in words',
    { baseSalary: '$120,000+ per year', jobLocation: { address: { addressCountry: 'US' } } },
    { min: 120_000, currency: 'USD', period: 'year', text: '$120,000+ per year' },
  ],
  [
    'a range in a text',
    { baseSalary: { currency: 'USD', value: { value: '50000 - 70000', unitText: 'YEAR' } } },
    { min: 50_000, max: 70_000, currency: 'USD', period: 'year', text: '50000 - 70000' },
  ],
  [
    'amounts in the notation of a language',
    {
      baseSalary: {
        currency: '€',
        value: { minValue: '45.000', maxValue: '52.000', unitCode: 'ANN' },
      },
    },
    { min: 45_000, max: 52_000, currency: 'EUR', period: 'year' },
  ],
  [
    'words for an amount',
    { baseSalary: { currency: 'EUR', value: { value: 'Negotiable', unitText: 'YEAR' } } },
    { currency: 'EUR', period: 'year', text: 'Negotiable' },
  ],
  [
    'one amount',
    { baseSalary: { currency: 'EUR', value: 20, unitText: 'HOUR' } },
    { min: 20, max: 20, currency: 'EUR', period: 'hour' },
  ],
  [
    'one value',
    { baseSalary: { value: { value: '20.5', unitText: 'DAY' } } },
    { min: 20.5, max: 20.5, period: 'day' },
  ],
  ['an open range', { baseSalary: [{ value: { minValue: '10' } }] }, { min: 10 }],
  [
    'a range beside it',
    { baseSalary: { minValue: 1, maxValue: 2, currency: 'GBP' } },
    { min: 1, max: 2, currency: 'GBP' },
  ],
  ['words in it', { baseSalary: { value: 'negotiable' } }, { text: 'negotiable' }],
  ['an estimate', { baseSalary: { value: 0 }, estimatedSalary: 7 }, { min: 7, max: 7 }],
])('a salary may be %s', (_, fields, salary) => {
  expect(advert(fields).salary).toEqual({ ...none, ...salary })
})

test.each([
  [{ employmentType: 'Full-Time' }, 'full_time'],
  [{ employmentType: 'FULL_TIME, INTERN' }, 'full_time'],
  [{ employmentType: ['whatever', 'INTERN'] }, 'intern'],
  [{ employmentType: 'whatever' }, null],
])('an employment type is the first known one: %j', (fields, type) => {
  expect(advert(fields).employment_type).toBe(type)
})

test('a posting is remote only if the page says so', () => {
  expect(advert({ jobLocationType: ['telecommute'] }).remote).toBe(true)
  expect(advert({ jobLocationType: 'ONSITE' }).remote).toBe(false)
  expect(advert({ jobLocation: 'Berlin (not remote)' }).remote).toBe(false)
  expect(advert({ jobLocation: 'Remote, Germany' }).remote).toBe(true)
  expect(advert({ jobLocation: 'Berlin' }).remote).toBeNull()
  const additionalProperty = { name: 'jobLocationType', value: 'TELECOMMUTE' }
  expect(advert({ additionalProperty }).remote).toBe(true)
})

test('applications are accepted if the page says so', () => {
  const url = 'https://apply.acme.test/7'
  expect(advert({ directApply: 'True', url }).apply_url).toBe(url)
  expect(advert({ directApply: true, url: 'http://Stealth co' }).apply_url).toBe(URL)
  expect(advert({ url }).apply_url).toBeNull()
})

describe('several JobPostings on a page', () => {
  const other = { '@type': 'JobPosting', title: 'Other' }
  const own = { '@type': 'JobPosting', title: 'Own' }

  test.each([
    ['address', { url: `${URL}/#apply` }],
    ['id, in a number', { identifier: { '@type': 'PropertyValue', value: 7 } }],
    ['id, in a text', { identifier: '7-Baker' }],
  ])('the one with the %s is read', (_, fields) => {
    expect(readAdvert(page(other, { ...own, ...fields }), URL)?.title).toBe('Own')
  })

  test('the first is read if none is marked', () => {
    expect(readAdvert(page(own, { ...other, identifier: '77' }), URL)?.title).toBe('Own')
  })
})

test('a plain page has no JobPosting', () => {
  expect(readAdvert('<h1>Baker</h1>', URL)).toBeUndefined()
  expect(readAdvert('', URL)).toBeUndefined()
})

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/html')

/** The fields that a recorded page's advert lacks. `undefined` means that the page has no JobPosting. */
const EMPTY: Readonly<Record<string, readonly string[] | undefined>> = {
  'jobscz-company-en.html': undefined,
  'jobscz-widget-js-only.html': undefined,
  'schemaorg-jobposting-jsonld.html': [
    'apply_url',
    'remote',
    'department',
    'updated_at',
    'valid_through',
  ],
  'schemaorg-jobposting-microdata.html': [
    'apply_url',
    'remote',
    'department',
    'updated_at',
    'valid_through',
  ],
  'schemaorg-jobposting-rdfa.html': [
    'apply_url',
    'remote',
    'department',
    'updated_at',
    'valid_through',
  ],
  'teamtailor-built-jsonld.html': [
    'apply_url',
    'remote',
    'department',
    'employment_type',
    'salary',
    'html',
    'updated_at',
    'valid_through',
  ],
  'weworkremotely-job.html': ['apply_url', 'department', 'salary', 'updated_at'],
  'weworkremotely-no-image.html': ['apply_url', 'department', 'salary', 'updated_at'],
}

describe.skipIf(fixtures === undefined)('recorded pages', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', (file) => {
    const read = readAdvert(readFileSync(join(folder, file), 'utf8'), URL)
    const empty =
      read &&
      Object.entries(read).filter(
        ([, value]) => value === null || (Array.isArray(value) && value.length === 0),
      )
    expect(empty?.map(([name]) => name)).toEqual(EMPTY[file])
  })
})

test('a salary as the price of an offer is read', () => {
  expect(
    advert({ title: 'x', baseSalary: { price: '50000', priceCurrency: 'EUR' } }).salary,
  ).toMatchObject({
    min: 50_000,
    currency: 'EUR',
  })
})

const address = (addressLocality: string) => ({ addressLocality, addressCountry: 'DE' })

test('names and places that a page escaped are plain, and each address of a place counts', () => {
  const read = advert({
    title: 'x',
    hiringOrganization: { name: 'Brink &amp; S&ouml;hne' },
    jobLocation: { '@type': 'Place', address: [address('K&ouml;ln'), address('Bonn')] },
  })
  expect(read.locations).toEqual(['Köln, DE', 'Bonn, DE'])
  expect(read.employer).toBe('Brink & Söhne')
})

test('things that a posting only links to are read where the page describes them', () => {
  const graph = {
    '@graph': [
      { '@type': 'Organization', '@id': '#org', name: 'Acme' },
      { '@type': 'Place', '@id': '#place', address: { '@id': '#address' } },
      { '@type': 'PostalAddress', '@id': '#address', addressLocality: 'Ghent' },
      {
        '@type': 'JobPosting',
        title: 'Baker',
        hiringOrganization: { '@id': '#org' },
        jobLocation: [{ '@id': '#place' }, { '@id': '#gone' }],
      },
    ],
  }
  const read = readAdvert(page(graph), URL)
  expect(read).toMatchObject({ title: 'Baker', employer: 'Acme', locations: ['Ghent'] })
})
