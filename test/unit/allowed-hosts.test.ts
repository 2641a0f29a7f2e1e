import { describe, expect, test } from 'vitest'

import { IngestionInput } from '../../src/pipelines/ingestion/input.ts'
import { readListingOf } from '../../src/pipelines/ingestion/sources/listing-of.ts'
import { links, page, SITE, urlset } from '../support/site-listing.ts'
import { web } from '../support/web.ts'

const PAGES = {
  [`${SITE}/sitemap.xml`]: urlset(
    `${SITE}/jobs/1`,
    'https://jobs.acme.example/jobs/2',
    'https://www.acme-careers.example/jobs/3',
    'https://other.example/jobs/4',
  ),
  [`${SITE}/careers`]: page(links('/jobs/1', 'https://jobs.acme.example/jobs/2')),
}

async function read(path: string, allowed_hosts?: string): Promise<string[]> {
  const source = { type: 'site', url: SITE + path, ...(allowed_hosts && { allowed_hosts }) }
  const { signal } = new AbortController()
  const { postings } = await readListingOf(source, { fetch: web(PAGES).fetch, signal })
  return postings.map(({ url }) => new URL(url).hostname)
}

describe('a site’s postings on another host', () => {
  test.each([
    ['are no postings of the site', undefined, ['acme.test']],
    ['are, if its owner allows that host', 'jobs.acme.example', ['acme.test', 'jobs.acme.example']],
    [
      'are, on each of several hosts, with www. or without',
      'JOBS.acme.example, acme-careers.example',
      ['acme.test', 'jobs.acme.example', 'www.acme-careers.example'],
    ],
  ])('%s', async (_, allowed, hosts) => {
    expect(await read('/sitemap.xml', allowed)).toEqual(hosts)
  })

  test('are followed from its pages, too', async () => {
    expect(await read('/careers')).toEqual(['acme.test'])
    expect(await read('/careers', 'jobs.acme.example')).toEqual(['acme.test', 'jobs.acme.example'])
  })
})

test.each([
  ['jobs.acme.com', true],
  ['jobs.acme.com, acme-jobs.de', true],
  ['', false],
  [',', false],
  ['https://jobs.acme.com', false],
  ['jobs.acme.com/jobs', false],
  ['jobs.acme.com:8080', false],
  ['*.acme.com', false],
  ['localhost', false],
  ['10.0.0.1', false],
  [Array.from({ length: 21 }, (_, i) => `a${i}.acme.com`).join(','), false],
])('whether %j names hosts: %s', (allowed_hosts, valid) => {
  const source = { type: 'site', url: 'https://acme.com/sitemap.xml', allowed_hosts }
  const company = { slug: 'acme', name: 'Acme', source }
  expect(IngestionInput.safeParse({ companies: [company] }).success).toBe(valid)
})
