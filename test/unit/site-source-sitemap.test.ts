import { gzipSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { site as siteSource } from '../../src/pipelines/ingestion/sources/site.ts'
import { SITE, MAP, list, failureOf, paths, page, urlset, index } from '../support/site-listing.ts'
import { forbidden, web } from '../support/web.ts'

describe('a sitemap', () => {
  test('lists the addresses on its own host that look like postings', async () => {
    const locs = ['/jobs/1', '/about', '/jobs/2?a=1&amp;b=2', '/jobs/1'].map((path) => SITE + path)
    const others = ['https://other.test/jobs/3', 'ftp://acme.test/jobs/4', 'http://[']
    const www = 'https://www.acme.test/jobs/5'
    const listing = await list({ [MAP]: urlset(...locs, ...others, www) }, MAP)
    expect(paths(listing)).toEqual(['/jobs/1', '/jobs/2?a=1&b=2', www])
    expect(listing.incomplete).toBeNull()
  })

  test('lists the addresses that contain the given text', async () => {
    const sites = { [MAP]: urlset(`${SITE}/o/1`, `${SITE}/jobs/2`) }
    expect(paths(await list(sites, MAP, '/o/'))).toEqual(['/o/1'])
  })

  test('may be packed under any name, and may be an index of packed ones', async () => {
    const sites = {
      [MAP]: gzipSync(index(`${SITE}/1.xml`, `${SITE}/2.gz`)),
      [`${SITE}/1.xml`]: gzipSync(urlset(`${SITE}/jobs/1`)),
      [`${SITE}/2.gz`]: urlset(`${SITE}/jobs/2`),
    }
    expect(paths(await list(sites, MAP))).toEqual(['/jobs/1', '/jobs/2'])
  })

  test('is read once, even if it is listed twice or lists itself', async () => {
    const { fetch, asked } = web({
      [MAP]: index(`${SITE}/1.xml`, MAP, `${SITE}/1.xml#x`, `${SITE}/2.xml`),
      [`${SITE}/1.xml`]: index(`${SITE}/1.xml`, MAP),
      [`${SITE}/2.xml`]: { url: `${SITE}/3.xml`, body: index(`${SITE}/4.xml`) },
      [`${SITE}/4.xml`]: { url: `${SITE}/3.xml`, body: index(`${SITE}/5.xml`) },
    })
    const { signal } = new AbortController()
    const listing = siteSource.list({ type: 'site', url: MAP }, { fetch, signal })
    await expect(listing).rejects.toThrow(/lists no posting/)
    expect(asked).toEqual([MAP, ...['1', '2', '4'].map((name) => `${SITE}/${name}.xml`)])
  })

  test('of more than fifty files is not complete', async () => {
    const files = Array.from({ length: 60 }, (_, i) => `${SITE}/${i}.xml`)
    const sites = Object.fromEntries(files.map((file, i) => [file, urlset(`${SITE}/jobs/${i}`)]))
    const listing = await list({ ...sites, [MAP]: index(...files) }, MAP)
    expect(listing.postings).toHaveLength(49)
    expect(listing.incomplete).toMatch(/more than 50 sitemaps/)
  })

  test('of an index may name as many files as fit', async () => {
    const many = index(`${SITE}/c.xml`).replace(/<sitemap>.*<\/sitemap>/s, (one) =>
      one.repeat(200_000),
    )
    const further = { [`${SITE}/a.xml`]: many, [`${SITE}/b.xml`]: urlset(`${SITE}/jobs/1`) }
    const sites = { ...further, [MAP]: index(`${SITE}/b.xml`, `${SITE}/a.xml`) }
    expect(await list(sites, MAP)).toMatchObject({
      postings: [{ url: `${SITE}/jobs/1` }],
      incomplete: expect.stringMatching(/404/),
    })
  })

  test('of more than 50,000 postings is not complete', async () => {
    const locs = Array.from({ length: 50_001 }, (_, i) => `${SITE}/jobs/${i}`)
    const listing = await list({ [MAP]: urlset(...locs) }, MAP)
    expect(listing.postings).toHaveLength(50_000)
    expect(listing.incomplete).toMatch(/more than 50,000/)
  })

  test.each([
    ['is not there', { status: 404 }, /404/],
    ['may not be read', { status: 403 }, /403/],
    ['is a page', page('Sorry'), /is not a sitemap/],
    ['is forbidden by robots.txt', forbidden(), /robots\.txt/],
  ])('of an index that %s makes only the listing incomplete', async (_, other, reason) => {
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
    [urlset(`${SITE}/jobs/1`), '/o/', /No address contains "\/o\/"/],
  ])('without a posting fails the plan, with advice', async (xml, match, advice) => {
    const failure = await failureOf({ [MAP]: xml }, MAP, match)
    expect(failure).toMatchObject({ code: 'no_postings_listed', retryable: false })
    expect(failure.message).toMatch(advice)
  })
})
