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

const source = { type: 'workday', board: 'acme.wd5/External' }
const PATH = '/wday/cxs/acme/External/jobs'

const Sent = z.object({
  appliedFacets: z.record(z.string(), z.array(z.string())),
  limit: z.int(),
  offset: z.int(),
})

function rowsOf(count: number, path = 'Job'): object[] {
  return Array.from({ length: count }, (_, index) => ({
    title: `Baker ${index}`,
    externalPath: `/job/Berlin/${path}_R-${index}`,
    locationsText: 'Berlin',
    bulletFields: [`R-${index}`],
  }))
}

const detail = {
  jobPostingInfo: {
    title: 'Baker',
    jobDescription: '<p>Bake.</p>',
    location: 'US, CA, Santa Clara',
    additionalLocations: ['US, TX, Remote'],
    startDate: '2026-06-25',
    endDate: '2026-07-25',
    timeType: 'Full time',
    remoteType: 'Office – Flexible',
    jobReqId: 'R-0',
    externalUrl: 'https://acme.wd5.myworkdayjobs.com/External/job/Berlin/Job_R-0',
  },
  hiringOrganization: { name: 'Acme USA' },
}

/** Answers as a tenant that counts its postings on the first page alone. */
function served(rows: readonly object[], answer: object = detail) {
  return ({ pathname }: URL, sent: string) => {
    if (pathname !== PATH) return { body: JSON.stringify(answer) }
    const { offset, limit } = Sent.parse(JSON.parse(sent))
    if (limit > 20) return { status: 400, body: '{}' }
    const jobPostings = rows.slice(offset, offset + limit)
    return { body: JSON.stringify({ total: offset === 0 ? rows.length : 0, jobPostings }) }
  }
}

test('a posting is made of its row and its detail', async () => {
  const { made, incomplete, asked } = await readServed(source, served(rowsOf(1)))
  expect(incomplete).toBeNull()
  expect(asked).toEqual([PATH, '/wday/cxs/acme/External/job/Berlin/Job_R-0'])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://acme.wd5.myworkdayjobs.com/External/job/Berlin/Job_R-0',
      locations: ['US, CA, Santa Clara', 'US, TX, Remote'],
      employment_type: 'full_time',
      description_text: 'Bake.',
      posted_at: '2026-06-25T00:00:00.000Z',
      valid_through: '2026-07-25T23:59:59.000Z',
      details: { employer: 'Acme USA', requisition_id: 'R-0' },
    },
  ])
})

test('pages of 20 are read although later ones count 0, and a number keeps its posting when its title changes', async () => {
  const { postings, incomplete } = await readServed(source, served(rowsOf(45)))
  expect([postings.length, incomplete]).toEqual([45, null])
  const again = await readServed(source, served(rowsOf(45, 'Renamed')))
  expect(again.postings.map(({ external_id }) => external_id)).toEqual(
    postings.map(({ external_id }) => external_id),
  )
})

test('a page of an outage, and a tenant that wants a token, fail the plan', async () => {
  await expect(readServed(source, '<html>Workday is down</html>')).rejects.toThrow(/page of HTML/)
  const refused = { status: 401, body: '{}' }
  await expect(readServed(source, () => refused)).rejects.toThrow(/does not let Runcast read/)
})

test.each(['acme.wd5', 'acme/External', 'acme.evil.com/External', 'acme.wd5/a/b', 'acme.wd5/..'])(
  'the board %j is refused',
  async (board) => {
    await expect(readServed({ ...source, board }, {})).rejects.toThrow(/cannot be read: board/)
  },
)

const Recorded = z.object({
  list_pages: z.array(z.object({ jobPostings: z.array(z.unknown()) })),
  details: z.record(z.string(), z.unknown()),
})

test.skipIf(unrecorded)('the recorded pages and details', async () => {
  const { list_pages, details } = Recorded.parse(recordedJson('workday/pages-and-detail.json'))
  const all = list_pages.flatMap(({ jobPostings }) => jobPostings)
  const { made, incomplete } = await readServed(source, ({ pathname }, sent) => {
    if (pathname !== PATH)
      return { body: JSON.stringify(details[pathname.replace('/wday/cxs/acme/External', '')]) }
    const { offset } = Sent.parse(JSON.parse(sent))
    return { body: JSON.stringify({ total: 4, jobPostings: all.slice(offset, offset + 2) }) }
  })
  expect(incomplete).toBeNull()
  const url =
    'https://acme.wd5.myworkdayjobs.com/External/job/US-CA-Santa-Clara/Senior-Software-Engineer_JR-1001'
  const truths = [
    {
      title: 'Senior Software Engineer',
      url,
      locations: ['US, CA, Santa Clara'],
      employment_type: 'full_time',
      description_text: 'Build distributed systems at scale.',
      posted_at: '2026-06-25T00:00:00.000Z',
      employer: 'Acme USA',
      requisition_id: 'JR-1001',
    },
    {
      title: 'Senior HPC Architect, Automation and At-Scale Deployment',
      posted_at: '2026-06-30T00:00:00.000Z',
    },
    {
      title: 'Senior ASIC Methodology Engineer - LPU Division',
      locations: ['US, CA, Remote', 'US, TX, Remote', 'US, WA, Remote'],
    },
    { title: 'Product Manager', locations: ['US, NY, New York'] },
  ]
  expect(byField(made, truths)).toEqual(
    right(
      'title',
      'url',
      'locations',
      'employment_type',
      'description_text',
      'posted_at',
      'employer',
      'requisition_id',
    ),
  )
})

test.skipIf(unrecorded)('the recorded list', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: pathname === PATH ? recorded('workday/list.json') : '{}',
  }))
  expect(incomplete).toBeNull()
  expect(postings).toMatchObject([
    {
      external_id: 'JR354232',
      title: 'Solution Architect / Senior Solution Architect - PubSec - SLED/NGO',
      requisition_id: 'JR354232',
      locations: [],
      posted_at: null,
    },
    { external_id: 'JR332446' },
  ])
})
