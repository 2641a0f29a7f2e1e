import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

import { type FetchInit, FetchFailure, MustWait } from '../../src/pipelines/fetch.ts'
import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import type { Listed } from '../../src/pipelines/ingestion/listed.ts'
import { landedOnListing } from '../../src/pipelines/ingestion/page/landed.ts'
import { titleFromAddress } from '../../src/pipelines/ingestion/sources/posting-address.ts'
import type { WorkResult } from '../../src/pipelines/pipeline.ts'
import { type CrawledPage, PostingResult } from '../../src/protocol/posting.ts'
import { forbidden, web } from '../support/web.ts'
import { listedPosting, workRoom } from '../support/work-room.ts'

const URL = 'https://acme.test/jobs/7-baker'
const HTML = { 'content-type': 'text/html; charset=utf-8' }

/** As a sitemap lists it: nothing is known but its address. */
const fromSite = listedPosting({ url: URL, title: titleFromAddress(URL), updated_at: '2026-01-01' })

/** As a board lists it, without content. */
const fromBoard = listedPosting({
  url: URL,
  title: 'Baker (all)',
  locations: ['Kraków'],
  posted_at: '2026-02-02',
})

const posting = {
  '@type': 'JobPosting',
  title: 'Baker',
  description: '<p>Bake bread</p>',
  datePosted: '2026-03-03',
  jobLocation: 'Berlin',
  employmentType: 'FULL_TIME',
}
const TEXT =
  '<p>We bake bread, rolls and cakes, every morning, for the whole of the town.</p>'.repeat(10)

function page(node: object | null, body = ''): string {
  const block = node && `<script type="application/ld+json">${JSON.stringify(node)}</script>`
  return `<!doctype html><html><head>${block ?? ''}</head><body><article>${body}</article></body></html>`
}

type Site = Parameters<typeof web>[0][string]

function crawled(site: Site, listed: Listed = fromSite, known: CrawledPage | null = null) {
  const room = workRoom(web({ [URL]: site }).fetch)
  return { ...room, result: crawl({ listed, visit: 3, known }, room.ports) }
}

function readyOf(result: WorkResult) {
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result))
  return { ...PostingResult.parse(result.result), called: result.title }
}

async function postingOf(site: Site, listed: Listed = fromSite) {
  return readyOf(await crawled(site, listed).result).posting
}

describe('a posting that is only an address', () => {
  test('is read from the JobPosting of its page, whose bytes are kept', async () => {
    const headers = { ...HTML, etag: 'W/"5"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT' }
    const { result, steps, kept } = crawled({ body: page(posting), headers })
    const ready = readyOf(await result)
    expect(ready).toEqual({
      visit: 3,
      called: 'Baker',
      page: {
        url: URL,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        etag: 'W/"5"',
        last_modified: 'Sun, 01 Mar 2026 00:00:00 GMT',
      },
      posting: {
        title: 'Baker',
        url: URL,
        apply_url: null,
        locations: ['Berlin'],
        remote: null,
        department: null,
        employment_type: 'full_time',
        salary: null,
        description_html: '<p>Bake bread</p>',
        description_text: 'Bake bread',
        posted_at: '2026-03-03T00:00:00.000Z',
        updated_at: '2026-01-01T00:00:00.000Z',
        valid_through: null,
      },
    })
    expect(steps).toEqual(['crawling', 'extracting'])
    expect(new TextDecoder().decode(kept.get(ready.page?.sha256 ?? ''))).toBe(page(posting))
  })

  test('has its main text for a description where the JobPosting holds none', async () => {
    const { description_text, locations } = await postingOf(
      page({ ...posting, description: undefined }, TEXT),
    )
    expect(description_text).toContain('We bake bread')
    expect(locations).toEqual(['Berlin'])
  })

  test('keeps its guessed title where the JobPosting has none', async () => {
    expect((await postingOf(page({ ...posting, title: '' }))).title).toBe('7 baker')
  })

  test.each([
    ['plain', page(null, TEXT)],
    [
      'marked up otherwise',
      '<html><body itemscope itemtype="https://schema.org/JobPosting">x</body>',
    ],
    ['empty', ''],
  ])('is no posting where its page is %s', async (_, body) => {
    expect(await crawled({ body, headers: HTML }).result).toEqual({
      kind: 'failed',
      failure: {
        code: 'no_posting',
        message: 'The page holds no schema.org JobPosting.',
        retryable: false,
      },
    })
  })

  test('fails where neither JobPosting nor page has a text', async () => {
    const bare = page({ ...posting, description: null })
    expect(await crawled({ body: bare, headers: HTML }).result).toMatchObject({
      kind: 'failed',
      failure: { code: 'no_content', retryable: false },
    })
  })
})

