import { expect, test } from 'vitest'
import { z } from 'zod'

import { byField, readServed, recordedJson, right, unrecorded } from '../support/recorded.ts'

const source = { type: 'oracle', board: 'eabc.fa.us2/CX_1' }

function served(rows: readonly object[], total: number | undefined, detail: unknown) {
  return ({ pathname, search }: URL) => {
    if (pathname.endsWith('Details')) return { body: JSON.stringify(detail) }
    const first = search.includes('offset=0,')
    const requisitionList = first ? rows : []
    return { body: JSON.stringify({ items: [{ TotalJobsCount: total, requisitionList }] }) }
  }
}

const row = {
  Id: '25587',
  Title: 'Bridge Inspector',
  PostedDate: '2026-08-07',
  PrimaryLocation: 'PERTH, WESTERN AUSTRALIA, Australia',
  secondaryLocations: [{ Name: 'HOUSTON, TX, United States', CountryCode: 'US' }],
  WorkplaceTypeCode: 'ORA_HYBRID',
  WorkplaceType: 'Híbrido',
}
const detail = {
  Id: '25587',
  ExternalDescriptionStr: '<p>Inspect.</p>',
  ExternalQualificationsStr: '<p>Calm.</p>',
  ExternalPostedStartDate: '2026-08-06T00:00:00+00:00',
  ExternalPostedEndDate: '2026-09-06T00:00:00+00:00',
}

test.each([
  ['a list of one', { items: [detail] }],
  ['the requisition alone', detail],
])('a posting is made of its row and %s', async (_, answer) => {
  const { made, asked, incomplete, origin } = await readServed(source, served([row], 1, answer))
  expect(incomplete).toBeNull()
  expect(asked[0]).toContain('finder=findReqs;siteNumber=CX_1,limit=200,offset=0,')
  expect(asked[1]).toContain('finder=ById;Id=%2225587%22,siteNumber=CX_1')
  expect(made).toMatchObject([
    {
      title: 'Bridge Inspector',
      url: `${origin}/hcmUI/CandidateExperience/en/sites/CX_1/job/25587`,
      locations: ['PERTH, WESTERN AUSTRALIA, Australia', 'HOUSTON, TX, United States'],
      remote: false,
      description_text: 'Inspect.\nCalm.',
      posted_at: '2026-08-06T00:00:00.000Z',
      valid_through: '2026-09-06T00:00:00.000Z',
      details: { workplace: 'hybrid' },
    },
  ])
})

test('an answer without the list, as without the expansion, fails the plan', async () => {
  const bare = { items: [{ TotalJobsCount: 3 }], hasMore: false }
  await expect(readServed(source, bare)).rejects.toThrow(/no list of requisitions/)
})

test('the detail of another requisition is not taken', async () => {
  const { made } = await readServed(source, served([row], 1, { ...detail, Id: '1' }))
  expect(made).toEqual(['detail_unreadable'])
})

const List = z.object({
  items: z.tuple([z.object({ requisitionList: z.array(z.looseObject({})) })]),
})

test.skipIf(unrecorded)('the recorded list and detail', async () => {
  const [{ requisitionList }] = List.parse(recordedJson('oracle/list.json')).items
  const { Id: _id, ...rest } = z
    .looseObject({ Id: z.string() })
    .parse(recordedJson('oracle/detail.json'))
  const { made, postings, incomplete } = await readServed(
    source,
    served(requisitionList, undefined, { ...rest, Id: '26876' }),
  )
  expect(incomplete).toBeNull()
  expect(postings).toMatchObject([
    {
      external_id: '25587',
      title: 'Bridge Inspector',
      locations: ['PERTH, WESTERN AUSTRALIA, Australia'],
      posted_at: '2026-08-07',
    },
    { external_id: '26876' },
  ])
  const truth = {
    title: 'Technology and Communications Sector Leader',
    locations: [
      'SAN FRANCISCO, CA, United States',
      'HOUSTON, TX, United States',
      'ATLANTA, GA, United States',
      'MIAMI, FL, United States',
      'IRVINE, CA, United States',
    ],
    description_text:
      'Lead enterprise systems delivery.\nOwn the implementation roadmap.\nFive years of CRM delivery experience.',
    posted_at: '2026-08-19T00:00:00.000Z',
    workplace: 'hybrid',
  }
  expect(byField(made.slice(1), [truth])).toEqual(
    right('title', 'locations', 'description_text', 'posted_at', 'workplace'),
  )
})
