import { readTags } from '../../html/tags.ts'
import { PlanFailure } from '../../pipeline.ts'
import { Findings } from '../sources/findings.ts'
import { type Link, readLinks } from '../sources/links.ts'
import { readListedNodes } from '../sources/listed-nodes.ts'
import { readSitePage, type SitePage } from '../sources/site-page.ts'
import { readSitemap, type Sitemap } from '../sources/sitemap.ts'
import type { ListingPorts } from '../sources/source.ts'

/** How the general source can read a site. `postings` counts the addresses that look like a posting's. */
export type SiteKind = {
  readonly by: 'sitemap' | 'listing' | 'feed'
  readonly url: string
  readonly postings: number
}

const MAX_SITEMAPS = 2

/** Finds the site's sitemap, the page's own links, or its feed: whichever lists the most postings, in this order. */
export async function siteKindOf(
  page: SitePage,
  ports: ListingPorts,
): Promise<SiteKind | undefined> {
  const listing = listingKind(page)
  const sitemap = await firstOf(await sitemapsOf(page, ports), ports)
  if (sitemap && sitemap.postings >= (listing?.postings ?? 0)) return sitemap
  return listing ?? firstOf(feedsOf(page), ports)
}

/** The kind of a page that is a sitemap or a feed itself. An index of sitemaps counts as one. */
export function ownKindOf(page: SitePage): SiteKind | undefined {
  const sitemap = page.sitemap ?? readSitemap(page.text)
  return sitemap && kindOf(page, sitemap)
}

function kindOf(page: SitePage, sitemap: Sitemap): SiteKind | undefined {
  const findings = new Findings([page.url])
  const by = sitemap.kind === 'feed' ? 'feed' : 'sitemap'
  for (const { loc, ...found } of sitemap.entries) {
    const address = URL.parse(loc, page.url)
    if (address) findings.add(address, found)
  }
  const { size: postings } = findings.postings
  return postings > 0 ? { by, url: page.url, postings } : undefined
}

function listingKind(page: SitePage): SiteKind | undefined {
  const findings = new Findings([page.url])
  const { links } = readLinks(page.text, page.url)
  for (const { url } of links) findings.add(url)
  for (const { url, sure } of readListedNodes(page.text, page.url)) findings.add(url, { sure })
  findings.remove(page.url)
  const { size: postings } = findings.postings
  return postings > 0 ? { by: 'listing', url: page.url, postings } : undefined
}

/** Reads the first few of these, and returns the first that lists postings. A file that cannot be read is passed over. */
async function firstOf(
  addresses: readonly string[],
  ports: ListingPorts,
): Promise<SiteKind | undefined> {
  for (const address of addresses.slice(0, MAX_SITEMAPS)) {
    const file = await readOrNothing(address, ports)
    const kind = file && ownKindOf(file)
    if (kind) return kind
    const part = file && jobPartOf(file)
    const named = part === undefined ? undefined : await readOrNothing(part, ports)
    const found = named && ownKindOf(named)
    if (found) return found
  }
  return undefined
}

const JOBS = /job|career|karriere|stelle|vacanc|position|posting|opening|emplo|ofert|recruit/i

/** The sitemap of jobs that an index names. */
function jobPartOf(page: SitePage): string | undefined {
  const sitemap = page.sitemap ?? readSitemap(page.text)
  if (sitemap?.kind !== 'sitemapindex') return undefined
  return sitemap.entries.map(({ loc }) => loc).find((loc) => JOBS.test(loc))
}

/** The sitemaps that robots.txt names, those of jobs first, and else the usual one. */
async function sitemapsOf({ url }: SitePage, ports: ListingPorts): Promise<readonly string[]> {
  const { origin } = new URL(url)
  const robots = (await readOrNothing(`${origin}/robots.txt`, ports))?.text ?? ''
  const named = robots
    .split(/[\r\n]+/)
    .flatMap((line) => /^\s*sitemap\s*:(.*)$/i.exec(line)?.[1]?.trim() ?? [])
    .filter((address) => URL.canParse(address))
  const inOrder = named.toSorted((a, b) => Number(JOBS.test(b)) - Number(JOBS.test(a)))
  return inOrder.length > 0 ? inOrder : [`${origin}/sitemap.xml`]
}

function feedsOf({ text, url }: SitePage): readonly string[] {
  const feeds: string[] = []
  readTags(text, {
    open: (name, attributes) => {
      const isFeed = /^application\/(?:rss\+xml|atom\+xml|feed\+json|json)$/i.test(
        attributes.get('type')?.trim() ?? '',
      )
      const address = URL.parse(attributes.get('href') ?? '', url)
      if (name === 'link' && isFeed && address) feeds.push(address.href)
    },
  })
  return feeds
}

/** The page's link to the company's jobs, if it has one. */
export function jobsLinkOf({ text, url }: SitePage): Link | undefined {
  const from = new URL(url)
  return readLinks(text, url).links.find(
    (link) =>
      /^https?:$/.test(link.url.protocol) &&
      `${link.url.origin}${link.url.pathname}` !== `${from.origin}${from.pathname}` &&
      isOfOneSite(link.url, from) &&
      JOBS_LINK.test(`${link.url.hostname} ${link.url.pathname} ${link.text}`),
  )
}

const JOBS_LINK =
  /\b(?:jobs?|careers?|karriere|stellen|stellenangebote|vacancies|vacatures|join[ -]us|work[ -]with[ -]us|emplois?|carri[eè]res?|empleos?|trabaja|lavora|kariera|praca|vagas)\b/i

/**
 * Whether one host is a part of the other, as jobs.acme.com is of www.acme.com. Two hosts beside each other, such as
 * acme.co.uk and other.co.uk, may be of two companies.
 */
function isOfOneSite(one: URL, other: URL): boolean {
  const a = domainOf(one)
  const b = domainOf(other)
  return a.endsWith(b) || b.endsWith(a)
}

/** The host without `www.`, after a dot, so that notacme.com does not end in acme.com. */
function domainOf({ hostname }: URL): string {
  return `.${hostname.replace(/^www\./, '')}`
}

async function readOrNothing(url: string, ports: ListingPorts): Promise<SitePage | undefined> {
  try {
    return await readSitePage(url, ports)
  } catch (error) {
    if (error instanceof PlanFailure) return undefined
    throw error
  }
}
