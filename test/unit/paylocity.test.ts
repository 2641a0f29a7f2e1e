import { expect, test } from 'vitest'

import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'paylocity', board: '211e692d-c45a-4e3a-ae01-3e497af97929' }

function page(data: object): string {
  return `<html><script>window.other = {"a": 1}; window.pageData = ${JSON.stringify(data)};</script></html>`
}

test('the data of the page is read to its own end, and jobs for own people are left out', async () => {
  const job = {
    JobId: 7,
    JobTitle: 'Baker "}"',
    PublishedDate: '2026-08-08T11:27:44-05:00',
    Description: '<p>Bake.</p>',
  }
  const own = { ...job, JobId: 8, IsInternal: true }
  const { made, incomplete } = await readServed(
    source,
    page({ ModuleTitle: 'Acme', Jobs: [job, own] }),
  )
  expect(incomplete).toBeNull()
  expect(made).toMatchObject([
    { title: 'Baker "}"', posted_at: '2026-08-08T16:27:44.000Z', details: { employer: 'Acme' } },
  ])
})

test.each([
  ['without data', '<html><body>JobNotFound</body></html>'],
  ['whose data was cut off', page({ Jobs: [] }).slice(0, -30)],
])('a page %s fails the plan', async (_, html) => {
  await expect(readServed(source, html)).rejects.toThrow(/no list of jobs/)
})

test.skipIf(unrecorded)('the recorded page', async () => {
  const { postings, incomplete, origin } = await readServed(source, ({ pathname }) => ({
    body: pathname.includes('/All/') ? recorded('paylocity/list.html') : '',
  }))
  expect(incomplete).toBeNull()
  // The texts are on the jobs' pages.
  expect(postings).toMatchObject([
    {
      external_id: '4141169',
      title: 'Engineer/Associate Engineer, Power Systems',
      url: `${origin}/Recruiting/Jobs/Details/4141169`,
      locations: ['Raleigh, NC, USA'],
      workplace: 'hybrid',
      employer: 'North Carolina Advanced Energy Corporation',
      posted_at: '2026-08-08T11:27:44-05:00',
      html: null,
    },
    { external_id: '4401262', title: 'Administrative Assistant (Hybrid)' },
  ])
})
