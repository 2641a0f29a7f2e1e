import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'comeet', board: 'A2.00E/1A2B3C4D5E' }

test('a position becomes a posting, with the headings of its parts', async () => {
  const position = {
    uid: 'B4.11F',
    name: 'Baker',
    url_active_page: 'https://acme.example/jobs/baker',
    location: { name: 'Haifa', city: 'Haifa', country: 'IL', is_remote: false },
    workplace_type: 'Hybrid',
    department: 'Kitchen',
    employment_type: 'Full-time',
    time_updated: '2026-03-01T10:00:00Z',
    details: [
      { name: 'Description', value: '<p>Bake.</p>' },
      { name: 'Requirements', value: '<ul><li>Flour</li></ul>' },
    ],
  }
  const { made, asked } = await readServed(source, [position])
  expect(asked).toEqual(['/careers-api/2.0/company/A2.00E/positions?token=1A2B3C4D5E&details=true'])
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://acme.example/jobs/baker',
      locations: ['Haifa'],
      remote: false,
      department: 'Kitchen',
      employment_type: 'full_time',
      description_text: 'Description\nBake.\nRequirements\nFlour',
      posted_at: null,
      updated_at: '2026-03-01T10:00:00.000Z',
      details: { workplace: 'hybrid' },
    },
  ])
})

test('the token is not told to people who read why a list failed', async () => {
  const failing = readServed(source, { status: 400 })
  await expect(failing).rejects.toThrow('The board "A2.00E" answered')
})

test.each(['A2.00E', 'A2.00E/', 'A2.00E/x y', '../A/12345678'])(
  'the board %j is refused',
  async (board) => {
    await expect(readServed({ ...source, board }, [])).rejects.toThrow(/cannot be read: board/)
  },
)
