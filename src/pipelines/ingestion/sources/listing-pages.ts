import { type Findings, withoutFragment } from './findings.ts'
import { readLinks } from './links.ts'
import { readListedNodes } from './listed-nodes.ts'
import { pageNumberOf } from './page-number.ts'
import { identityOf } from './posting-identity.ts'
import { readSitePage, type SitePage, type SitePorts } from './site-page.ts'

const MAX_PAGES = 100

/** Adds the postings that a listing page and its next pages link to. */
export async function readListingPages(
  first: SitePage,
  findings: Findings,
  ports: SitePorts,
): Promise<void> {
  const reading = new ListingWalk(first, findings)
  let next = reading.take(first)
  for (let pages = 1; next !== undefined; pages++) {
    if (pages >= MAX_PAGES) {
      findings.miss('listing_too_large', 'The job list has more than 100 pages.')
      break
    }
    const page = await readFurther(next, findings, ports)
    next = page && reading.take(page, next)
  }
  reading.end()
}

async function readFurther(
  url: string,
  findings: Findings,
  ports: SitePorts,
): Promise<SitePage | undefined> {
  try {
    return await readSitePage(url, ports)
  } catch (error) {
    findings.passOver(error)
    return undefined
  }
}

/** Walks through the pages of one listing, and notices pages that repeat or lead nowhere. */
class ListingWalk {
  readonly #listing: URL
  readonly #findings: Findings
  readonly #addresses = new Set<string>()
  readonly #contents = new Set<string>()
  #numbered = false

  constructor(first: SitePage, findings: Findings) {
    this.#listing = new URL(first.url)
    this.#findings = findings
  }

  /** Adds a page's postings. Returns the address of the next page to read. */
  take(page: SitePage, asked = page.url): string | undefined {
    const { links, next, whole } = readLinks(page.text, page.url)
    if (!whole)
      this.#miss(`The HTML of the page ${page.url} has no end tag, so the page may be cut off.`)
    const content = this.#add([
      ...readListedNodes(page.text, page.url),
      ...links.map((url) => ({ url, sure: false })),
    ])
    const known = this.#addresses.has(page.url) || this.#contents.has(content)
    const first = this.#addresses.size === 0
    this.#addresses.add(page.url).add(asked)
    this.#contents.add(content)
    if (known) this.#miss(`The page ${asked} repeats an earlier page of the job list.`)
    else if (content === '' && !first) this.#miss(`The page ${asked} holds no link to a posting.`)
    else return next && this.#toNext(next)
    return undefined
  }

  /** Removes the listing's own pages from the postings, even if their addresses look like postings'. */
  end(): void {
    for (const address of this.#addresses) this.#findings.remove(address)
    if (this.#numbered && this.#contents.size === 1) {
      this.#miss(
        `The page ${this.#listing.href} links to further pages, but marks none of them as the next page.`,
      )
    }
  }

  /** Adds the postings among the addresses. Returns all of them as one text, to compare two pages. */
  #add(found: readonly { readonly url: URL; readonly sure: boolean }[]): string {
    const postings = new Set<string>()
    for (const { url, sure } of found) {
      if (this.#isListing(url)) continue
      if (this.#findings.add(url, { sure })) postings.add(identityOf(url))
    }
    return [...postings].toSorted().join(' ')
  }

  /** An address with the listing's path and another query is a view of the listing, unless the source gives a `match`. */
  #isListing(url: URL): boolean {
    if (!this.#findings.isOwn(url)) return false
    const number = pageNumberOf(url, this.#listing)
    if (number !== undefined && number > 1) this.#numbered = true
    const same = url.pathname === this.#listing.pathname
    return number !== undefined || (same && this.#findings.match === undefined)
  }

  #toNext(url: URL): string | undefined {
    const address = withoutFragment(url)
    if (!this.#findings.isOwn(url)) this.#miss(`The next page ${address} is on another host.`)
    else if (this.#addresses.has(address)) this.#miss(`The page ${address} is its own next page.`)
    else return address
    return undefined
  }

  #miss(message: string): void {
    this.#findings.miss('listing_incomplete', message)
  }
}
