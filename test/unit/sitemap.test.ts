import { gzipSync } from 'node:zlib'

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { gunzip, isGzip } from '../../src/pipelines/ingestion/sources/gunzip.ts'
import { readSitemap, readSitemapPieces } from '../../src/pipelines/ingestion/sources/sitemap.ts'
import { processorMs } from '../support/processor-time.ts'
import { failureOf, list, MAP, SITE } from '../support/site-listing.ts'

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
      partial: null,
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
      expect(readSitemap(xml)).toEqual({ kind: 'urlset', whole: true, partial: null, entries: [] })
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

  test.each([
    '',
    ' ',
    '<html><urlset></urlset></html>',
    '{}',
    'https://a.test/1\nor so',
    '<?xml',
    'urlset',
  ])('is not found in %j', (text) => {
    expect(readSitemap(text)).toBeUndefined()
  })

  test('of ten megabytes is read in a second, however it is nested', async () => {
    const spent = await processorMs(() => {
      readSitemap(`<urlset>${'<url><loc>'.repeat(1_000_000)}</urlset>`)
      readSitemap(`<urlset>${'<a>'.repeat(1_500_000)}${'</b>'.repeat(1_000_000)}</urlset>`)
    })
    expect(spent).toBeLessThan(2_000)
  })
})

describe('a list of lines', () => {
  test('has an address in each', () => {
    const text =
      '\uFEFFhttps://a.test/jobs/1\r\n\n  http://a.test/jobs/2?a=1&b=2 \rhttps://a.test/jobs/3'
    const read = readSitemap(text)
    expect(read).toMatchObject({ kind: 'urlset', whole: true, partial: null })
    expect(read?.entries.map(({ loc }) => loc)).toEqual([
      'https://a.test/jobs/1',
      'http://a.test/jobs/2?a=1&b=2',
      'https://a.test/jobs/3',
    ])
  })
})

describe('a sitemap in pieces', () => {
  const xml = urlset(
    ...Array.from(
      { length: 20 },
      (_, n) => `<loc>https://a.test/jobs/${n}?a=1&amp;b=2</loc><lastmod>2026</lastmod>`,
    ),
  )

  test('is read as it is in one, wherever it is divided', () => {
    const whole = readSitemap(xml)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 60, max: xml.length })), (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), xml.length]
        const pieces = cuts.slice(1).map((cut, at) => xml.slice(cuts[at], cut))
        expect(readSitemapPieces(pieces)).toEqual(whole)
      }),
    )
    expect(readSitemapPieces([xml.slice(0, -5)])?.whole).toBe(false)
  })

  test('is none if it has another root, or an entry without an end', () => {
    expect(readSitemapPieces(['<html>', '</html>'])).toBeUndefined()
    expect(readSitemapPieces(['<urlset>', 'x'.repeat(2_000_000)])).toBeUndefined()
  })

  test('of 40 MB is read from a packed file, and one above 50 MB is not', async () => {
    const text = `<urlset>${Array.from({ length: 20_000 }, (_, n) => entry(n)).join('')}</urlset>`
    const listing = await list({ [MAP]: new Uint8Array(gzipSync(text)) }, MAP)
    expect(listing).toMatchObject({ incomplete: null, postings: { length: 20_000 } })
    const bomb = new Uint8Array(gzipSync(`<urlset>${'<url><loc>a</loc></url>'.repeat(2_400_000)}`))
    expect(
      (await list({ [MAP]: bomb }, MAP).catch((error: unknown) => error)) instanceof Error,
    ).toBe(true)
    const cut = new Uint8Array(gzipSync(text)).slice(0, -4)
    expect(await failureOf({ [MAP]: cut }, MAP)).toMatchObject({ code: 'listing_unreadable' })
  })
})

