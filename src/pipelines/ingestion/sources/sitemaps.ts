import { type Findings, withoutFragment } from './findings.ts'
import { readSitePage, type SitePage, type SitePorts, unreadable } from './site-page.ts'
import { readSitemap, type Sitemap } from './sitemap.ts'

const MAX_FILES = 50

/** Adds the postings of a sitemap, or of all sitemaps that an index names. Reads each sitemap once. */
export async function readSitemaps(
  first: { readonly page: SitePage; readonly sitemap: Sitemap },
  findings: Findings,
  ports: SitePorts,
): Promise<void> {
  const seen = new Set([first.page.url])
  const open = [...take(first.page, first.sitemap, findings)]
  for (let files = 1, url = open.shift(); url !== undefined; url = open.shift()) {
    if (seen.has(url)) continue
    if (files++ >= MAX_FILES) return findings.miss('listing_too_large', TOO_MANY)
    seen.add(url)
    const page = await readFurther(url, findings, ports)
    if (!page || (page.url !== url && seen.has(page.url))) continue
    seen.add(page.url)
    // Adds one at a time: a file may name more sitemaps than a call takes arguments.
    for (const named of take(page, page.sitemap, findings)) open.push(named)
  }
}

const TOO_MANY =
  'The index names more than 50 sitemaps. Give the address of the sitemap that holds the postings.'

/** Adds the postings of one sitemap. Returns the sitemaps that it names. */
function take({ url, text }: SitePage, sitemap: Sitemap, findings: Findings): string[] {
  if (!sitemap.whole) {
    throw unreadable(`The sitemap ${url} is cut off (${text.length} characters).`, {
      retryable: true,
    })
  }
  if (sitemap.partial !== null) findings.miss('listing_incomplete', sitemap.partial)
  const named: string[] = []
  for (const { loc, ...found } of sitemap.entries) {
    const address = URL.parse(loc, url)
    if (!address) continue
    if (sitemap.kind === 'sitemapindex') named.push(withoutFragment(address))
    else findings.add(address, found)
  }
  return named
}

/** Reads a further sitemap. If that fails, the other sitemaps still count, but the listing is incomplete. */
async function readFurther(
  url: string,
  findings: Findings,
  ports: SitePorts,
): Promise<(SitePage & { readonly sitemap: Sitemap }) | undefined> {
  try {
    const page = await readSitePage(url, ports)
    const sitemap = page.sitemap ?? readSitemap(page.text)
    if (sitemap) return { ...page, sitemap }
    throw unreadable(`The page ${url} is not a sitemap.`, { retryable: false })
  } catch (error) {
    findings.passOver(error)
    return undefined
  }
}
