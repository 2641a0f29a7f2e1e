import { gzipSync } from 'node:zlib'

import { bend, type BoardView, listedIn, siteOf } from './board-view.ts'
import { type Body, xmlBody } from './body.ts'
import { escapeHtml } from './html.ts'
import type { ListingRoute } from './listing-route.ts'
import { changedAt, type PostingKey } from './posting.ts'
import { sitePageOf } from './site-address.ts'

const NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'

/** The index of a site's two sitemaps (https://www.sitemaps.org/protocol.html). */
export const sitemapIndex: ListingRoute = {
  path: /^\/sites\/([^/]+)\/sitemap\.xml$/,
  body: (view) => {
    if (view.fault === 'wrong-shape') return xml('<rss version="2.0"><channel/></rss>')
    const maps = partsOf(view).map((name) => `<sitemap>${loc(`${siteOf(view)}/${name}`)}</sitemap>`)
    return xml(`<sitemapindex ${NAMESPACE}>${maps.join('')}</sitemapindex>`)
  },
}

/** The sitemap of the postings with odd numbers. It also has addresses that are no postings of this site. */
export const plainSitemap: ListingRoute = {
  path: /^\/sites\/([^/]+)\/sitemap-1\.xml$/,
  body: (view) => {
    const others = [`${siteOf(view)}/about`, 'https://elsewhere.test/jobs/1']
    const odd = view.fault === 'odd-items' ? ODD_LOCS : []
    return urlset([
      ...urlsOf(view, 1),
      ...[...others, ...odd].map((address) => entry(loc(address))),
    ])
  },
}

/** The sitemap of the postings with even numbers. It is a gzip file without a header that says so. */
export const packedSitemap: ListingRoute = {
  path: /^\/sites\/([^/]+)\/sitemap-2\.xml\.gz$/,
  body: (view) => {
    const { bytes } = urlset(urlsOf(view, 0))
    return { type: 'application/gzip', bytes: gzipSync(bytes) }
  },
}

function partsOf({ fault }: BoardView): readonly string[] {
  if (fault === 'empty-list') return []
  return fault === 'repeated-page' ? ['sitemap.xml'] : ['sitemap-1.xml', 'sitemap-2.xml.gz']
}

function urlsOf(view: BoardView, rest: 0 | 1): string[] {
  const keys = listedIn(view).filter(({ number }) => number % 2 === rest)
  return bend(
    view.fault,
    keys.map((key) => entryOf(view, key)),
    [],
  )
}

/** An entry of a sitemap. Every third address is between line breaks, and every fourth entry has no date. */
function entryOf(view: BoardView, key: PostingKey): string {
  const address = sitePageOf(view, key.number)
  const place = key.number % 3 === 0 ? `<loc>\n  ${escapeHtml(address)}\n</loc>` : loc(address)
  const changed = new Date(changedAt(key)).toISOString()
  return entry(key.number % 4 === 0 ? place : `${place}<lastmod>${changed}</lastmod>`)
}

function entry(inner: string): string {
  return `<url>${inner}</url>`
}

function loc(address: string): string {
  return `<loc>${escapeHtml(address)}</loc>`
}

function urlset(urls: readonly string[]): Body {
  return xml(`<urlset ${NAMESPACE}>${urls.join('')}</urlset>`)
}

function xml(root: string): Body {
  return xmlBody(`<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`)
}

/** An empty address, addresses of other schemes, a relative one, and a broken one. */
const ODD_LOCS = ['', 'javascript:alert(1)', 'jobs/1', 'http://[', 'ftp://elsewhere.test/jobs/2']
