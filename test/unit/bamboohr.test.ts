import { expect, test } from 'vitest'

import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'bamboohr', board: 'acme' }

const row = {
  id: '86',
  jobOpeningName: 'Baker',
  departmentLabel: 'Kitchen ',
  employmentStatusLabel: 'Full Time',
  location: { city: 'Fort Lauderdale', state: 'Florida' },
  atsLocation: { country: null, state: null, province: null, city: null },
  isRemote: null,
  locationType: '2',
}
const jobOpening = {
  description: '<p>Bake.</p>',
  datePosted: '2026-03-01',
  compensation: '$50,000 - $60,000 per year',
}

function served(totalCount: number, detail: object = { result: { jobOpening } }) {
  return ({ pathname }: URL) => ({
    body: JSON.stringify(
      pathname === '/careers/list' ? { meta: { totalCount }, result: [row] } : detail,
    ),
  })
}

test('a posting is made of its row and its detail', async () => {
  const { made, asked, origin } = await readServed(source, served(1))
  expect(asked).toEqual(['/careers/list', '/careers/86/detail'])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: `${origin}/careers/86`,
      locations: ['Fort Lauderdale, Florida'],
      remote: false,
      department: 'Kitchen',
      employment_type: 'full_time',
      salary: { min: 50_000, max: 60_000, period: 'year', text: '$50,000 - $60,000 per year' },
      description_text: 'Bake.',
      posted_at: '2026-03-01T00:00:00.000Z',
      details: { workplace: 'hybrid' },
    },
  ])
})

test('a detail of another shape fails its posting alone', async () => {
  expect((await readServed(source, served(1, { result: {} }))).made).toEqual(['detail_unreadable'])
})

test('a total of another number makes the listing incomplete', async () => {
  expect((await readServed(source, served(3))).incomplete).toMatch(/counts 3/)
})

test('the address of a tenant that does not exist leads elsewhere, and is no empty board', async () => {
  const elsewhere = { status: 302, headers: { location: 'https://www.bamboohr.com/' } }
  await expect(readServed(source, () => elsewhere)).rejects.toThrow('There is no board "acme"')
})

test.skipIf(unrecorded)('the recorded list', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: pathname.endsWith('/list') ? recorded('bamboohr/list.json') : '{}',
  }))
  // The recorded list was cut: it counts three openings and holds two.
  expect(incomplete).toMatch(/counts 3 postings, but its job list holds 2/)
  expect(postings).toMatchObject([
    {
      external_id: '86',
      title: 'Nurse Paralegal',
      locations: ['Fort Lauderdale, Florida'],
      department: 'Legal',
      employment_type: 'full_time',
      workplace: 'onsite',
    },
    {
      external_id: '87',
      title: 'Marketing & Social Media Intern',
      department: 'Marketing',
      employment_type: 'intern',
    },
  ])
})
