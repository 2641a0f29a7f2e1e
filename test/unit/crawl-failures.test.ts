import { describe, expect, test } from 'vitest'

import { FetchFailure, MustWait } from '../../src/pipelines/fetch.ts'
import { landedOnListing } from '../../src/pipelines/ingestion/page/landed.ts'
import { crawled, HTML, page, posting } from '../support/crawled.ts'
import { forbidden } from '../support/web.ts'

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
  ])('with %s gives its reason', async (_, site, failure) => {
    const { result } = crawled(site)
    expect(await result).toMatchObject({ kind: 'failed', failure })
  })

  test("during the fetch gives the fetch's reason", async () => {
    const failure = { code: 'too_large', message: 'It is too large.', retryable: false } as const
    const { result } = crawled(new FetchFailure(failure))
    expect(await result).toEqual({ kind: 'failed', failure })
  })

  test('because robots.txt forbids it is skipped', async () => {
    const reason = { code: 'robots', message: 'The robots.txt says no.' }
    expect(await crawled(forbidden()).result).toEqual({ kind: 'skipped', reason })
  })

  test('because the site wants no programs is skipped', async () => {
    const { result } = crawled({ status: 403, headers: { 'cf-mitigated': 'challenge' } })
    expect(await result).toMatchObject({ kind: 'skipped', reason: { code: 'bot_wall' } })
  })

  test('because the host wants a pause is put back', async () => {
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
