import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { extract } from '../../src/pipelines/ingestion/extract.ts'
import { ashby } from '../../src/pipelines/ingestion/sources/ashby.ts'
import { boards, readerPorts } from '../support/listing.ts'

const local = boards()
afterEach(local.close)

async function list(body: object | string) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const { origin } = await local.start(text)
  return ashby.list({ type: 'ashby', board: 'Acme', base_url: origin }, readerPorts())
}

async function one(fields: object) {
  const { postings } = await list({ jobs: [{ id: 'a-1', title: 'Baker', ...fields }] })
  const [posting] = postings
  if (!posting) throw new Error('no posting')
  return posting
}

const salary = {
  compensationType: 'Salary',
  interval: '1 YEAR',
  currencyCode: 'USD',
  minValue: 81_000,
  maxValue: 87_000,
}
const equity = { ...salary, compensationType: 'EquityPercentage', interval: 'NONE', maxValue: 1.75 }

test('a job becomes a posting', async () => {
  expect(
    await one({
      location: 'Houston, TX',
      address: {
        postalAddress: {
          addressLocality: 'Houston',
          addressRegion: '',
          addressCountry: 'United States',
        },
      },
      secondaryLocations: [
        { location: 'San Francisco', address: { postalAddress: { addressCountry: 'USA' } } },
        { location: 'Houston, TX' },
      ],
      department: 'Product',
      team: 'Growth',
      isListed: true,
      isRemote: true,
      workplaceType: 'Remote',
      employmentType: 'FullTime',
      descriptionHtml: '<p>Join us</p>',
      publishedAt: '2026-04-30T16:21:55.393+00:00',
      jobUrl: 'https://jobs.ashbyhq.com/acme/a-1',
      applyUrl: 'https://jobs.ashbyhq.com/acme/a-1/application',
      compensation: {
        compensationTierSummary: '$81K – $87K • 0.5% – 1.75%',
        scrapeableCompensationSalarySummary: '$81K - $87K',
        summaryComponents: [equity, salary],
      },
    }),
  ).toEqual({
    external_id: 'a-1',
    title: 'Baker',
    url: 'https://jobs.ashbyhq.com/acme/a-1',
    apply_url: 'https://jobs.ashbyhq.com/acme/a-1/application',
    locations: ['Houston, TX', 'San Francisco'],
    remote: true,
    department: 'Product',
    employment_type: 'full_time',
    salary: { min: 81_000, max: 87_000, currency: 'USD', period: 'year', text: '$81K - $87K' },
    html: '<p>Join us</p>',
    posted_at: '2026-04-30T16:21:55.393+00:00',
    updated_at: null,
    valid_through: null,
    team: 'Growth',
    workplace: 'remote',
    employment_words: ['FullTime'],
    places: [
      { text: 'Houston, TX', city: 'Houston', region: null, country: 'United States' },
      { text: 'San Francisco', city: null, region: null, country: 'USA' },
    ],
  })
})

test('the board is requested once, with its compensation', async () => {
  const board = await local.start('{"jobs":[]}')
  await ashby.list({ type: 'ashby', board: 'Acme', base_url: board.origin }, readerPorts())
  expect(board.asked).toEqual(['/posting-api/job-board/Acme?includeCompensation=true'])
})

test('only the id and the title are required, and an odd field is left out alone', async () => {
  const bare = await one({})
  expect(bare).toMatchObject({ url: '', apply_url: null, locations: [], remote: null, html: null })
  expect(
    await one({
      isListed: 'yes',
      location: 7,
      secondaryLocations: [null, 'x', { location: null }],
      isRemote: 'no',
      workplaceType: {},
      department: [],
      employmentType: 1,
      compensation: [],
      descriptionHtml: {},
      publishedAt: 0,
      jobUrl: 'ftp://a',
      applyUrl: 'javascript:x',
    }),
  ).toEqual(bare)
})

test('an unlisted job is no posting, and leaves the listing complete', async () => {
  const jobs = [
    { id: 'a', title: 'Seen' },
    { id: 'b', title: 'Unseen', isListed: false },
  ]
  const { postings, incomplete } = await list({ jobs })
  expect(postings.map(({ title }) => title)).toEqual(['Seen'])
  expect(incomplete).toBeNull()
  expect(await list({ jobs: jobs.slice(1) })).toEqual({
    postings: [],
    incomplete: null,
    fetched: 1,
  })
})

