import { expect, test } from 'vitest'

import { byField, readServed, recorded, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'neogov', board: 'acme' }

test('an item becomes a posting, after the mark of the encoding', async () => {
  const { made, asked } = await readServed(
    source,
    `\uFEFF<rss><channel><item><link>https://www.governmentjobs.com/careers/acme/jobs/7</link><title>Clerk</title>
<joblisting:jobId>7</joblisting:jobId><description>&lt;p&gt;File.&lt;/p&gt;</description><joblisting:location>Oslo</joblisting:location>
<joblisting:categories><joblisting:category>Other</joblisting:category></joblisting:categories></item></channel></rss>`,
  )
  expect(asked).toEqual(['/SearchEngine/JobsFeed?agency=acme'])
  expect(made).toMatchObject([
    {
      title: 'Clerk',
      url: 'https://www.governmentjobs.com/careers/acme/jobs/7',
      locations: ['Oslo'],
      salary: null,
      description_text: 'File.',
    },
  ])
})

test.skipIf(unrecorded)('the recorded feed', async () => {
  const { made, incomplete } = await readServed(source, recorded('neogov/feed.xml'))
  expect(incomplete).toBeNull()
  const truths = [
    {
      title: 'Enterprise Applications Manager',
      url: 'https://www.governmentjobs.com/careers/exampleagency/jobs/410001',
      locations: ['Atlanta, Georgia'],
      department: 'Information Technology',
      salary: { min: 135_000, max: 175_000, currency: 'USD', period: 'year', text: null },
      description_text:
        'Lead the agency applications portfolio.\nDuties\nOwn architecture and delivery governance.\nQualifications\nFive years of enterprise systems leadership.\nSupplemental information\nA background check is required.',
      posted_at: '2026-08-19T05:00:00.000Z',
      valid_through: '2026-09-20T04:59:00.000Z',
    },
    {
      title: 'CRM Project Consultant',
      locations: ['Remote'],
      remote: true,
      salary: { min: 65, max: 85, currency: 'USD', period: 'hour', text: null },
      posted_at: '2026-08-18T14:00:00.000Z',
    },
  ]
  expect(byField(made, truths)).toEqual(
    right(
      'title',
      'url',
      'locations',
      'department',
      'salary',
      'description_text',
      'posted_at',
      'valid_through',
      'remote',
    ),
  )
})
