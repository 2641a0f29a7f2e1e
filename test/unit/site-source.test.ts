import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { unknownFields } from '../../src/pipelines/ingestion/listed.ts'
import {
  SITE,
  LIST,
  MAP,
  list,
  failureOf,
  paths,
  page,
  links,
  numbered,
  urlset,
} from '../support/site-listing.ts'

describe('a posting with only an address', () => {
  test('has the address without its noise as its id, words of it as its title, and no content', async () => {
    const lastmod = '<lastmod>2026-08-01</lastmod>'
    const url = `${SITE}/jobs/senior-data-engineer-123?a=1`
    const listing = await list({ [MAP]: urlset(`${url}#top</loc>${lastmod}<loc>`) }, MAP)
    expect(listing).toEqual({
      claimed: null,
      incomplete: null,
      postings: [
        {
          external_id: `${SITE}/jobs/senior-data-engineer-123`,
          title: 'senior data engineer 123',
          url,
          ...unknownFields,
          updated_at: '2026-08-01',
        },
      ],
    })
  })
})

describe('a listing page', () => {
  test('lists the links on its own host, resolved like in a browser', async () => {
    const hrefs = ['jobs/1', '../jobs/2#apply', '/jobs/2', '//other.test/jobs/3', '#jobs', '']
    const odd = [
      'mailto:jobs@acme.test',
      'javascript:jobs/1',
      'http://[',
      'https://acme.test/jobs/4',
    ]
    const html = page(links(...hrefs, ...odd), '<base href="/en/"><base href="/de/">')
    expect(paths(await list({ [LIST]: html }))).toEqual(['/en/jobs/1', '/jobs/2', '/jobs/4'])
  })

  test('is at the address to which it redirected', async () => {
    const landed = { url: 'https://jobs.acme.test/en/all', body: page(links('jobs/1')) }
    expect(paths(await list({ [LIST]: landed }))).toEqual(['https://jobs.acme.test/en/jobs/1'])
  })

  test('may be a home page, and a posting may be below an address that looks like a page of it', async () => {
    const html = page(links('/jobs/1', '/careers/page/2/baker'))
    expect(paths(await list({ [`${SITE}/`]: html }, `${SITE}/`))).toHaveLength(2)
    expect(paths(await list({ [LIST]: html }))).toEqual(['/jobs/1', '/careers/page/2/baker'])
  })

  test('instead of a sitemap is not complete', async () => {
    const listing = await list({ [MAP]: page(links('/jobs/1')) }, MAP)
    expect(paths(listing)).toEqual(['/jobs/1'])
    expect(listing.incomplete).toMatch(/is not a sitemap/)
  })

  test('is not a posting of its own, and neither is another view of it', async () => {
    const url = `${SITE}/jobs/all`
    const html = page(links('all', '?team=x', '?page=1', '1', '/careers/jobs'))
    expect(paths(await list({ [url]: html }, url))).toEqual(['/jobs/1'])
    const sites = { [url]: page(links('?job=5', '?page=1')) }
    expect(paths(await list(sites, url, '/jobs/all'))).toEqual(['/jobs/all?job=5'])
  })

  test('lists the postings in its JSON-LD, whatever their addresses look like', async () => {
    const nodes = [
      { '@type': 'JobPosting', url: '/o/1' },
      {
        '@type': 'ItemList',
        itemListElement: [
          { '@type': 'ListItem', url: '/jobs/2' },
          { '@type': 'ListItem', url: '/o/3', item: { '@type': 'JobPosting' } },
          { '@type': 'ListItem', item: `${SITE}/jobs/4` },
          { '@type': 'ListItem', item: { '@type': 'JobPosting', '@id': '/o/5' } },
          '/jobs/6',
          { '@type': 'ListItem', url: '/article/7' },
        ],
      },
    ]
    const html = page(`<script type="application/ld+json">${JSON.stringify(nodes)}</script>`)
    const listing = await list({ [LIST]: html })
    expect(paths(listing).toSorted()).toEqual([
      '/jobs/2',
      '/jobs/4',
      '/jobs/6',
      '/o/1',
      '/o/3',
      '/o/5',
    ])
  })

  test('leads to its next pages', async () => {
    const sites = {
      [LIST]: page(links('/jobs/1', '?page=2'), '<link rel="next" href="?page=2">'),
      [`${LIST}?page=2`]: page(
        `${links('/jobs/1', '/jobs/2')}<a rel="nofollow Next" href="/careers/third">`,
      ),
      [`${LIST}/third`]: page(links('/jobs/3', '/careers?page=2')),
    }
    const listing = await list(sites)
    expect(paths(listing)).toEqual(['/jobs/1', '/jobs/2', '/jobs/3'])
    expect(listing.incomplete).toBeNull()
  })

  test.each([
    [
      'is the same again',
      page(links('/jobs/1', '?page=1'), '<link rel=next href="?page=3">'),
      /repeats/,
    ],
    ['leads back', page(links('/jobs/2'), '<link rel=next href="/careers">'), /its own next/],
    ['leads elsewhere', page(links('/jobs/2'), '<link rel=next href="//b.test/">'), /another host/],
    ['holds nothing', page('Are you human?'), /no link/],
    ['is cut off', '<!doctype html><html><body><a href="/jobs/2">x', /cut off/],
    ['is not there', { status: 404 }, /404/],
    ['leads home', { url: `${SITE}/`, body: page(links('/jobs/2')) }, /home page/],
    ['was read before', { url: LIST, body: page(links('/jobs/2')) }, /repeats/],
  ])('with a next page that %s is not complete', async (_, second, reason) => {
    const first = page(links('/jobs/1'), '<link rel=next href="?page=2">')
    const listing = await list({ [LIST]: first, [`${LIST}?page=2`]: second })
    expect(paths(listing)[0]).toBe('/jobs/1')
    expect(listing.incomplete).toMatch(reason)
  })

  test('of more than a hundred pages is not complete', async () => {
    const more = Array.from({ length: 120 }, (_, i) => [`${LIST}?page=${i + 2}`, numbered(i + 2)])
    const listing = await list({ ...Object.fromEntries(more), [LIST]: numbered(1) })
    expect(listing.postings).toHaveLength(100)
    expect(listing.incomplete).toMatch(/more than 100 pages/)
  })

  test('that fails on its second page fails the plan', async () => {
    const first = page(links('/jobs/1'), '<link rel=next href="?page=2">')
    const sites = { [LIST]: first, [`${LIST}?page=2`]: { status: 429 } }
    expect(await failureOf(sites)).toMatchObject({ code: 'site_error', retryable: true })
  })
})

const fixtures = process.env['RUNCAST_FIXTURES']

test.skipIf(fixtures === undefined)('the recorded index lists two postings', async () => {
  const folder = join(fixtures ?? '', 'boards/sitemap')
  const host = 'https://careers.example.test'
  const names = ['index.xml', 'sitemap-jobs-1.xml', 'sitemap-jobs-2.xml.gz']
  const files = names.map((name) => [
    `${host}/${name}`,
    new Uint8Array(readFileSync(join(folder, name))),
  ])
  const listing = await list(Object.fromEntries(files), `${host}/index.xml`)
  expect(listing.incomplete).toBeNull()
  expect(listing.postings.map(({ url, title, updated_at }) => [url, title, updated_at])).toEqual([
    [`${host}/jobs/101?ref=a&lang=en`, '101', '2026-08-01T10:00:00Z'],
    [`${host}/jobs/102`, '102', null],
  ])
})
