import { gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { gunzip, isGzip } from '../../src/pipelines/ingestion/sources/gunzip.ts'
import { readSitemap } from '../../src/pipelines/ingestion/sources/sitemap.ts'

const XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

function urlset(...urls: string[]): string {
  return `<?xml version="1.0"?><urlset ${XMLNS}>${urls.map((url) => `<url>${url}</url>`).join('')}</urlset>`
}

describe('a sitemap', () => {
  test('has its addresses, trimmed and decoded, and the time of each change', () => {
    const xml = urlset(
      '<loc>\n https://a.test/jobs/1?a=1&amp;b=2 </loc><lastmod> 2026-08-01 </lastmod>',
      '<loc><![CDATA[https://a.test/jobs/2?a=1&b=2]]></loc><lastmod></lastmod>',
    )
    expect(readSitemap(xml)).toEqual({
      kind: 'urlset',
      whole: true,
      entries: [
        { loc: 'https://a.test/jobs/1?a=1&b=2', lastmod: '2026-08-01' },
        { loc: 'https://a.test/jobs/2?a=1&b=2', lastmod: null },
      ],
    })
  })

  test('is an index of others, whatever precedes its root', () => {
    const xml = `\uFEFF<?xml version="1.0"?>\n<?xml-stylesheet href="x>y"?><!-- <urlset> --><!DOCTYPE x>
      <sitemapindex><sitemap><loc>https://a.test/1.xml</loc></sitemap></sitemapindex>\n<!-- end -->`
    expect(readSitemap(xml)).toMatchObject({
      kind: 'sitemapindex',
      whole: true,
      entries: [{ loc: 'https://a.test/1.xml' }],
    })
  })

  test('has names with one prefix, and an image has another', () => {
    const image = '<image:image><image:loc>https://a.test/x.png</image:loc></image:image>'
    expect(readSitemap(urlset(`${image}<loc>https://a.test/1</loc>${image}`))?.entries).toEqual([
      { loc: 'https://a.test/1', lastmod: null },
    ])
    const prefixed = '<s:urlset><s:url><s:loc>https://a.test/1</s:loc></s:url></s:urlset>'
    expect(readSitemap(prefixed)?.entries).toEqual([{ loc: 'https://a.test/1', lastmod: null }])
  })

  test('may list nothing', () => {
    for (const xml of ['<urlset/>', '<urlset></urlset>', urlset('', '<loc> </loc>')]) {
      expect(readSitemap(xml)).toEqual({ kind: 'urlset', whole: true, entries: [] })
    }
  })

  test('is not complete if it is cut off anywhere', () => {
    const xml = urlset('<loc>https://a.test/1</loc>', '<loc>https://a.test/2</loc>')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: xml.length - 1 }), (length) => {
        const read = readSitemap(xml.slice(0, length))
        expect(read?.whole ?? false).toBe(false)
      }),
    )
  })

  test.each(['', ' ', '<html><urlset></urlset></html>', '{}', '<rss></rss>', '<?xml', 'urlset'])(
    'is not found in %j',
    (text) => {
      expect(readSitemap(text)).toBeUndefined()
    },
  )

  test('of ten megabytes is read in a second, however it is nested', () => {
    const started = process.cpuUsage()
    readSitemap(`<urlset>${'<url><loc>'.repeat(1_000_000)}</urlset>`)
    readSitemap(`<urlset>${'<a>'.repeat(1_500_000)}${'</b>'.repeat(1_000_000)}</urlset>`)
    expect(process.cpuUsage(started).user / 1_000).toBeLessThan(2_000)
  })
})

describe('a gzip file', () => {
  test('is recognised by its first bytes, and read completely', async () => {
    const text = 'x'.repeat(1_000_000)
    const packed = gzipSync(text)
    expect(isGzip(packed)).toBe(true)
    expect(isGzip(new TextEncoder().encode(text))).toBe(false)
    const unpacked = await gunzip(packed)
    expect(unpacked.kind === 'whole' && new TextDecoder().decode(unpacked.bytes)).toBe(text)
  })

  test('that is a bomb is abandoned at ten megabytes', async () => {
    expect(await gunzip(gzipSync(new Uint8Array(50 * 1024 * 1024)))).toEqual({ kind: 'too_large' })
  })

  test('that is cut off or damaged is reported as such', async () => {
    const packed = gzipSync('x'.repeat(1_000))
    expect(await gunzip(packed.subarray(0, packed.length - 4))).toEqual({ kind: 'damaged' })
    expect(await gunzip(packed.toReversed())).toEqual({ kind: 'damaged' })
  })
})
