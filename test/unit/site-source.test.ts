import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { FetchFailure, MustWait } from '../../src/pipelines/fetch.ts'
import { type Listing, unsaid } from '../../src/pipelines/ingestion/listed.ts'
import { listSite } from '../../src/pipelines/ingestion/sources/site.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import type { Failure } from '../../src/protocol/status.ts'
import { forbidden, web } from '../support/web.ts'

const SITE = 'https://acme.test'
const LIST = `${SITE}/careers`
const MAP = `${SITE}/sitemap.xml`

type Web = Parameters<typeof web>[0]

function list(sites: Web, url = LIST, match?: string): Promise<Listing> {
  const { signal } = new AbortController()
  const source = { type: 'site', url, ...(match === undefined ? {} : { match }) } as const
  return listSite(source, { fetch: web(sites).fetch, signal })
}

async function failureOf(sites: Web, url = LIST, match?: string): Promise<Failure> {
  try {
    await list(sites, url, match)
  } catch (error) {
    if (error instanceof PlanFailure) return error.failure
    throw error
  }
  throw new Error('the listing did not fail')
}

function paths({ postings }: Listing): string[] {
  return postings.map(({ url }) => url.replace(SITE, ''))
}

function page(body: string, head = ''): string {
  return `<!doctype html><html><head>${head}</head><body>${body}</body></html>`
}

function links(...hrefs: string[]): string {
  return hrefs.map((href) => `<a href="${href}">x</a>`).join('')
}

function numbered(at: number): string {
  return page(links(`/jobs/${at}`), `<link rel=next href="?page=${at + 1}">`)
}

function urlset(...locs: string[]): string {
  return `<urlset>${locs.map((loc) => `<url><loc>${loc}</loc></url>`).join('')}</urlset>`
}

function index(...locs: string[]): string {
  return `<sitemapindex>${locs.map((loc) => `<sitemap><loc>${loc}</loc></sitemap>`).join('')}</sitemapindex>`
}

describe('a posting that is only an address', () => {
  test('has it for its id, words of it for a title, and no content', async () => {
    const lastmod = '<lastmod>2026-08-01</lastmod>'
    const url = `${SITE}/jobs/senior-data-engineer-123?a=1`
    const listing = await list({ [MAP]: urlset(`${url}#top</loc>${lastmod}<loc>`) }, MAP)
    expect(listing).toEqual({
      incomplete: null,
      postings: [
        {
          external_id: url,
          title: 'senior data engineer 123',
          url,
          ...unsaid,
          updated_at: '2026-08-01',
        },
      ],
    })
  })
})

