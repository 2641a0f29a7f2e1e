import { describe, expect, test } from 'vitest'

import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import {
  crawled,
  fromBoard,
  fromSite,
  HTML,
  page,
  posting,
  postingOf,
  readyOf,
  TEXT,
  PAGE_URL,
} from '../support/crawled.ts'
import { memoryWorkPorts } from '../support/memory-work-ports.ts'
import { web } from '../support/web.ts'

describe('a posting with only an address', () => {
  test('is read from the JobPosting of its page, and tells how the page is known again', async () => {
    const headers = { ...HTML, etag: 'W/"5"', 'last-modified': 'Sun, 01 Mar 2026 00:00:00 GMT' }
    const { result, steps } = crawled({ body: page(posting), headers })
    expect(readyOf(await result)).toEqual({
      visit: 3,
      called: 'Baker',
      page: {
        url: PAGE_URL,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        etag: 'W/"5"',
        last_modified: 'Sun, 01 Mar 2026 00:00:00 GMT',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        lastmod: '2026-01-01',
        asked_at: expect.stringMatching(/Z$/),
      },
      posting: {
        title: 'Baker',
        url: PAGE_URL,
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
        closed_at: null,
        details: { employment_types: [{ type: 'full_time', text: 'FULL_TIME' }] },
        facets: ['workplace:unknown', 'employment_type:full_time'],
        words: 'baker bake bread',
        likeness: [],
      },
    })
    expect(steps).toEqual(['crawling', 'extracting'])
  })

  test("is described by the page's main text if the JobPosting has no description", async () => {
    const { description_text, locations } = await postingOf(
      page({ ...posting, description: undefined }, TEXT),
    )
    expect(description_text).toContain('We bake bread')
    expect(locations).toEqual(['Berlin'])
  })

  test('keeps its guessed title if the JobPosting has none', async () => {
    expect((await postingOf(page({ ...posting, title: '' }))).title).toBe('7 baker')
  })

  test.each([
    ['plain', page(null, TEXT)],
    [
      'marked up otherwise',
      '<html><body itemscope itemtype="https://schema.org/JobPosting">x</body>',
    ],
    ['empty', ''],
  ])('is no posting if its page is %s', async (_, body) => {
    expect(await crawled({ body, headers: HTML }).result).toEqual({
      kind: 'failed',
      failure: {
        code: 'no_posting',
        message: 'The page holds no schema.org JobPosting, and no title that fits its address.',
        retryable: false,
      },
    })
  })

  test('fails if neither the JobPosting nor the page has a text', async () => {
    const bare = page({ ...posting, description: null })
    expect(await crawled({ body: bare, headers: HTML }).result).toMatchObject({
      kind: 'failed',
      failure: { code: 'no_content', retryable: false },
    })
  })
})

function text(head: string, body = ''): string {
  return `<!doctype html><html><head>${head}</head><body>${body}<article>${TEXT}</article></body></html>`
}

describe('the page of a posting with only an address, without structured data', () => {
  const salary = '<p>Salary: 45.000 EUR a year, from 2026-12-01, in Berlin</p>'

  test.each([
    ['its heading', text('<title>Acme</title>', '<h1>Baker <b>(m/w/d)</b></h1>'), 'Baker (m/w/d)'],
    ['the heading that fits', text('', '<h1>Acme</h1><h1>Baker &amp; Cook</h1>'), 'Baker & Cook'],
    ['its title to share', text('<meta property="og:title" content="Baker | Acme">'), 'Baker'],
    ['its title', text('<title>Baker - night shift – Acme</title>'), 'Baker - night shift'],
  ])('gives it a title by %s, the main text, and nothing else', async (_, body, title) => {
    const read = await postingOf(body + salary)
    expect(read).toMatchObject({
      title,
      locations: [],
      salary: null,
      remote: null,
      posted_at: null,
      valid_through: null,
      employment_type: null,
      details: { read_from: 'text' },
    })
    expect(read.description_text).toContain('We bake bread')
  })

  test.each([
    ['another title', text('<title>Our values</title>', '<h1>How we work</h1>')],
    ['an error for a title', text('', '<h1>Page not found</h1>')],
    ['a heading alone', '<html><body><h1>Baker</h1></body></html>'],
    ['a title within a picture', text('', '<svg><title>Baker</title></svg>')],
  ])('is no posting with %s', async (_, body) => {
    expect(await crawled({ body, headers: HTML }).result).toMatchObject({
      failure: { code: 'no_posting' },
    })
  })
})

describe("a board's posting", () => {
  test('keeps the fields of its listing; the page adds the description and missing fields', async () => {
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
    expect(read.details).toEqual({ read_from: 'text', language: 'en' })
    expect(lines).toEqual([
      "“Baker (all)” has no JobPosting on its page, so its description is the page's main text.",
    ])
  })

  test('without any text fails with that reason', async () => {
    const { result } = crawled(page(null), fromBoard)
    expect(await result).toMatchObject({ kind: 'failed', failure: { code: 'no_content' } })
  })
})

test.each([
  ['/jobs/7-baker', PAGE_URL],
  [`${PAGE_URL}?lang=en`, `${PAGE_URL}?lang=en`],
  ['https://www.acme.test/jobs/7-baker', 'https://www.acme.test/jobs/7-baker'],
  ['/', `${PAGE_URL}?tk=8f3a`],
  ['/jobs', `${PAGE_URL}?tk=8f3a`],
  ['https://other.test/jobs/7-baker', `${PAGE_URL}?tk=8f3a`],
  ['http://[', `${PAGE_URL}?tk=8f3a`],
])('a posting has the address of the canonical link %s if that is its own', async (href, url) => {
  const body = page(posting).replace('<head>', `<head><link href="${href}" rel="x Canonical">`)
  const found = { ...fromSite, url: `${PAGE_URL}?tk=8f3a` }
  const { ports } = memoryWorkPorts(web({ [found.url]: { body, headers: HTML } }).fetch)
  const result = await crawl({ listed: found, visit: 3, known: null }, ports)
  expect(readyOf(result).posting.url).toBe(url)
})
