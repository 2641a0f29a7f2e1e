import { expect, test } from 'vitest'
import { z } from 'zod'

import { byField, readServed, recordedJson, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'amazon', board: 'DEU' }

const job = {
  id: 'a-uuid',
  id_icims: '105',
  title: 'Baker ',
  job_path: '/en/jobs/105/baker',
  url_next_step: 'https://account.amazon.jobs/jobs/105/apply',
  normalized_location: 'Berlin, Berlin, DEU',
  city: 'Berlin',
  country_code: 'DEU',
  job_category: 'Kitchen',
  job_schedule_type: 'part-time',
  company_name: 'Amazon Bakery GmbH',
  description: 'Bake.<br/>Cook.',
  basic_qualifications: '- Calm<br/>- Clear',
  posted_date: 'September  5, 2026',
}

function served(jobs: readonly unknown[], hits: number) {
  return ({ searchParams }: URL) => {
    const rest = searchParams.get('offset') === '0' ? jobs : []
    return { body: JSON.stringify({ error: null, hits, jobs: rest }) }
  }
}

test('a job becomes a posting under the number of its address', async () => {
  const { made, postings, asked, incomplete, origin } = await readServed(source, served([job], 1))
  expect(incomplete).toBeNull()
  expect(asked).toEqual([
    '/en/search.json?result_limit=100&offset=0&sort=recent&normalized_country_code[]=DEU',
  ])
  expect(postings).toMatchObject([{ external_id: '105' }])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: `${origin}/en/jobs/105/baker`,
      apply_url: 'https://account.amazon.jobs/jobs/105/apply',
      locations: ['Berlin, Berlin, DEU'],
      department: 'Kitchen',
      employment_type: 'part_time',
      description_text: 'Bake.\nCook.\nBasic qualifications\n- Calm\n- Clear',
      posted_at: '2026-09-05T00:00:00.000Z',
      details: { employer: 'Amazon Bakery GmbH' },
    },
  ])
})

test('a search that counts no further is never complete', async () => {
  const { incomplete } = await readServed(source, served([job], 10_000))
  expect(incomplete).toMatch(/at most 10,000/)
})

test('an answer with an error fails the plan', async () => {
  const answer = { error: 'Too many requests', hits: 0, jobs: [] }
  await expect(readServed(source, answer)).rejects.toThrow(/no list of jobs/)
})

const Search = z.object({ jobs: z.array(z.unknown()), hits: z.int() })

test.skipIf(unrecorded)('the recorded page', async () => {
  const { jobs, hits } = Search.parse(recordedJson('amazon/search.json'))
  const { made, incomplete } = await readServed(source, served(jobs, hits))
  // The recorded page holds three of 1,732 jobs.
  expect(incomplete).toMatch(/counts 1732 postings, but its job list holds 3/)
  const truths = [
    {
      title: 'Software I&T Engineer, Amazon Leo Optical Inter-Satellite Link',
      url: /\/en\/jobs\/10560946\/software-i-t-engineer-amazon-leo-optical-inter-satellite-link$/,
      locations: ['US, CA, Northridge'],
      department: 'Software Development',
      description_text: /^Amazon Leo is Amazon's[^]*Basic qualifications\n- 2\+ years[^]*Preferred/,
      posted_at: '2026-09-25T00:00:00.000Z',
      countries: ['US'],
    },
    { locations: ['US, NJ, Newark'], posted_at: '2026-09-05T00:00:00.000Z' },
    { title: 'Software Development Engineer II, AWS Cross Domain Services (CDS)' },
  ]
  expect(byField(made, truths)).toEqual(
    right('title', 'url', 'locations', 'department', 'description_text', 'posted_at', 'countries'),
  )
})