describe('a sitemap', () => {
  test('lists what looks like a posting on its own host', async () => {
    const locs = ['/jobs/1', '/about', '/jobs/2?a=1&amp;b=2', '/jobs/1'].map((path) => SITE + path)
    const others = ['https://other.test/jobs/3', 'ftp://acme.test/jobs/4', 'http://[']
    const www = 'https://www.acme.test/jobs/5'
    const listing = await list({ [MAP]: urlset(...locs, ...others, www) }, MAP)
    expect(paths(listing)).toEqual(['/jobs/1', '/jobs/2?a=1&b=2', www])
    expect(listing.incomplete).toBeNull()
  })

  test('lists what holds the text that was given', async () => {
    const sites = { [MAP]: urlset(`${SITE}/o/1`, `${SITE}/jobs/2`) }
    expect(paths(await list(sites, MAP, '/o/'))).toEqual(['/o/1'])
  })

  test('may be packed, whatever it is called, and may be an index of packed ones', async () => {
    const sites = {
      [MAP]: gzipSync(index(`${SITE}/1.xml`, `${SITE}/2.gz`)),
      [`${SITE}/1.xml`]: gzipSync(urlset(`${SITE}/jobs/1`)),
      [`${SITE}/2.gz`]: urlset(`${SITE}/jobs/2`),
    }
    expect(paths(await list(sites, MAP))).toEqual(['/jobs/1', '/jobs/2'])
  })

  test('is read once, though it is listed twice or lists itself', async () => {
    const { fetch, asked } = web({
      [MAP]: index(`${SITE}/1.xml`, MAP, `${SITE}/1.xml#x`, `${SITE}/2.xml`),
      [`${SITE}/1.xml`]: index(`${SITE}/1.xml`, MAP),
      [`${SITE}/2.xml`]: { url: `${SITE}/3.xml`, body: index(`${SITE}/4.xml`) },
      [`${SITE}/4.xml`]: { url: `${SITE}/3.xml`, body: index(`${SITE}/5.xml`) },
    })
    const { signal } = new AbortController()
    const listing = listSite({ type: 'site', url: MAP }, { fetch, signal })
    await expect(listing).rejects.toThrow(/lists no posting/)
    expect(asked).toEqual([MAP, ...['1', '2', '4'].map((name) => `${SITE}/${name}.xml`)])
  })

  test('of more than fifty files is not whole', async () => {
    const files = Array.from({ length: 60 }, (_, i) => `${SITE}/${i}.xml`)
    const sites = Object.fromEntries(files.map((file, i) => [file, urlset(`${SITE}/jobs/${i}`)]))
    const listing = await list({ ...sites, [MAP]: index(...files) }, MAP)
    expect(listing.postings).toHaveLength(49)
    expect(listing.incomplete).toMatch(/more than 50 sitemaps/)
  })

  test('of more than 50,000 postings is not whole', async () => {
    const locs = Array.from({ length: 50_001 }, (_, i) => `${SITE}/jobs/${i}`)
    const listing = await list({ [MAP]: urlset(...locs) }, MAP)
    expect(listing.postings).toHaveLength(50_000)
    expect(listing.incomplete).toMatch(/more than 50,000/)
  })

  test.each([
    ['is not there', { status: 404 }, /404/],
    ['may not be read', { status: 403 }, /403/],
    ['is a page', page('Sorry'), /no sitemap/],
    ['is forbidden by robots.txt', forbidden(), /robots\.txt/],
  ])('of an index that %s costs the others nothing, but wholeness', async (_, other, reason) => {
    const sites = { [MAP]: index(`${SITE}/1.xml`, `${SITE}/2.xml`), [`${SITE}/1.xml`]: other }
    const listing = await list({ ...sites, [`${SITE}/2.xml`]: urlset(`${SITE}/jobs/2`) }, MAP)
    expect(paths(listing)).toEqual(['/jobs/2'])
    expect(listing.incomplete).toMatch(reason)
    expect(await failureOf({ ...sites, [`${SITE}/2.xml`]: urlset() }, MAP)).toMatchObject({
      message: expect.stringMatching(reason),
    })
  })

  test.each([
    ['in trouble', { status: 503 }, { code: 'site_error', retryable: true }],
    [
      'cut off',
      urlset(`${SITE}/jobs/1`).slice(0, -9),
      { code: 'listing_unreadable', retryable: true },
    ],
    [
      'a bomb',
      gzipSync(new Uint8Array(11 * 1024 * 1024)),
      { code: 'listing_too_large', retryable: false },
    ],
  ])('of an index that is %s fails the plan', async (_, other, failure) => {
    const named = index(`${SITE}/1.xml`, `${SITE}/2.xml`)
    const sites = { [MAP]: named, [`${SITE}/1.xml`]: other }
    const whole = { ...sites, [`${SITE}/2.xml`]: urlset(`${SITE}/jobs/2`) }
    expect(await failureOf(whole, MAP)).toMatchObject(failure)
  })

  test.each([
    [urlset(), undefined, /"match"/],
    [urlset(`${SITE}/about`, 'https://other.test/jobs/1'), undefined, /other hosts: 1\./],
    [urlset(`${SITE}/jobs/1`), '/o/', /No address holds "\/o\/"/],
  ])('without a posting fails the plan, and says what may help', async (xml, match, advice) => {
    const failure = await failureOf({ [MAP]: xml }, MAP, match)
    expect(failure).toMatchObject({ code: 'no_postings_listed', retryable: false })
    expect(failure.message).toMatch(advice)
  })
})

