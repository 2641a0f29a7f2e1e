import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { extract } from '../../src/pipelines/ingestion/extract.ts'
import { greenhouse } from '../../src/pipelines/ingestion/sources/greenhouse.ts'
import { boards, readerPorts } from '../support/listing.ts'

const local = boards()
afterEach(local.close)

async function list(body: object | string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { origin } = await local.start(text)
  return greenhouse.list({ type: 'greenhouse', board: 'acme', base_url: origin }, readerPorts())
}

async function one(fields: object) {
  const { postings } = await list({ jobs: [{ id: 1, title: 'Baker', ...fields }] })
  const [posting] = postings
  if (!posting) throw new Error('no posting')
  return posting
}

test('a listing that is nested too deeply is refused before it is parsed', async () => {
  await expect(list('['.repeat(2_000_000))).rejects.toMatchObject({
    failure: { code: 'listing_unreadable', retryable: false },
  })
})

test('a job becomes a posting', async () => {
  expect(
    await one({
      id: 127_817,
      title: ' Vault Designer ',
      absolute_url: 'https://boards.greenhouse.io/vaulttec/jobs/127817',
      location: { name: 'NYC' },
      departments: [{ name: 'Design ' }, { name: 'Vaults' }, { name: 'Design' }],
      metadata: [{ name: 'Employment Type', value: 'Full-time' }],
      content: '&lt;p&gt;Design &amp;amp; build&lt;/p&gt;',
      first_published: '2026-07-16T11:55:32-04:00',
      updated_at: '2026-07-29T08:50:01-04:00',
      application_deadline: '2026-08-31',
      company_name: 'Vault Tec ',
      requisition_id: 'R-12',
      language: 'en',
    }),
  ).toEqual({
    external_id: '127817',
    title: 'Vault Designer',
    url: 'https://boards.greenhouse.io/vaulttec/jobs/127817',
    apply_url: null,
    locations: ['NYC'],
    remote: null,
    department: 'Design, Vaults',
    employment_type: 'full_time',
    salary: null,
    html: '<p>Design &amp; build</p>',
    posted_at: '2026-07-16T11:55:32-04:00',
    updated_at: '2026-07-29T08:50:01-04:00',
    valid_through: '2026-08-31',
    employer: 'Vault Tec ',
    requisition_id: 'R-12',
    employment_words: ['Full-time'],
    language: 'en',
  })
})

test('the listing is requested once, with its content, from the given host', async () => {
  const board = await local.start('{"jobs":[]}')
  const base_url = `${board.origin}/v2/elsewhere?x=1`
  await greenhouse.list({ type: 'greenhouse', board: 'a.b-c', base_url }, readerPorts())
  expect(board.asked).toEqual(['/v1/boards/a.b-c/jobs?content=true&pay_transparency=true'])
})

test('only the id and the title are required', async () => {
  expect(await one({})).toEqual({
    external_id: '1',
    title: 'Baker',
    url: '',
    apply_url: null,
    locations: [],
    remote: null,
    department: null,
    employment_type: null,
    salary: null,
    html: null,
    posted_at: null,
    updated_at: null,
    valid_through: null,
  })
})

test('a field of a wrong type is left out alone', async () => {
  const odd = await one({
    absolute_url: 'javascript:alert(1)',
    location: 'Nowhere',
    departments: [null, 3, { name: 'Odds' }, { name: 7 }],
    metadata: { name: 'Employment Type' },
    pay_input_ranges: [null, 'much', { min_cents: 'x' }],
    content: 7,
    first_published: 5,
    updated_at: {},
    application_deadline: [],
  })
  expect(odd).toEqual({ ...(await one({})), department: 'Odds' })
})

test.each([
  [{ name: 'Remote - EMEA' }, true],
  [{ name: 'San Francisco or REMOTE' }, true],
  [{ name: 'Hybrid, Berlin' }, false],
  [{ name: 'Remote/Hybrid' }, false],
  [{ name: 'Remoteville' }, null],
  [{ name: 'London' }, null],
])('the location %j is remote: %j', async (location, remote) => {
  expect((await one({ location })).remote).toBe(remote)
})

test.each([
  [[{ name: 'Employment Type', value: 'Regular' }], null],
  [[{ name: 'employment type ', value: ['Intern', 'x'] }], 'intern'],
  [[{ name: 'Level', value: 'Part-time' }], null],
  [[null, { name: null }, { name: 'Job Type', value: 'Contractor' }], 'contract'],
  [[{ name: 'Employment Type', value: { unit: 'x' } }], null],
])('the metadata %j give the employment type %j', async (metadata, type) => {
  expect((await one({ metadata })).employment_type).toBe(type)
})

test.each([
  [
    { location: { name: 'London, UK; Ontario, CAN | Remote' } },
    ['London, UK', 'Ontario, CAN', 'Remote'],
  ],
  [
    { location: null, offices: [{ name: 'HQ', location: 'Leeds' }, { name: 'Paris' }] },
    ['Leeds', 'Paris'],
  ],
  [{ location: { name: 'Leeds' }, offices: [{ name: 'HQ' }] }, ['Leeds']],
  [{ offices: 'HQ' }, []],
])('the places of %j are %j', async (fields, locations) => {
  expect((await one(fields)).locations).toEqual(locations)
})

