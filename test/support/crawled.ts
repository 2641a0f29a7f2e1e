import { crawl } from '../../src/pipelines/ingestion/crawl.ts'
import type { ListedPosting } from '../../src/pipelines/ingestion/listed.ts'
import { titleFromAddress } from '../../src/pipelines/ingestion/sources/posting-address.ts'
import type { WorkResult } from '../../src/pipelines/pipeline.ts'
import { type CrawledPage, PostingResult } from '../../src/protocol/posting.ts'
import { listedPosting, memoryWorkPorts } from './memory-work-ports.ts'
import { web } from './web.ts'

export const PAGE_URL = 'https://acme.test/jobs/7-baker'
export const HTML = { 'content-type': 'text/html; charset=utf-8' }

/** A posting from a sitemap. Only its address is known. */
export const fromSite = listedPosting({
  url: PAGE_URL,
  title: titleFromAddress(PAGE_URL),
  updated_at: '2026-01-01',
})

/** A posting from a board that lists no content. */
export const fromBoard = listedPosting({
  url: PAGE_URL,
  title: 'Baker (all)',
  locations: ['Kraków'],
  posted_at: '2026-02-02',
})

export const posting = {
  '@type': 'JobPosting',
  title: 'Baker',
  description: '<p>Bake bread</p>',
  datePosted: '2026-03-03',
  jobLocation: 'Berlin',
  employmentType: 'FULL_TIME',
}
export const TEXT =
  '<p>We bake bread, rolls and cakes, every morning, for the whole of the town.</p>'.repeat(10)

/** A page with this node as its JSON-LD. */
export function page(node: object | null, body = ''): string {
  const block = node && `<script type="application/ld+json">${JSON.stringify(node)}</script>`
  return `<!doctype html><html><head>${block ?? ''}</head><body><article>${body}</article></body></html>`
}

type Site = Parameters<typeof web>[0][string]

/** Crawls a posting whose page gives this answer. */
export function crawled(
  site: Site,
  listed: ListedPosting = fromSite,
  known: CrawledPage | null = null,
) {
  const room = memoryWorkPorts(web({ [PAGE_URL]: site }).fetch)
  return { ...room, result: crawl({ listed, visit: 3, known }, room.ports) }
}

export function readyOf(result: WorkResult) {
  if (result.kind !== 'ready') throw new Error(JSON.stringify(result))
  return { ...PostingResult.parse(result.result), called: result.title }
}

export async function postingOf(site: Site, listed: ListedPosting = fromSite) {
  return readyOf(await crawled(site, listed).result).posting
}
