import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'dvinci', board: 'acme' }

test('a publication becomes a posting, and its rows in other languages are the same one', async () => {
  const row = {
    id: 7,
    position: 'Bäcker (m/w/d)',
    language: 'de',
    jobPublicationURL: 'https://acme.dvinci-hr.com/de/jobs/7/baecker',
    startDate: '2026-03-01',
    introduction: '<p>Wir.</p>',
    tasks: '<p>Backen.</p>',
    jobOpening: {
      reference: 'R-7',
      locations: [{ name: 'Köln' }],
      department: { name: 'Küche' },
    },
  }
  const { made, asked } = await readServed(source, [row, { ...row, language: 'en' }])
  expect(asked).toEqual(['/jobPublication/list.json?lang=de'])
  expect(made).toMatchObject([
    {
      title: 'Bäcker (m/w/d)',
      url: 'https://acme.dvinci-hr.com/de/jobs/7/baecker',
      locations: ['Köln'],
      department: 'Küche',
      description_text: 'Wir.\nBacken.',
      posted_at: '2026-03-01T00:00:00.000Z',
      details: { requisition_id: 'R-7' },
    },
  ])
})