describe("a board's posting", () => {
  test('keeps what its listing says; the page adds the description and what is lacking', async () => {
    expect(await postingOf(page(posting), fromBoard)).toMatchObject({
      title: 'Baker (all)',
      locations: ['Kraków'],
      posted_at: '2026-02-02T00:00:00.000Z',
      employment_type: 'full_time',
      description_text: 'Bake bread',
    })
  })

  test('is described by the main text of a page without JSON-LD', async () => {
    const { result, lines } = crawled(page(null, TEXT), fromBoard)
    const read = readyOf(await result).posting
    expect(read.description_text).toContain('We bake bread')
    expect(read.employment_type).toBeNull()
    expect(lines).toEqual([
      "“Baker (all)” has no JobPosting on its page: the page's main text was read.",
    ])
  })

  test('without a text anywhere fails with that reason', async () => {
    const { result } = crawled(page(null), fromBoard)
    expect(await result).toMatchObject({ kind: 'failed', failure: { code: 'no_content' } })
  })
})

describe('a page that was read before', () => {
  const headers = { ...HTML, etag: '"5"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT' }

  /** Answers 304 to whoever names the version, as a site does. */
  function conditional(seen: FetchInit['headers'][]) {
    return (init: FetchInit) => {
      seen.push(init.headers)
      const known = init.headers?.['if-none-match'] === '"5"'
      return known ? { status: 304 } : { body: page(posting), headers }
    }
  }

  test('and is the same is read as it was kept', async () => {
    const seen: FetchInit['headers'][] = []
    const room = workRoom(web({ [URL]: conditional(seen) }).fetch)
    const first = readyOf(await crawl({ listed: fromSite, visit: 3, known: null }, room.ports))
    const again = readyOf(
      await crawl({ listed: fromSite, visit: 4, known: first.page }, room.ports),
    )
    expect(again).toEqual({ ...first, visit: 4 })
    expect(seen[0]).not.toHaveProperty('if-none-match')
    expect(seen[1]).toMatchObject({
      'if-none-match': '"5"',
      'if-modified-since': 'Sun, 01 Mar 2026 00:00:00 GMT',
    })
    expect(seen).toHaveLength(2)
  })

  test('and is kept no longer is fetched again, on no condition', async () => {
    const seen: FetchInit['headers'][] = []
    const known = { url: URL, sha256: '0'.repeat(64), etag: '"5"', last_modified: null }
    const { result } = crawled(conditional(seen), fromSite, known)
    expect(readyOf(await result).page).toMatchObject({ etag: '"5"' })
    expect(seen).toHaveLength(2)
    expect(seen[1]).not.toHaveProperty('if-none-match')
  })

  test('at another address is not what this one is asked by', async () => {
    const seen: FetchInit['headers'][] = []
    const known = { url: `${URL}-x`, sha256: '0'.repeat(64), etag: '"5"', last_modified: null }
    await crawled(conditional(seen), fromSite, known).result
    expect(seen[0]).not.toHaveProperty('if-none-match')
  })

  test('and that only its header can decode is fetched on no condition the next time', async () => {
    const latin = new Uint8Array(Buffer.from(page({ ...posting, title: 'Bäcker' }), 'latin1'))
    const type = 'text/html; charset=iso-8859-1'
    const { result } = crawled({ body: latin, headers: { ...headers, 'content-type': type } })
    const ready = readyOf(await result)
    expect(ready.posting.title).toBe('Bäcker')
    expect(ready.page).toMatchObject({ etag: null, last_modified: null })
  })

  test.each([null, { url: `${URL}-x`, sha256: '0', etag: null, last_modified: null }])(
    'is not taken for this one, whatever the site says',
    async (known) => {
      const { result } = crawled({ status: 304 }, fromSite, known)
      expect(await result).toMatchObject({ failure: { code: 'page_error', retryable: false } })
    },
  )
})

