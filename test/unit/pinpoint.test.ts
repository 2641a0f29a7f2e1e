import { expect, test } from 'vitest'

import { byField, readServed, recorded, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'pinpoint', board: 'acme' }

test('a posting has its path on the board, its requisition and its headings', async () => {
  const data = [
    {
      id: 7,
      title: 'Baker',
      path: '/en/postings/7',
      description: '<p>Bake.</p>',
      benefits_header: 'Benefits & more',
      benefits: '<p>Bread.</p>',
      workplace_type: 'onsite',
      compensation_minimum: 70,
      compensation_maximum: 90,
      compensation_visible: false,
      deadline_at: '2026-08-28T23:59:59-04:00',
      job: {
        requisition_id: 'REQ-1',
        department: { name: 'Kitchen' },
        division: { name: 'North' },
      },
      location: { name: 'Oslo, Norway' },
    },
  ]
  const { made, origin } = await readServed(source, { data })
  expect(made).toMatchObject([
    {
      url: `${origin}/en/postings/7`,
      locations: ['Oslo, Norway'],
      remote: false,
      department: 'Kitchen',
      salary: null,
      description_text: 'Bake.\nBenefits & more\nBread.',
      valid_through: '2026-08-29T03:59:59.000Z',
      details: { requisition_id: 'REQ-1', team: 'North', workplace: 'onsite' },
    },
  ])
})

test.skipIf(unrecorded)('the recorded listing', async () => {
  const { made, incomplete } = await readServed(source, recorded('pinpoint/list.json'))
  expect(incomplete).toBeNull()
  const truths = [
    {
      title: 'Enterprise Applications Architect',
      url: 'https://acme.pinpointhq.com/en/postings/post-001',
      locations: ['United States'],
      remote: true,
      department: 'Technology',
      salary: {
        min: 135_000,
        max: 198_000,
        currency: 'USD',
        period: 'year',
        text: '$135,000 - $198,000 / year',
      },
      description_text:
        /^Lead the enterprise[^]*What you will do\nOwn[^]*What you bring[^]*Benefits\nMedical/,
      valid_through: '2026-08-29T03:59:59.000Z',
      requisition_id: 'REQ-001',
      workplace: 'remote',
      countries: ['US'],
    },
    {
      title: 'CRM Program Consultant',
      url: /\/postings\/post-002$/,
      locations: ['Atlanta, GA'],
      remote: false,
      department: 'Consulting',
      salary: { min: 70, max: 90, currency: 'USD', period: 'hour', text: '$70 - $90 / hour' },
      workplace: 'hybrid',
    },
  ]
  expect(byField(made, truths)).toEqual(
    right(
      'title',
      'url',
      'locations',
      'remote',
      'department',
      'salary',
      'description_text',
      'valid_through',
      'requisition_id',
      'workplace',
      'countries',
    ),
  )
})
