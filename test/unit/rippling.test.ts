import { expect, test } from 'vitest'

import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'rippling', board: 'acme' }

const row = {
  uuid: 'u-1',
  name: 'Baker',
  department: { id: 'Kitchen', label: 'Kitchen' },
  url: 'https://ats.rippling.com/acme/jobs/u-1',
  workLocation: { label: 'Remote (New Jersey, US)', id: 'x' },
}
const detail = {
  uuid: 'u-1',
  name: 'Baker',
  companyName: 'Acme',
  description: { company: '<p>We are Acme.</p>', role: '<p>Bake.</p>' },
  employmentType: { label: 'SALARIED_PT', id: 'Salaried, part-time' },
  createdOn: '2026-03-01T10:00:00Z',
  workLocations: ['Remote (New Jersey, US)', 'New York, NY'],
  payRangeDetails: [
    { rangeStart: 18, rangeEnd: 25, currency: 'USD', frequency: 'HOUR' },
    { rangeStart: 20, rangeEnd: 28, currency: 'USD', frequency: 'HOUR' },
  ],
}

function served(rows: unknown, answer: object = detail) {
  return ({ pathname }: URL) => ({
    body: JSON.stringify(pathname.endsWith('/jobs') ? rows : answer),
  })
}

test.each([
  ['a list', [row, { ...row, workLocation: { label: 'New York, NY' } }]],
  ['an object with a list', { items: [row] }],
])('a posting is made of %s and its detail', async (_, rows) => {
  const { made, postings } = await readServed(source, served(rows))
  expect(postings).toHaveLength(1)
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://ats.rippling.com/acme/jobs/u-1',
      locations: ['Remote (New Jersey, US)', 'New York, NY'],
      remote: true,
      department: 'Kitchen',
      employment_type: 'part_time',
      salary: { min: 18, max: 28, currency: 'USD', period: 'hour' },
      description_text: 'Bake.\nWe are Acme.',
      posted_at: '2026-03-01T10:00:00.000Z',
      details: { employer: 'Acme' },
    },
  ])
})

test('the detail of another posting is not taken', async () => {
  const { made } = await readServed(source, served([row], { ...detail, uuid: 'u-2' }))
  expect(made).toEqual(['detail_unreadable'])
})

test.skipIf(unrecorded)('the recorded list', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: pathname.endsWith('/jobs') ? recorded('rippling/list.json') : '{}',
  }))
  expect(incomplete).toBeNull()
  expect(postings).toMatchObject([
    {
      external_id: '2f0674e6-f01f-4ecd-b459-e947241c211f',
      title: 'Account Executive - Accountants Channel (East Coast)',
      url: 'https://ats.acme.com/acme/jobs/2f0674e6-f01f-4ecd-b459-e947241c211f',
      locations: ['Remote (New Jersey, US)', 'New York, NY'],
      remote: true,
      department: 'Sales',
    },
  ])
})
