import { expect, onTestFinished, test } from 'vitest'

import { startBoard } from '../support/board.ts'
import { readServed, recorded, unrecorded } from '../support/recorded.ts'

const source = { type: 'teamtailor', board: 'acme' }

function item(id: number, fields: object = {}): object {
  const address = { '@type': 'PostalAddress', addressLocality: 'København', addressCountry: 'DK' }
  return {
    id: `t-${id}`,
    title: 'Baker',
    url: `https://career.acme.example/jobs/${id}-baker`,
    date_published: '2026-02-04T09:26:20+01:00',
    content_html: '<p>Bake.</p>',
    _jobposting: {
      '@type': 'JobPosting',
      title: 'Another title',
      employmentType: 'PART_TIME',
      hiringOrganization: { name: 'Acme' },
      jobLocation: { '@type': 'Place', address },
    },
    ...fields,
  }
}

test('an item becomes a posting, with what its JobPosting says', async () => {
  const { made } = await readServed(source, { items: [item(1)] })
  expect(made).toMatchObject([
    {
      title: 'Baker',
      url: 'https://career.acme.example/jobs/1-baker',
      locations: ['København, DK'],
      employment_type: 'part_time',
      description_text: 'Bake.',
      posted_at: '2026-02-04T08:26:20.000Z',
      details: { employer: 'Acme' },
    },
  ])
})

function page(path: string) {
  return { items: [item(path === '/jobs.json' ? 1 : 2)] }
}

test('the next page is read, and no page of another host', async () => {
  const { postings, incomplete } = await readServed(source, ({ pathname }) => ({
    body: JSON.stringify({
      ...page(pathname),
      ...(pathname === '/jobs.json' ? { next_url: '/more.json' } : {}),
    }),
  }))
  expect([postings.length, incomplete]).toEqual([2, null])
  const foreign = { ...page('/jobs.json'), next_url: 'https://evil.example/jobs.json' }
  await expect(readServed(source, foreign)).rejects.toThrow(/next page on another host/)
})

test("a board that answers on the company's own domain has its next page there", async () => {
  const own = await startBoard((url, _sent, origin) => {
    const next = url.pathname === '/jobs.json' ? { next_url: `${origin}/more.json` } : {}
    return { body: JSON.stringify({ ...page(url.pathname), ...next }) }
  })
  onTestFinished(() => own.close())
  const redirect = { status: 302, headers: { location: `${own.origin}/jobs.json` } }
  const { postings, incomplete } = await readServed(source, () => redirect)
  expect([postings.length, incomplete]).toEqual([2, null])
})

test.skipIf(unrecorded)('the recorded feed', async () => {
  const { postings, incomplete } = await readServed(source, recorded('teamtailor/list.json'))
  expect(incomplete).toBeNull()
  // The recorded items have no text, so their postings would be read from their pages.
  expect(postings).toMatchObject([
    {
      external_id: '20fafb7d-f013-4061-b6de-2894b3e0838b',
      title: 'Account Executive - Italy (Madrid based)',
      url: 'https://career.teamtailor.com/jobs/7167985-account-executive-italy-madrid-based',
      locations: ['Madrid, Europe, ES'],
      posted_at: '2026-02-04T09:26:20+01:00',
      html: null,
    },
    {
      title: 'Mid-Market Account Executive - Copenhagen',
      locations: ['Stockholm, Sweden, SE', 'København, Europe, DK'],
    },
  ])
})
