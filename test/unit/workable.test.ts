import { expect, test } from 'vitest'
import { z } from 'zod'

import {
  byField,
  readServed,
  recorded,
  recordedJson,
  right,
  unrecorded,
} from '../support/recorded.ts'

const source = { type: 'workable', board: 'acme' }
const place = { city: 'Austin', region: 'Texas', country: 'United States', hidden: false }
const row = {
  title: 'Office Manager',
  shortcode: 'OPS456',
  code: 'R-1',
  employment_type: 'Full-time',
  telecommuting: true,
  department: ['Operations', 'People'],
  url: 'https://apply.workable.com/j/OPS456',
  application_url: 'https://apply.workable.com/j/OPS456/apply',
  published_on: '2026-06-10',
  country: 'United States',
  locations: [place, { ...place, city: 'Secret', hidden: true }],
  description: '<p>Manage.</p>',
}

test('the rows of a posting become one posting with all places', async () => {
  const jobs = [row, { ...row, locations: [], city: '', state: '', country: 'Portugal' }]
  const { made, asked } = await readServed(source, { name: 'Acme', jobs })
  expect(asked).toEqual(['/api/v1/widget/accounts/acme?details=true'])
  expect(made).toMatchObject([
    {
      title: 'Office Manager',
      url: 'https://apply.workable.com/j/OPS456',
      apply_url: 'https://apply.workable.com/j/OPS456/apply',
      locations: ['Austin, Texas, United States', 'Portugal'],
      remote: true,
      department: 'Operations, People',
      employment_type: 'full_time',
      description_text: 'Manage.',
      posted_at: '2026-06-10T00:00:00.000Z',
      details: { employer: 'Acme', requisition_id: 'R-1', workplace: 'remote' },
    },
  ])
})

test('a link to another host is not taken', async () => {
  const jobs = [{ ...row, url: 'https://apply.workable.com.evil.example/j/1' }]
  expect((await readServed(source, { name: 'Acme', jobs })).made).toMatchObject([{ url: '' }])
})

test.skipIf(unrecorded)('the recorded listing', async () => {
  const { postings, incomplete } = await readServed(source, recorded('workable/list.json'))
  expect(incomplete).toBeNull()
  // The recorded rows have no text, so their posting would be read from its page.
  expect(postings).toMatchObject([
    {
      title: 'Business Analyst - Spanish Speaking',
      url: 'https://apply.workable.com/j/DD136DD7E7',
      locations: ['Spain', 'Portugal'],
      remote: true,
      department: 'Business Consulting',
      posted_at: '2026-08-05',
      employer: 'Zaelab',
      html: null,
    },
  ])
})

const Recorded = z.object({ widget: z.looseObject({}) })

test.skipIf(unrecorded)('the recorded sample with descriptions', async () => {
  const { widget } = Recorded.parse(recordedJson('workable/pages-and-detail.json'))
  const { made } = await readServed(source, widget)
  const truths = [
    {
      title: 'Senior Backend Engineer',
      url: 'https://apply.workable.com/j/ENG123',
      apply_url: 'https://apply.workable.com/j/ENG123/apply',
      locations: ['San Francisco, California, United States'],
      remote: true,
      department: 'Engineering',
      employment_type: 'full_time',
      description_text: /^We are looking for[^]*Equity & healthcare$/,
      posted_at: '2026-06-15T00:00:00.000Z',
      employer: 'Acme',
      countries: ['US'],
    },
    {
      title: 'Office Manager',
      department: 'Operations',
      locations: ['Austin, Texas, United States'],
    },
    { title: 'Data Scientist', countries: ['CA'], posted_at: '2026-06-30T00:00:00.000Z' },
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
      'description_text',
      'posted_at',
      'employer',
      'countries',
    ),
  )
})
