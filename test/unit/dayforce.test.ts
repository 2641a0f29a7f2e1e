import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'dayforce', board: 'acme/PORTAL' }

const row = {
  ReferenceNumber: 7,
  Title: 'Baker',
  CultureCode: 'en-CA',
  JobDetailsUrl: 'https://jobs.dayforcehcm.com/acme/PORTAL/jobs/7',
  City: 'Toronto',
  State: 'ON',
  Country: 'CAN',
  DatePosted: '2026-03-01T10:00:00',
  Description: '<p>Bake.</p>',
}

test('the rows of one language and all places become one posting', async () => {
  const rows = [
    { ...row, CultureCode: 'fr-CA', Title: 'Boulanger', City: 'Toronto' },
    row,
    { ...row, City: 'Ottawa' },
  ]
  const { made, asked, incomplete } = await readServed(source, rows)
  expect(incomplete).toBeNull()
  expect(asked).toEqual([
    '/api/acme/V1/JobFeeds?includeActivePostingOnly=true&internalJobBoardCode=PORTAL',
  ])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://jobs.dayforcehcm.com/acme/PORTAL/jobs/7',
      locations: ['Toronto, ON, CAN', 'Ottawa, ON, CAN'],
      description_text: 'Bake.',
      posted_at: '2026-03-01T10:00:00.000Z',
    },
  ])
})

test('another title under the same number makes the listing incomplete', async () => {
  const { postings, incomplete } = await readServed(source, [row, { ...row, Title: 'Cook' }])
  expect(postings).toMatchObject([{ title: 'Baker' }])
  expect(incomplete).toMatch(/1 of 2 entries/)
})
