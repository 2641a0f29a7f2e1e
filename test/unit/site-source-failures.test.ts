import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { FetchFailure, MustWait } from '../../src/pipelines/fetch.ts'
import { site as siteSource } from '../../src/pipelines/ingestion/sources/site.ts'
import { SITE, LIST, list, failureOf, page, links, urlset } from '../support/site-listing.ts'
import { forbidden, web } from '../support/web.ts'

describe('PLAN-3: a site that fails', () => {
  test.each([
    ['404', { status: 404 }, { code: 'site_not_found', retryable: false }],
    ['401', { status: 401 }, { code: 'site_refused', retryable: false }],
    ['403', { status: 403 }, { code: 'site_refused', retryable: false }],
    [
      'a wall',
      { status: 403, headers: { 'cf-mitigated': 'challenge' } },
      { code: 'bot_wall', retryable: false },
    ],
    ['408', { status: 408 }, { code: 'site_error', retryable: true }],
    ['429', { status: 429 }, { code: 'site_error', retryable: true }],
    ['503', { status: 503 }, { code: 'site_error', retryable: true }],
    ['418', { status: 418 }, { code: 'site_error', retryable: false }],
    ['304', { status: 304 }, { code: 'site_error', retryable: false }],
    ['an empty page', ' \n', { code: 'listing_unreadable', retryable: false }],
    ['JSON', '[]', { code: 'listing_unreadable', retryable: false }],
    [
      'an empty feed',
      '<?xml version="1.0"?><rss></rss>',
      { code: 'no_postings_listed', retryable: false },
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
    expect(failure.message).toMatch(/^(?:The|There|This) .*[.]$/)
  })

  test("during the fetch gives the fetch's reason", async () => {
    const failure = { code: 'redirects', message: 'It goes round.', retryable: false } as const
    expect(await failureOf({ [LIST]: new FetchFailure(failure) })).toEqual(failure)
  })

  test('because its host wants a pause is waited for', async () => {
    const wait = new MustWait(7, { code: 'pace', message: 'Not yet.' })
    await expect(list({ [LIST]: wait })).rejects.toBe(wait)
  })

  test('because the plan was stopped ends with the reason of its signal', async () => {
    const stop = AbortSignal.abort(new Error('the lease is lost'))
    const { fetch } = web({ [LIST]: new Error('aborted') })
    const listing = siteSource.list({ type: 'site', url: LIST }, { fetch, signal: stop })
    await expect(listing).rejects.toThrow('the lease is lost')
  })
})