describe('a gzip file', () => {
  test('is recognised by its first bytes, and read completely', () => {
    const text = 'x'.repeat(1_000_000)
    const packed = gzipSync(text)
    expect(isGzip(packed)).toBe(true)
    expect(isGzip(new TextEncoder().encode(text))).toBe(false)
    const unpacked = gunzip(packed)
    expect(unpacked.kind === 'whole' && new TextDecoder().decode(unpacked.bytes)).toBe(text)
  })

  test.each([1, 7, 5_000, 40_000])('of several members of %d bytes is read completely', (size) => {
    const texts = ['a', 'b', 'c'].map((sign) => sign.repeat(size))
    const packed = Buffer.concat(texts.map((text) => gzipSync(text)))
    expect(textOf(packed)).toBe(texts.join(''))
    expect(textOf(Buffer.concat([packed, Buffer.from('\n<!-- cached -->')]))).toBe(texts.join(''))
    expect(gunzip(packed.subarray(0, packed.length - 4))).toEqual({ kind: 'damaged' })
  })

  test.each(['x', '\n', '\n<!-- served from cache -->', '\0'.repeat(512), '\u001F\u008B'])(
    'with %j behind it is read completely',
    (rest) => {
      const packed = Buffer.concat([gzipSync('jobs'), Buffer.from(rest, 'latin1')])
      expect(textOf(packed)).toBe('jobs')
    },
  )

  test('with any damaged byte in its content is damaged', () => {
    const packed = gzipSync('the quick brown fox jumps over the lazy dog')
    fc.assert(
      fc.property(fc.integer({ min: 10, max: packed.length - 1 }), (at) => {
        const damaged = Uint8Array.from(packed)
        damaged[at] = (damaged[at] ?? 0) ^ 0xff
        expect(gunzip(damaged)).toEqual({ kind: 'damaged' })
      }),
    )
  })

  test('that is a bomb is abandoned at ten megabytes', () => {
    expect(gunzip(gzipSync(new Uint8Array(50 * 1024 * 1024)))).toEqual({ kind: 'too_large' })
  })

  test('that is cut off or damaged is reported as such', () => {
    const packed = gzipSync('x'.repeat(1_000))
    expect(gunzip(packed.subarray(0, packed.length - 4))).toEqual({ kind: 'damaged' })
    expect(gunzip(packed.toReversed())).toEqual({ kind: 'damaged' })
  })
})

test('the feed of a job portal is a sitemap with facts', () => {
  const job =
    '<job><title><![CDATA[Baker & Sons]]></title><date>Fri, 02 Jan 2026 00:00:00 GMT</date><url><![CDATA[https://acme.test/jobs/1]]></url><company>Acme</company><city>Ghent</city><country>BE</country><jobtype>fulltime</jobtype></job>'
  const sitemap = readSitemap(
    `<?xml version="1.0"?><source><publisher>x</publisher>${job}</source>`,
  )
  expect(sitemap).toMatchObject({ kind: 'feed', whole: true, entries: [{ sure: true }] })
  expect(sitemap?.entries[0]).toMatchObject({
    loc: 'https://acme.test/jobs/1',
    facts: {
      title: 'Baker & Sons',
      locations: ['Ghent, BE'],
      employment_type: 'full_time',
      employer: 'Acme',
    },
  })
})

test('an ampersand that is escaped twice, and remarks between lines, are mended', () => {
  const twice = urlset('<loc>https://acme.test/jobs?a=1&amp;amp;b=2</loc>')
  expect(readSitemap(twice)?.entries[0]?.loc).toBe('https://acme.test/jobs?a=1&b=2')
  expect(readSitemap('# jobs\nhttps://acme.test/jobs/1\n')?.entries).toHaveLength(1)
})

/** An entry of 2 KB, most of which is a comment. */
function entry(n: number): string {
  return `<url><loc>${SITE}/jobs/${n}</loc><!-- ${'x'.repeat(2_000)} --></url>`
}

function textOf(packed: Uint8Array): string | undefined {
  const unpacked = gunzip(packed)
  return unpacked.kind === 'whole' ? new TextDecoder().decode(unpacked.bytes) : undefined
}