test.each([
  [[{ name: 'Location Type', value: 'On-Site' }], false],
  [[{ name: 'Workplace Type', value: ['Remote'] }], true],
  [[{ name: 'Work model', value: 'Hybrid' }], false],
  [[{ name: 'Perks', value: 'Remote for a month' }], null],
])('the metadata %j say remote: %j', async (metadata, remote) => {
  expect((await one({ metadata })).remote).toBe(remote)
  expect((await one({ metadata, location: { name: 'Remote' } })).remote).toBe(true)
})

test('a title is unescaped, and the lines of plain content stay lines', async () => {
  const read = await one({ title: 'Pilot &amp;amp; Mate', content: 'You row.\n- dawn\n- dusk' })
  expect(read).toMatchObject({ title: 'Pilot & Mate', html: 'You row.<br>- dawn<br>- dusk' })
})

test('pay ranges are in cents, and span all zones', async () => {
  const range = { currency_type: 'USD', title: 'Annual Salary: NYC' }
  const pay_input_ranges = [
    { ...range, min_cents: 9_000_000, max_cents: 12_000_050 },
    { ...range, min_cents: 8_000_000, max_cents: 11_000_000, title: 'Annual Salary: LA' },
    { currency_type: 'EUR', min_cents: 1, max_cents: 2 },
  ]
  expect((await one({ pay_input_ranges })).salary).toEqual({
    min: 80_000,
    max: 120_000.5,
    currency: 'USD',
    period: 'year',
    text: 'Annual Salary: NYC',
  })
})

test('blank content counts as none, and unescaped content stays as it is', async () => {
  expect((await one({ content: ' \n' })).html).toBeNull()
  expect((await one({ content: '<p>a &amp;amp; b</p>' })).html).toBe('<p>a &amp;amp; b</p>')
})

test('a repeated id is one posting, the first', async () => {
  const { postings, incomplete } = await list({
    jobs: [
      { id: 5, title: 'first' },
      { id: '5', title: 'second' },
      { id: 6, title: 'third' },
    ],
  })
  expect(postings.map(({ external_id, title }) => [external_id, title])).toEqual([
    ['5', 'first'],
    ['6', 'third'],
  ])
  expect(incomplete).toBeNull()
})

test('a title is trimmed, and cut to 300 characters between two of them', async () => {
  const title = `  \0${'x'.repeat(299)}🥐\uD800 `
  expect((await one({ title })).title).toBe('x'.repeat(299))
})

test('an invalid address counts as none', async () => {
  const absolute_url = `https://example.com/${'x'.repeat(2_000)}`
  expect((await one({ absolute_url })).url).toBe('')
})

describe('PLAN-4: a listing is complete', () => {
  test.each([
    ['that is empty', { jobs: [] }],
    ['that is empty by its own count', { jobs: [], meta: { total: 0 } }],
    ['whose total is its length', { jobs: [{ id: 1, title: 'a' }], meta: { total: 1 } }],
    ['whose total is odd', { jobs: [{ id: 1, title: 'a' }], meta: { total: 'many' } }],
    ['whose total is absent', { jobs: [{ id: 1, title: 'a' }], meta: null }],
  ])('%s', async (_, body) => {
    expect((await list(body)).incomplete).toBeNull()
  })
})

describe('PLAN-4: a listing is not complete', () => {
  test.each([
    [
      'whose total is more',
      { jobs: [{ id: 1, title: 'a' }], meta: { total: 37 } },
      'The board counts 37 postings, but its job list holds 1.',
    ],
    [
      'whose total is less',
      { jobs: [{ id: 1, title: 'a' }], meta: { total: 0 } },
      'The board counts 0 postings, but its job list holds 1.',
    ],
    [
      'that is empty and counts some',
      { jobs: [], meta: { total: 9 } },
      'The board counts 9 postings, but its job list holds 0.',
    ],
    [
      'with entries that cannot be read',
      { jobs: [{ id: 1, title: 'a' }, {}, { id: 2, title: ' ' }] },
      '2 of 3 entries of the job list have no id or no title.',
    ],
  ])('%s', async (_, body, incomplete) => {
    expect((await list(body)).incomplete).toBe(incomplete)
  })
})

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/greenhouse')

describe.skipIf(fixtures === undefined)('recorded listings', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const { postings } = await list(readFileSync(join(folder, file), 'utf8'))
    expect(postings.length).toBeGreaterThan(0)
    for (const posting of postings) {
      const record = extract(posting)
      expect(record?.description_text.length).toBeGreaterThan(100)
      expect(record?.description_text).not.toMatch(/<\/?(?:p|div|li|strong)\b|&nbsp;/)
      expect(record?.description_html).toMatch(/<p>/)
      expect(record?.description_html).not.toMatch(/<(?:div|span|script)|&lt;p|style=/)
      expect(record?.url).toMatch(/^https:/)
      expect(record?.locations).not.toEqual([])
      expect(record?.department).not.toBeNull()
      expect(record?.posted_at).toMatch(/^\d{4}-.*Z$/)
      expect(record?.updated_at).toMatch(/^\d{4}-.*Z$/)
    }
  })

  test('a recorded total that is not the length leaves the listing incomplete', async () => {
    const text = readFileSync(join(folder, 'careerkit.json'), 'utf8')
    expect((await list(text)).incomplete).toBe(
      'The board counts 37 postings, but its job list holds 2.',
    )
  })
})
