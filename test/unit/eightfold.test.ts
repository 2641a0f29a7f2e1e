import { expect, test } from 'vitest'
import { z } from 'zod'

import { byField, readServed, recordedJson, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'eightfold', board: 'acme/acme.com' }

const position = {
  id: 7,
  name: 'Baker',
  positionUrl: '/careers/job/7',
  locations: ['Oslo, Norway', 'Berlin, Germany'],
  department: 'Kitchen',
  workLocationOption: 'hybrid',
  displayJobId: 'R-7',
  postedTs: 1_785_801_600,
}

function served(detail: object) {
  return ({ pathname, searchParams }: URL) => {
    if (pathname.endsWith('position_details')) return { body: JSON.stringify(detail) }
    const positions = searchParams.get('start') === '0' ? [position] : []
    return { body: JSON.stringify({ status: 200, data: { positions, count: 1 } }) }
  }
}

test('a posting is made of its position and its detail', async () => {
  const detail = { data: { jobDescription: '<p>Bake.</p>' } }
  const { made, asked, origin } = await readServed(source, served(detail))
  expect(asked).toEqual([
    '/api/pcsx/search?domain=acme.com&query=&location=&start=0&sort_by=timestamp',
    '/api/pcsx/position_details?position_id=7&domain=acme.com&hl=en',
  ])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: `${origin}/careers/job/7`,
      locations: ['Oslo, Norway', 'Berlin, Germany'],
      remote: false,
      department: 'Kitchen',
      description_text: 'Bake.',
      posted_at: '2026-08-04T00:00:00.000Z',
      details: { requisition_id: 'R-7', workplace: 'hybrid' },
    },
  ])
})

test('a detail of another shape fails its posting alone', async () => {
  expect((await readServed(source, served({ data: {} }))).made).toEqual(['detail_unreadable'])
})

test('a site that refuses both of its routes does not want to be read', async () => {
  const refused = { status: 403, body: '{"message":"no"}' }
  await expect(readServed(source, () => refused)).rejects.toThrow(/does not let Runcast read/)
})

const List = z.object({ positions: z.array(z.unknown()) })

test.skipIf(unrecorded)('the recorded list of the older shape', async () => {
  const { positions } = List.parse(recordedJson('eightfold/list.json'))
  const { postings, made, incomplete } = await readServed(source, ({ pathname, searchParams }) => {
    if (pathname === '/api/pcsx/search') return { status: 403, body: '{}' }
    if (pathname !== '/api/apply/v2/jobs')
      return { body: JSON.stringify({ job_description: '<p>Plan.</p>' }) }
    const start = Number(searchParams.get('start'))
    return { body: JSON.stringify({ positions: positions.slice(start, start + 10) }) }
  })
  expect([postings.length, incomplete]).toEqual([2, null])
  const truths = [
    {
      title: 'Supply Planner, Bromine S&OP',
      url: 'https://albemarle.eightfold.ai/careers/job/1099555326551',
      locations: [
        'Charlotte, North Carolina, United States of America',
        'Magnolia, Arkansas, United States of America',
      ],
      department: 'Supply Chain',
      posted_at: '2026-08-04T00:00:00.000Z',
      countries: ['US', 'US'],
    },
    { title: 'Director, Media Relations and U.S. Public Affairs' },
  ]
  expect(byField(made, truths)).toEqual(
    right('title', 'url', 'locations', 'department', 'posted_at', 'countries'),
  )
})
