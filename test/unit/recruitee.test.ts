import { expect, test } from 'vitest'

import { byField, readServed, recorded, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'recruitee', board: 'acme' }

const offer = {
  id: 7,
  title: 'Baker &amp; Cook',
  careers_url: 'https://jobs.acme.example/o/baker',
  careers_apply_url: 'https://jobs.acme.example/o/baker/c/new',
  locations: [
    { city: 'Berlin', state: 'Berlin', country: 'Germany' },
    { city: 'Lyon', state: '', country: 'France' },
  ],
  remote: true,
  hybrid: true,
  on_site: false,
  department: 'Kitchen',
  employment_type_code: 'parttime_fixed_term',
  salary: { min: '60000', max: '75000', period: 'year', currency: 'EUR' },
  description: '<p>Bake.</p>',
  requirements: '<p>Flour.</p>',
  published_at: '2026-08-05 10:10:39 UTC',
  close_at: null,
  status: 'published',
}

test('an offer becomes a posting', async () => {
  const { made, asked } = await readServed(source, { offers: [offer] })
  expect(asked).toEqual(['/api/offers/'])
  expect(made).toMatchObject([
    {
      title: 'Baker & Cook',
      url: 'https://jobs.acme.example/o/baker',
      apply_url: 'https://jobs.acme.example/o/baker/c/new',
      locations: ['Berlin, Germany', 'Lyon, France'],
      remote: false,
      department: 'Kitchen',
      employment_type: 'temporary',
      salary: { min: 60_000, max: 75_000, currency: 'EUR', period: 'year', text: null },
      description_text: 'Bake.\nFlour.',
      posted_at: '2026-08-05T10:10:39.000Z',
      valid_through: null,
    },
  ])
})

test('an offer without places has the place of the offer itself, and an odd field is lost alone', async () => {
  const odd = { ...offer, locations: 'x', location: 'Porto, Portugal', salary: 5, hybrid: 'no' }
  const { made, incomplete } = await readServed(source, { offers: [odd] })
  expect(incomplete).toBeNull()
  expect(made).toMatchObject([{ locations: ['Porto, Portugal'], remote: true, salary: null }])
})

test('an offer that is not published is left out', async () => {
  const { made } = await readServed(source, { offers: [{ ...offer, status: 'internal' }] })
  expect(made).toEqual([])
})

test.each(['acme.evil', 'Acme', 'a/b', '-a', '', 'a'.repeat(64)])(
  'the board %j is not asked: it is no label of a host',
  async (board) => {
    await expect(readServed({ type: 'recruitee', board }, { offers: [] })).rejects.toThrow(
      /cannot be read: board/,
    )
  },
)

test.skipIf(unrecorded)('the recorded listing', async () => {
  const { made, incomplete } = await readServed(source, recorded('recruitee/careerkit.json'))
  expect(incomplete).toBeNull()
  const url =
    'https://jobs.acme.com/o/senior-financial-accountant-fmd-berlinbrandenburg-region-germany'
  const truths = [
    {
      title: '(Senior) Financial Accountant (f/m/d) - Berlin/Brandenburg Region, Germany',
      url,
      apply_url: `${url}/c/new`,
      locations: ['Berlin, Germany'],
      remote: false,
      department: 'Finance',
      employment_type: 'full_time',
      salary: { min: 60_000, max: 75_000, currency: 'EUR', period: 'year', text: null },
      description_text: /^How you will make an impact[^]*What we expect from you/,
      posted_at: '2026-08-05T10:10:39.000Z',
      updated_at: '2026-08-05T11:45:30.000Z',
      valid_through: null,
      employer: 'Acme',
      workplace: 'hybrid',
      countries: ['DE'],
    },
    {
      title: 'Partner Development Representative (f/m/d) - Berlin, Germany',
      locations: ['Berlin, Germany'],
      department: 'Sales',
      salary: { min: 75_000, max: 90_000, currency: 'EUR', period: 'year', text: null },
      posted_at: '2026-07-31T22:26:40.000Z',
    },
  ]
  expect(byField(made, truths)).toEqual(
    right(
      'title',
      'url',
      'apply_url',
      'locations',
      'remote',
      'department',
      'employment_type',
      'salary',
      'description_text',
      'posted_at',
      'updated_at',
      'valid_through',
      'employer',
      'workplace',
      'countries',
    ),
  )
})