describe('a page that fails', () => {
  test.each([
    ['404', { status: 404 }, { code: 'page_gone', retryable: false }],
    ['410', { status: 410 }, { code: 'page_gone', retryable: false }],
    ['401', { status: 401 }, { code: 'page_refused', retryable: false }],
    ['403', { status: 403 }, { code: 'page_refused', retryable: false }],
    ['408', { status: 408 }, { code: 'page_error', retryable: true }],
    ['429', { status: 429 }, { code: 'page_error', retryable: true }],
    ['500', { status: 500 }, { code: 'page_error', retryable: true }],
    ['418', { status: 418 }, { code: 'page_error', retryable: false }],
    [
      'a PDF',
      { headers: { 'content-type': 'application/pdf' }, body: '%PDF-' },
      { code: 'page_not_html', retryable: false },
    ],
    [
      'a PDF so called',
      { headers: HTML, body: '%PDF-1.7 <a>' },
      { code: 'page_not_html', retryable: false },
    ],
    ['JSON', { headers: HTML, body: '{"a":"<p>"}' }, { code: 'page_not_html', retryable: false }],
    [
      'its home page',
      { headers: HTML, url: 'https://acme.test/', body: page(posting) },
      { code: 'page_gone', retryable: false },
    ],
    [
      'its listing',
      { headers: HTML, url: 'https://acme.test/jobs?gone=7', body: page(posting) },
      { code: 'page_gone', retryable: false },
    ],
  ])('with %s gives its reason, and is not kept', async (_, site, failure) => {
    const { result, kept } = crawled(site)
    expect(await result).toMatchObject({ kind: 'failed', failure })
    expect(kept.size).toBe(0)
  })

  test('on the way to it gives the reason of the way', async () => {
    const failure = { code: 'too_large', message: 'It is too large.', retryable: false } as const
    const { result } = crawled(new FetchFailure(failure))
    expect(await result).toEqual({ kind: 'failed', failure })
  })

  test('because robots.txt forbids it is skipped', async () => {
    const reason = { code: 'robots', message: 'The robots.txt says no.' }
    expect(await crawled(forbidden()).result).toEqual({ kind: 'skipped', reason })
  })

  test('not, but has to wait, goes back', async () => {
    const wait = new MustWait(7, { code: 'pace', message: 'Not yet.' })
    await expect(crawled(wait).result).rejects.toBe(wait)
  })
})

test.each([
  ['/jobs/7', '/jobs/7', false],
  ['/jobs/7/', '/jobs/7', false],
  ['/jobs/7', '/jobs/7?from=x', false],
  ['/jobs/7', '/jobs/7-baker', false],
  ['/jobs/7', '/jobs/7/sales-position', false],
  ['/o/7', '/careers/baker', false],
  ['/jobs/7', '/', true],
  ['/jobs/7', '/jobs/', true],
  ['/en/o/7', '/en/o', true],
  ['/en/jobs/7', '/careers', true],
])('a redirect from %s to %s means that the posting is gone: %s', (asked, landed, expected) => {
  const site = 'https://acme.test'
  expect(landedOnListing(site + landed, site + asked)).toBe(expected)
})

const fixtures = process.env['RUNCAST_FIXTURES']
const folder = join(fixtures ?? '', 'boards/html')

/** What becomes of a recorded page that a sitemap lists, and of one that a board lists. */
const OUTCOMES: Readonly<Record<string, readonly [string, string]>> = {
  'jobscz-company-en.html': ['no_posting', 'ready'],
  'jobscz-widget-js-only.html': ['no_posting', 'no_content'],
  'schemaorg-jobposting-jsonld.html': ['ready', 'ready'],
  'schemaorg-jobposting-microdata.html': ['no_posting', 'ready'],
  'schemaorg-jobposting-rdfa.html': ['no_posting', 'ready'],
  'teamtailor-built-jsonld.html': ['no_content', 'no_content'],
  'weworkremotely-job.html': ['ready', 'ready'],
  'weworkremotely-no-image.html': ['ready', 'ready'],
}

describe.skipIf(fixtures === undefined)('recorded pages', () => {
  const files = fixtures === undefined ? ['RUNCAST_FIXTURES is not set'] : readdirSync(folder)
  test.each(files)('%s', async (file) => {
    const body = new Uint8Array(readFileSync(join(folder, file)))
    const outcomes = [fromSite, fromBoard].map(async (listed) => {
      const result = await crawled({ body, headers: HTML }, listed).result
      if (result.kind === 'failed') return result.failure.code
      const { description_text } = readyOf(result).posting
      expect(description_text).not.toMatch(/<\/?(?:p|div|li|strong)\b|&nbsp;|&amp;/)
      return result.kind
    })
    expect(await Promise.all(outcomes)).toEqual(OUTCOMES[file])
  })
})