describe('a listing page', () => {
  test('lists the links on its own host, resolved as a browser does', async () => {
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

  test('is where its redirect led', async () => {
    const landed = { url: 'https://jobs.acme.test/en/all', body: page(links('jobs/1')) }
    expect(paths(await list({ [LIST]: landed }))).toEqual(['https://jobs.acme.test/en/jobs/1'])
  })

  test('may be a home page, and a posting may be below what looks like a page of it', async () => {
    const html = page(links('/jobs/1', '/careers/page/2/baker'))
    expect(paths(await list({ [`${SITE}/`]: html }, `${SITE}/`))).toHaveLength(2)
    expect(paths(await list({ [LIST]: html }))).toEqual(['/jobs/1', '/careers/page/2/baker'])
  })

  test('in place of a sitemap is not whole', async () => {
    const listing = await list({ [MAP]: page(links('/jobs/1')) }, MAP)
    expect(paths(listing)).toEqual(['/jobs/1'])
    expect(listing.incomplete).toMatch(/is no sitemap/)
  })

  test('is no posting of its own, and neither is another view of it', async () => {
    const url = `${SITE}/jobs/all`
    const html = page(links('all', '?team=x', '?page=1', '1', '/careers/jobs'))
    expect(paths(await list({ [url]: html }, url))).toEqual(['/jobs/1'])
    const sites = { [url]: page(links('?job=5', '?page=1')) }
    expect(paths(await list(sites, url, '/jobs/all'))).toEqual(['/jobs/all?job=5'])
  })

  test('lists what its JSON-LD names, whatever its address looks like', async () => {
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
  ])('with a next page that %s is not whole', async (_, second, reason) => {
    const first = page(links('/jobs/1'), '<link rel=next href="?page=2">')
    const listing = await list({ [LIST]: first, [`${LIST}?page=2`]: second })
    expect(paths(listing)[0]).toBe('/jobs/1')
    expect(listing.incomplete).toMatch(reason)
  })

  test('of more than a hundred pages is not whole', async () => {
    const more = Array.from({ length: 120 }, (_, i) => [`${LIST}?page=${i + 2}`, numbered(i + 2)])
    const listing = await list({ ...Object.fromEntries(more), [LIST]: numbered(1) })
    expect(listing.postings).toHaveLength(100)
    expect(listing.incomplete).toMatch(/more than 100 pages/)
  })

  test.each(['?page=2', '/careers/page/2', '?offset=20'])(
    'with a page %s that it does not call its next is not whole',
    async (href) => {
      const listing = await list({ [LIST]: page(links('/jobs/1', href)) })
      expect(paths(listing)).toEqual(['/jobs/1'])
      expect(listing.incomplete).toMatch(/further pages/)
    },
  )

  test('that is in trouble on its second page fails the plan', async () => {
    const first = page(links('/jobs/1'), '<link rel=next href="?page=2">')
    const sites = { [LIST]: first, [`${LIST}?page=2`]: { status: 429 } }
    expect(await failureOf(sites)).toMatchObject({ code: 'site_error', retryable: true })
  })
})

describe('PLAN-3: a site that fails', () => {
  test.each([
    ['404', { status: 404 }, { code: 'site_not_found', retryable: false }],
    ['401', { status: 401 }, { code: 'site_refused', retryable: false }],
    ['403', { status: 403 }, { code: 'site_refused', retryable: false }],
    ['408', { status: 408 }, { code: 'site_error', retryable: true }],
    ['429', { status: 429 }, { code: 'site_error', retryable: true }],
    ['503', { status: 503 }, { code: 'site_error', retryable: true }],
    ['418', { status: 418 }, { code: 'site_error', retryable: false }],
    ['304', { status: 304 }, { code: 'site_error', retryable: false }],
    ['an empty page', ' \n', { code: 'listing_unreadable', retryable: false }],
    ['JSON', '[]', { code: 'listing_unreadable', retryable: false }],
    [
      'a feed',
      '<?xml version="1.0"?><rss></rss>',
      { code: 'listing_unreadable', retryable: false },
    ],
    ['a sitemap cut off', '<urlset><url>', { code: 'listing_unreadable', retryable: true }],
    [
      'a sitemap cut off at its start',
      '<?xml version="1.0"?><urls',
      { code: 'listing_unreadable', retryable: true },
    ],
    [
      'a packed file cut off',
      gzipSync(urlset()).subarray(0, -5),
      { code: 'listing_unreadable', retryable: true },
    ],
    [
      'a bomb',
      gzipSync(new Uint8Array(11 * 1024 * 1024)),
      { code: 'listing_too_large', retryable: false },
    ],
    [
      'its home page',
      { url: `${SITE}/?x`, body: page(links('/jobs/1')) },
      { code: 'site_moved', retryable: false },
    ],
    [
      'a bot wall',
      page('<h1>Are you human?</h1>'),
      { code: 'no_postings_listed', retryable: false },
    ],
    [
      'a page for scripts',
      page('<div id=root></div>'),
      { code: 'no_postings_listed', retryable: false },
    ],
    ['a robots.txt that says no', forbidden(), { code: 'forbidden_by_robots', retryable: false }],
  ])('with %s gives its reason', async (_, site, expected) => {
    const failure = await failureOf({ [LIST]: site })
    expect(failure).toMatchObject(expected)
    expect(failure.message).toMatch(/^(?:The|There) .*[.]$/)
  })

  test('on the way to it gives the reason of the way', async () => {
    const failure = { code: 'redirects', message: 'It goes round.', retryable: false } as const
    expect(await failureOf({ [LIST]: new FetchFailure(failure) })).toEqual(failure)
  })

  test('not, but wants a pause, is waited for', async () => {
    const wait = new MustWait(7, { code: 'pace', message: 'Not yet.' })
    await expect(list({ [LIST]: wait })).rejects.toBe(wait)
  })

  test('because the plan was stopped ends with the reason of its signal', async () => {
    const stop = AbortSignal.abort(new Error('the lease is lost'))
    const { fetch } = web({ [LIST]: new Error('aborted') })
    const listing = listSite({ type: 'site', url: LIST }, { fetch, signal: stop })
    await expect(listing).rejects.toThrow('the lease is lost')
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
