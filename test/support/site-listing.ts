import { type SourceListing } from '../../src/pipelines/ingestion/listed.ts'
import { site as siteSource } from '../../src/pipelines/ingestion/sources/site.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import type { Failure } from '../../src/protocol/status.ts'
import { web } from './web.ts'

export const SITE = 'https://acme.test'
export const LIST = `${SITE}/careers`
export const MAP = `${SITE}/sitemap.xml`

export type Web = Parameters<typeof web>[0]

export function list(sites: Web, url = LIST, match?: string): Promise<SourceListing> {
  const { signal } = new AbortController()
  const source = { type: 'site', url, ...(match === undefined ? {} : { match }) } as const
  return siteSource.list(source, { fetch: web(sites).fetch, signal })
}

export async function failureOf(sites: Web, url = LIST, match?: string): Promise<Failure> {
  try {
    await list(sites, url, match)
  } catch (error) {
    if (error instanceof PlanFailure) return error.failure
    throw error
  }
  throw new Error('the listing did not fail')
}

export function paths({ postings }: SourceListing): string[] {
  return postings.map(({ url }) => url.replace(SITE, ''))
}

export function page(body: string, head = ''): string {
  return `<!doctype html><html><head>${head}</head><body>${body}</body></html>`
}

export function links(...hrefs: string[]): string {
  return hrefs.map((href) => `<a href="${href}">x</a>`).join('')
}

export function numbered(at: number): string {
  return page(links(`/jobs/${at}`), `<link rel=next href="?page=${at + 1}">`)
}

export function urlset(...locs: string[]): string {
  return `<urlset>${locs.map((loc) => `<url><loc>${loc}</loc></url>`).join('')}</urlset>`
}

export function index(...locs: string[]): string {
  return `<sitemapindex>${locs.map((loc) => `<sitemap><loc>${loc}</loc></sitemap>`).join('')}</sitemapindex>`
}
