import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'breezy', board: 'acme' }

test('a position becomes a listed posting, whose text is on its page', async () => {
  const position = {
    id: 'a1',
    name: 'Baker',
    url: 'https://acme.breezy.hr/p/a1-baker',
    published_date: '2026-03-01T10:00:00Z',
    type: { name: 'Part-Time' },
    location: { name: 'Oslo, NO', country: { name: 'Norway' }, is_remote: true },
    company: { name: 'Acme' },
    salary: '50,000 - 60,000 NOK per month',
  }
  const { postings, asked } = await readServed(source, ({ pathname }) =>
    pathname === '/json' ? { body: JSON.stringify([position]) } : { status: 404 },
  )
  expect(asked[0]).toBe('/json')
  expect(postings).toMatchObject([
    {
      external_id: 'a1',
      url: 'https://acme.breezy.hr/p/a1-baker',
      locations: ['Oslo, NO'],
      remote: true,
      employment_type: 'part_time',
      employer: 'Acme',
      salary: { min: 50_000, max: 60_000, currency: 'NOK', period: 'month' },
      html: null,
    },
  ])
})

test('the address of a tenant that does not exist leads elsewhere, and is no empty board', async () => {
  const elsewhere = { status: 302, headers: { location: 'https://breezy.hr/' } }
  await expect(readServed(source, () => elsewhere)).rejects.toThrow('There is no board "acme"')
})
