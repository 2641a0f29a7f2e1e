import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'softgarden', board: 'acme' }

test('an element becomes a posting', async () => {
  const item = {
    '@type': 'JobPosting',
    title: 'Bäcker (m/w/d)',
    url: 'https://acme.softgarden.io/job/7',
    identifier: { '@type': 'PropertyValue', name: 'Acme', value: '7' },
    description: '<p>Backen.</p>',
    datePosted: '2026-03-01',
    employmentType: 'PART_TIME',
    hiringOrganization: { '@type': 'Organization', name: 'Acme' },
    jobLocation: { '@type': 'Place', address: { addressLocality: 'Köln', addressCountry: 'DE' } },
  }
  const { made, asked } = await readServed(source, {
    numberOfItems: 1,
    dataFeedElement: [{ item }],
  })
  expect(asked).toEqual(['/jobs.feed.json'])
  expect(made).toMatchObject([
    {
      title: 'Bäcker (m/w/d)',
      url: 'https://acme.softgarden.io/job/7',
      locations: ['Köln, DE'],
      employment_type: 'part_time',
      description_text: 'Backen.',
      posted_at: '2026-03-01T00:00:00.000Z',
      details: { employer: 'Acme' },
    },
  ])
})

test('a feed that counts more than it holds is incomplete', async () => {
  const { incomplete } = await readServed(source, { numberOfItems: 2, dataFeedElement: [] })
  expect(incomplete).toMatch(/counts 2/)
})
