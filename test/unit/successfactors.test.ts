import { expect, test } from 'vitest'

import { readServed } from '../support/recorded.ts'

const source = { type: 'successfactors', board: 'jobs.acme.example' }

function feed(items: string): string {
  return `<?xml version="1.0"?><rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><title>Jobs</title>${items}</channel></rss>`
}

function item(link: string): string {
  return `<item><title>Architect (Agentforce) (Berlin, BE, DE)</title><link>${link}</link><g:location>Berlin, BE, DE</g:location>
<g:employer>Acme Sub</g:employer><g:expiration_date>2026-12-31</g:expiration_date><description>&lt;p&gt;Build.&lt;/p&gt;</description></item>`
}

test('an item becomes a posting, with its deadline and its true employer', async () => {
  const { made, postings, asked } = await readServed(
    source,
    feed(item('/job/Berlin-Architect/123456/')),
  )
  expect(asked).toEqual(['/sitemal.xml'])
  expect(postings).toMatchObject([{ external_id: '123456' }])
  expect(made).toMatchObject([
    {
      title: 'Architect (Agentforce)',
      locations: ['Berlin, BE, DE'],
      description_text: 'Build.',
      posted_at: null,
      valid_through: '2026-12-31T23:59:59.000Z',
      details: { employer: 'Acme Sub' },
    },
  ])
})

test('an item of another host has no address', async () => {
  const xml = feed(
    item('https://evil.example/job/x/9/').replace('<g:location>', '<g:id>9</g:id><g:location>'),
  )
  expect((await readServed(source, xml)).made).toMatchObject([{ url: '' }])
})

test('a page of an error that parses as XML fails the plan', async () => {
  const page = '<?xml version="1.0"?><html><body>Error</body></html>'
  await expect(readServed(source, page)).rejects.toThrow(/something else than its XML/)
})

test.each([
  'jobs',
  'jobs.acme.example/x',
  'user@acme.example',
  'JOBS.acme.example',
  '-a.example',
  'a..b',
])('the board %j is refused: it is no name of a host', async (board) => {
  await expect(readServed({ ...source, board }, '')).rejects.toThrow(/cannot be read: board/)
})
