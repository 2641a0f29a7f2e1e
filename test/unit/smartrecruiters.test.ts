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

const source = { type: 'smartrecruiters', board: 'Acme' }

const row = {
  id: '744',
  name: 'Baker',
  refNumber: 'REF1',
  company: { identifier: 'Acme', name: 'Acme' },
  releasedDate: '2026-06-30T17:30:04.932Z',
  location: { city: 'Bangalore', country: 'in', hybrid: true, fullLocation: 'Bangalore, , India' },
  department: { label: 'Kitchen' },
  typeOfEmployment: { label: 'Part-time' },
  language: { code: 'en' },
}
const detail = {
  active: true,
  postingUrl: 'https://jobs.smartrecruiters.com/Acme/744-baker',
  applyUrl: 'https://jobs.smartrecruiters.com/Acme/744-baker?oga=true',
  jobAd: {
    sections: {
      jobDescription: { title: 'The <job>', text: '<p>Bake.</p>' },
      qualifications: { title: 'You', text: '<ul><li>Flour</li></ul>' },
    },
  },
}

function served(rows: readonly object[], details: object = detail, total = rows.length) {
  return (url: URL) => {
    if (!url.pathname.endsWith('/postings')) return { body: JSON.stringify(details) }
    const content = url.searchParams.get('offset') === '0' ? rows : []
    return { body: JSON.stringify({ offset: 0, limit: 100, totalFound: total, content }) }
  }
}

test('a posting is made of its row and its detail', async () => {
  const { made, asked, incomplete } = await readServed(source, served([row]))
  expect(incomplete).toBeNull()
  expect(asked).toEqual([
    '/v1/companies/Acme/postings?limit=100&offset=0',
    '/v1/companies/Acme/postings/744',
  ])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://jobs.smartrecruiters.com/Acme/744-baker',
      apply_url: 'https://jobs.smartrecruiters.com/Acme/744-baker?oga=true',
      locations: ['Bangalore, India'],
      remote: false,
      department: 'Kitchen',
      employment_type: 'part_time',
      description_text: 'The <job>\nBake.\nYou\nFlour',
      posted_at: '2026-06-30T17:30:04.932Z',
    },
  ])
})

test('copies in other languages are one posting, and other openings of the same reference are not', async () => {
  const copies = [row, { ...row, id: '745', defaultJobAd: true, language: { code: 'de' } }]
  expect((await readServed(source, served(copies))).postings).toMatchObject([
    { external_id: '745' },
  ])
  const openings = [row, { ...row, id: '745' }]
  expect((await readServed(source, served(openings))).postings).toHaveLength(2)
})

test('a list without postings proves nothing: SmartRecruiters answers so for any name', async () => {
  const { postings, incomplete } = await readServed(source, served([]))
  expect({ found: postings.length, incomplete }).toEqual({
    found: 0,
    incomplete: expect.stringContaining('a company that it does not know'),
  })
})

test('a list that lacks postings of its total is read once more, and then is incomplete', async () => {
  const { incomplete, asked } = await readServed(source, served([row], detail, 3))
  expect(incomplete).toBe('The board counts 3 postings, but its job list holds 1.')
  expect(asked.filter((path) => path.endsWith('offset=0'))).toHaveLength(2)
})

test.each([
  ['is no longer active', { ...detail, active: false }],
  ['is an error', { message: 'no' }],
])('a posting whose detail %s fails alone', async (_, answer) => {
  const { made } = await readServed(source, served([row], answer))
  expect(made).toEqual(['detail_unreadable'])
})

test('a link to another host is not taken', async () => {
  const foreign = { ...detail, postingUrl: 'https://evil.example/1', applyUrl: 'javascript:1' }
  const { made } = await readServed(source, served([row], foreign))
  expect(made).toMatchObject([
    { url: 'https://jobs.smartrecruiters.com/Acme/744', apply_url: null },
  ])
})

test.skipIf(unrecorded)('the recorded list', async () => {
  const { made, postings, incomplete } = await readServed(source, (url) =>
    url.pathname.endsWith('/postings')
      ? { body: recorded('smartrecruiters/list.json') }
      : { body: JSON.stringify(detail) },
  )
  expect({ incomplete, found: postings.length }).toEqual({ incomplete: null, found: 1 })
  const truth = {
    title: 'CNA  / LPN - Consistent Hours. Start Next Week.',
    locations: ['St. Louis, MO, United States'],
    department: null,
    employment_type: 'part_time',
    posted_at: '2018-06-08T02:11:28.000Z',
  }
  expect(byField(made, [truth])).toEqual(
    right('title', 'locations', 'department', 'employment_type', 'posted_at'),
  )
})

const Pages = z.object({
  list_pages: z.array(z.looseObject({ offset: z.int() })),
  details: z.record(z.string(), z.unknown()),
})

test.skipIf(unrecorded)('the recorded pages and details', async () => {
  const { list_pages, details } = Pages.parse(recordedJson('smartrecruiters/pages-and-detail.json'))
  const { made, postings, incomplete } = await readServed(source, ({ pathname, searchParams }) => {
    const id = pathname.split('/').at(-1) ?? ''
    const offset = Number(searchParams.get('offset'))
    const page = list_pages.find((one) => one.offset === offset)
    return { body: JSON.stringify(id === 'postings' ? page : details[id]) }
  })
  expect(incomplete).toBeNull()
  const truths = [
    {
      title: 'Facilities Soft Services Engineer',
      url: 'https://jobs.smartrecruiters.com/BoschGroup/744000135080134-facilities-soft-services-engineer',
      locations: ['Pedro Escobedo, Qro., Mexico'],
      department: null,
      employment_type: 'full_time',
      description_text: /^Descripción de la empresa\nBosch fue fundada[^]*Engineering background/,
      posted_at: '2026-06-30T17:49:03.000Z',
      employer: 'Bosch Group',
      requisition_id: 'REF290165M',
      countries: ['MX'],
    },
    { title: 'Senior Data Engineer', remote: true, locations: ['Remote, United States'] },
  ]
  // The recorded detail of the third posting holds no text.
  expect(made[2]).toBe('no_content')
  const third = { title: 'Software Architect', remote: false, locations: ['bangalore, India'] }
  expect(postings[2]).toMatchObject(third)
  expect(byField(made, truths)).toEqual(
    right(
      'title',
      'url',
      'locations',
      'department',
      'employment_type',
      'description_text',
      'posted_at',
      'remote',
      'employer',
      'requisition_id',
      'countries',
    ),
  )
})
