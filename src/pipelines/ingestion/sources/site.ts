import { z } from 'zod'

import { givenText } from '../../../protocol/text.ts'
import { isHtml } from '../../html/is-html.ts'
import { PlanFailure } from '../../pipeline.ts'
import { type ListedPosting, type SourceListing, unknownFields } from '../listed.ts'
import { GivenAddress, HOST_NAMES, StoredSite } from './board.ts'
import { type Finding, Findings } from './findings.ts'
import { readListingPages } from './listing-pages.ts'
import { titleFromAddress } from './posting-address.ts'
import { idOfAddress } from './posting-identity.ts'
import { readSitePage, type SitePage, type SitePorts, unreadable } from './site-page.ts'
import { readSitemap, type Sitemap } from './sitemap.ts'
import { readSitemaps } from './sitemaps.ts'
import { defineSource } from './source.ts'

const SiteSource = z.strictObject({
  type: z.literal('site'),
  /** A sitemap, an index of sitemaps, or a page that links to the postings. */
  url: GivenAddress,
  /** Only addresses that contain this text are postings. Without `match`, addresses that look like one are. */
  match: givenText(200).optional(),
  /** Further hosts that the site's postings are on, with commas between them: `jobs.acme.com, acme-jobs.com`. */
  allowed_hosts: HOST_NAMES.optional(),
})
type Site = z.infer<typeof SiteSource>

export const site = defineSource({ name: 'a site', config: SiteSource, stored: StoredSite, list })

/** Lists a site's postings from a sitemap, or from a page that links to them. A job crawls each posting later. */
async function list(source: Site, ports: SitePorts): Promise<SourceListing> {
  const page = await readSitePage(source.url, ports)
  const findings = new Findings([source.url, page.url], source)
  const sitemap = page.sitemap ?? readSitemap(page.text)
  if (sitemap) await listSitemap(source, { page, sitemap, findings }, ports)
  else await listPages(source, { page, findings }, ports)
  const postings = await Promise.all([...findings.postings.values()].map(toListed))
  const reasons = findings.missed.map(({ message }) => message)
  const incomplete = reasons.length === 0 ? null : reasons.join(' ')
  return { postings, incomplete, claimed: findings.claimed }
}

type First = { readonly page: SitePage; readonly findings: Findings }

async function listSitemap(
  source: Site,
  first: First & { readonly sitemap: Sitemap },
  ports: SitePorts,
): Promise<void> {
  const { findings } = first
  await readSitemaps(first, findings, ports)
  if (findings.postings.size > 0) return
  const [missed] = findings.missed
  if (missed) throw new PlanFailure(missed)
  const others = findings.elsewhere
  const elsewhere =
    others === 0
      ? ''
      : ` It lists addresses on other hosts: ${others}. Name those that are the company's in "allowed_hosts".`
  throw nothing(source, `The sitemap ${source.url} lists no posting.${elsewhere}`)
}

async function listPages(source: Site, { page, findings }: First, ports: SitePorts): Promise<void> {
  if (!isHtml(page.text, page.type)) {
    const retryable = isCutOff(page.text)
    throw unreadable(`The page ${source.url} is neither a sitemap nor a web page.`, { retryable })
  }
  if (/\.xml(?:\.gz)?$/i.test(new URL(page.url).pathname)) {
    findings.miss('listing_unreadable', `The page ${page.url} is not a sitemap.`)
  }
  await readListingPages(page, findings, ports)
  if (findings.postings.size > 0) return
  throw nothing(source, `The page ${source.url} holds no link to a posting.`)
}

/** Whether the text is XML that was cut off inside its first tag. */
function isCutOff(text: string): boolean {
  return text.trimStart().startsWith('<?xml') && !/<[\w:.-]+[\s/>]/.test(text)
}

function nothing({ match }: Site, what: string): PlanFailure {
  const advice =
    match === undefined
      ? 'If it does list postings, set "match" to a text that their addresses contain.'
      : `No address contains "${match}".`
  const message = `${what} ${advice}`
  return new PlanFailure({ code: 'no_postings_listed', message, retryable: false })
}

async function toListed({ address: url, lastmod, facts }: Finding): Promise<ListedPosting> {
  return {
    external_id: await idOfAddress(url),
    title: titleFromAddress(url),
    url,
    ...unknownFields,
    ...facts,
    updated_at: facts.updated_at ?? lastmod,
  }
}