test('PLAN-4: an empty board is a complete listing, and one with odd entries is not', async () => {
  expect(await list({ jobs: [] })).toEqual({ postings: [], incomplete: null, fetched: 0 })
  expect((await list({ jobs: [{ id: 'a', title: 'b' }, null] })).incomplete).toBe(
    '1 of 2 entries of the job list have no id or no title.',
  )
})

test.each([
  ['Remote', true, true],
  ['Remote', false, true],
  ['Hybrid', true, false],
  ['OnSite', null, false],
  [null, true, true],
  [null, false, false],
  [null, null, null],
  ['Elsewhere', true, true],
])('a workplace %j with isRemote %j is remote: %j', async (workplaceType, isRemote, remote) => {
  expect((await one({ workplaceType, isRemote })).remote).toBe(remote)
})

describe('compensation', () => {
  test('without a summary spans all tiers', async () => {
    const compensation = {
      compensationTierSummary: 'two tiers',
      summaryComponents: [],
      compensationTiers: [
        { components: [equity, salary] },
        null,
        { components: [{ ...salary, minValue: 70_000, maxValue: null }] },
      ],
    }
    expect((await one({ compensation })).salary).toEqual({
      min: 70_000,
      max: 87_000,
      currency: 'USD',
      period: 'year',
      text: 'two tiers',
    })
  })

  test('every two weeks has no period, and equity is no salary', async () => {
    const paid = { summaryComponents: [{ ...salary, interval: '2 WEEK' }] }
    expect((await one({ compensation: paid })).salary).toMatchObject({ min: 81_000, period: null })
    expect((await one({ compensation: { summaryComponents: [equity] } })).salary).toBeNull()
  })

  test('in the summary alone gives its amounts, and the country says whose dollars they are', async () => {
    const compensation = { compensationTierSummary: '$150K – $190K • Offers Equity' }
    const address = { postalAddress: { addressCountry: 'United States' } }
    const read = { min: 150_000, max: 190_000, period: null }
    expect((await one({ compensation })).salary).toMatchObject({ ...read, currency: null })
    expect((await one({ compensation, address })).salary).toMatchObject({
      ...read,
      currency: 'USD',
    })
  })

  test('that the board does not show is left out', async () => {
    const compensation = { summaryComponents: [salary] }
    const shouldDisplayCompensationOnJobPostings = false
    expect((await one({ compensation, shouldDisplayCompensationOnJobPostings })).salary).toBeNull()
  })

  test('with no tier is left out', async () => {
    const compensation = {
      compensationTierSummary: null,
      scrapeableCompensationSalarySummary: null,
      compensationTiers: [],
      summaryComponents: [],
    }
    expect((await one({ compensation })).salary).toBeNull()
  })
})

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/ashby')

describe.skipIf(fixtures === undefined)('recorded listings', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const { postings, incomplete } = await list(readFileSync(join(folder, file), 'utf8'))
    expect(incomplete).toBeNull()
    expect(postings.length).toBeGreaterThan(0)
    for (const posting of postings) {
      const record = extract(posting)
      expect(record?.description_text.length).toBeGreaterThan(100)
      expect(record?.description_html).not.toMatch(/<(?:h1|div|span|script)|style=/)
      expect(record?.url).toMatch(/^https:\/\/jobs\.ashbyhq\.com/)
      expect(record?.apply_url).toMatch(/\/application$/)
      expect(record?.locations).not.toEqual([])
      expect(record?.remote).not.toBeNull()
      expect(record?.department).not.toBeNull()
      expect(record?.employment_type).toBe('full_time')
      expect(record?.posted_at).toMatch(/^\d{4}-.*Z$/)
    }
  })

  test('a recorded compensation is a salary, and a hybrid job that says isRemote is not remote', async () => {
    const { postings } = await list(readFileSync(join(folder, 'careerkit.json'), 'utf8'))
    const [first, second] = postings.map(extract)
    expect(first?.salary).toBeNull()
    expect(first?.remote).toBe(true)
    expect(second?.remote).toBe(false)
    expect(second?.salary).toEqual({
      min: 102_800,
      max: 137_000,
      currency: 'CAD',
      period: 'year',
      text: 'CA$102.8K - CA$137K',
    })
  })
})
