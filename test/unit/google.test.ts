import { expect, test } from 'vitest'

import { byField, readServed, recorded, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'google', board: 'all' }

function feed(...jobs: readonly string[]): string {
  return `<?xml version="1.0"?><jobs><updated>now</updated>${jobs.join('')}</jobs>`
}

const job = `<job><published>2026-09-14T06:45:43.741Z</published><jobid>133023244499198662</jobid><title>Baker &amp; Cook</title>
<description>&lt;p&gt;Bake.&lt;/p&gt;</description><url>https://careers.google.com/jobs/results/133-baker/</url><jobtype>PART_TIME</jobtype>
<employer>DeepMind</employer><languageCode>en-US</languageCode><remote>hybrid</remote><isRemote>No</isRemote><isHybrid>Yes</isHybrid>
<locations><location><country>India</country></location><location><city>San Francisco</city><state>CA</state><country>USA</country></location></locations></job>`

test('a job becomes a posting, with the parts of each place', async () => {
  const { made, postings } = await readServed(source, feed(job))
  expect(postings).toMatchObject([{ external_id: '133023244499198662' }])
  expect(made).toMatchObject([
    {
      title: 'Baker & Cook',
      url: 'https://careers.google.com/jobs/results/133-baker/',
      locations: ['India', 'San Francisco, CA, USA'],
      remote: false,
      employment_type: 'part_time',
      description_text: 'Bake.',
      posted_at: '2026-09-14T06:45:43.741Z',
      details: { employer: 'DeepMind', workplace: 'hybrid' },
    },
  ])
})

test('a board of one employer has the jobs of no other', async () => {
  const other = job.replace('DeepMind', 'YouTube').replaceAll('133', '134')
  const { postings } = await readServed({ ...source, board: 'deepmind' }, feed(job, other))
  expect(postings).toMatchObject([{ external_id: '133023244499198662' }])
})

test.skipIf(unrecorded)('the recorded part of the feed', async () => {
  const { made, incomplete } = await readServed(source, recorded('google/feed.xml'))
  expect(incomplete).toBeNull()
  const truths = [
    {
      title: 'Staff Software Engineer, Full Stack, Google Labs',
      url: 'https://careers.google.com/jobs/results/135021631578743494-staff-software-engineer/',
      locations: ['Mountain View, CA, USA'],
      remote: false,
      employment_type: 'full_time',
      description_text: /^In most instances[^]*\nMinimum qualifications:\nBachelor's degree/,
      posted_at: '2026-09-25T20:36:38.822Z',
      employer: 'Google',
      workplace: 'onsite',
      countries: ['US'],
    },
    {
      title: 'Software Engineer III, Gemini Mobile App',
      locations: ['Bangalore, KA, India', 'San Francisco, CA, USA'],
      employer: 'DeepMind',
      countries: ['IN', 'US'],
    },
    { title: 'Software Engineer, Remote', remote: true, locations: [], workplace: 'remote' },
  ]
  expect(byField(made, truths)).toEqual(
    right(
      'title',
      'url',
      'locations',
      'remote',
      'employment_type',
      'description_text',
      'posted_at',
      'employer',
      'workplace',
      'countries',
    ),
  )
})
