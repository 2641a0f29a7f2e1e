import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const ID = '6ca32cd1-ca64-4d8f-82e7-f65b3aaa0e9b'
const source = { type: 'ukg', board: `recruiting2.ultipro.com/ACM1000/${ID}` }
const PAGE = `/ACM1000/JobBoard/${ID}`

const opportunity = {
  Id: 'o-1',
  Title: 'Baker',
  RequisitionNumber: 'BAKER001',
  FullTime: false,
  JobCategoryName: 'Kitchen',
  JobLocationType: 2,
  PostedDate: '2026-07-30T09:10:11.123Z',
  Locations: [
    {
      LocalizedName: 'Plant 7',
      Address: { City: 'Plymouth', State: { Code: 'MN' }, Country: { Name: 'United States' } },
    },
    { LocalizedName: 'Bengaluru' },
  ],
}

function served(load: string, detail: object = { Id: 'o-1', Description: '<p>Bake.</p>' }) {
  return ({ pathname }: URL, sent: string) => {
    if (pathname === `${PAGE}/`) return { body: `<script>x = { loadUrl: "${load}" }</script>` }
    if (pathname.endsWith('OpportunityDetail')) {
      const data = JSON.stringify(detail)
      return {
        body: `<!doctype html><script>new US.Opportunity.CandidateOpportunityDetail(${data});</script>`,
      }
    }
    const first = sent.includes('"Skip":0,')
    return { body: JSON.stringify({ opportunities: first ? [opportunity] : [], totalCount: 1 }) }
  }
}

test('a posting is made of its opportunity and the data of its page', async () => {
  const { made, asked, incomplete, origin } = await readServed(source, served(`${PAGE}/Load`))
  expect(incomplete).toBeNull()
  expect(asked).toEqual([`${PAGE}/`, `${PAGE}/Load`, `${PAGE}/OpportunityDetail?opportunityId=o-1`])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: `${origin}${PAGE}/OpportunityDetail?opportunityId=o-1`,
      locations: ['Plymouth, MN, United States', 'Bengaluru'],
      remote: true,
      department: 'Kitchen',
      employment_type: 'part_time',
      description_text: 'Bake.',
      posted_at: '2026-07-30T09:10:11.123Z',
      details: { requisition_id: 'BAKER001' },
    },
  ])
})

test('a list on another host is not asked for', async () => {
  const reading = readServed(source, served('https://evil.example/Load'))
  await expect(reading).rejects.toThrow(/another host/)
})

test.each([
  ['that is closed', { Id: 'o-1', Description: 'x', OpportunityIsClosed: true }],
  ['of another number', { Id: 'o-2', Description: 'x' }],
])('an opportunity %s fails alone', async (_, detail) => {
  const { made } = await readServed(source, served(`${PAGE}/Load`, detail))
  expect(made).toEqual(['detail_unreadable'])
})

test.each([
  `evil.com/A/${ID}`,
  `recruiting2.ultipro.com.evil.example/A/${ID}`,
  `recruiting.ultipro.com/A/1`,
])('the board %j is refused', async (board) => {
  await expect(readServed({ ...source, board }, '')).rejects.toThrow(/cannot be read: board/)
})
