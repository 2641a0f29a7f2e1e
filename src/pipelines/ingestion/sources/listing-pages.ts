import { type Findings, withoutFragment } from './findings.ts'
import { type Link, readLinks } from './links.ts'
import { readListedNodes } from './listed-nodes.ts'
import { claimedTotal, isNextLabel, numberedPageOf, opensMore } from './page-number.ts'
import { identityOf } from './posting-identity.ts'
import { readSitePage, type SitePage, type SitePorts } from './site-page.ts'

const MAX_PAGES = 100

/** Adds the postings that a listing page and its further pages link to. */
export async function readListingPages(
  first: SitePage,
  findings: Findings,
  ports: SitePorts,
): Promise<void> {
  const walk = new ListingWalk(first, findings)
  walk.take(first)
  let next = walk.next()
  for (let pages = 1; next !== undefined; pages++, next = walk.next()) {
    if (pages >= MAX_PAGES) {
      findings.miss('listing_too_large', 'The job list has more than 100 pages.')
      break
    }
    const page = await readFurther(next, findings, ports)
    if (page) walk.take(page, next)
  }
  walk.end()
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

/**
 * Walks through the pages of one listing: first along the pages that name their next one, then through those that
 * any page names by a number. Notices pages that repeat or lead nowhere.
 */
class ListingWalk {
  readonly #listing: URL
  readonly #findings: Findings
  readonly #addresses = new Set<string>()
  readonly #contents = new Set<string>()
  /** The numbered pages by their keys, and those that were read. */
  readonly #numbered = new Map<string, { readonly number: number; readonly url: URL }>()
  readonly #visited = new Set<string>()
  #fromZero: boolean
  #next: URL | undefined
  #controls = false
  #claimed = 0

  constructor(first: SitePage, findings: Findings) {
    this.#listing = new URL(first.url)
    this.#findings = findings
    this.#fromZero = numberedPageOf({ url: this.#listing, text: '' }, this.#listing)?.number === 0
  }

  /** Adds a page's postings, and notes the further pages that it names. */
  take(page: SitePage, asked = page.url): void {
    const { links, next, whole, controls, text } = readLinks(page.text, page.url)
    if (!whole) {
      this.#miss(`The HTML of the page ${page.url} has no end tag, so the page may be cut off.`)
    }
    const content = this.#add(page, links)
    const known = this.#addresses.has(page.url) || this.#contents.has(content)
    const first = this.#addresses.size === 0
    this.#addresses.add(page.url).add(asked)
    this.#contents.add(content)
    this.#claimed = Math.max(this.#claimed, claimedTotal(text))
    this.#controls ||= first && controls.some(opensMore)
    if (known) this.#miss(`The page ${asked} repeats an earlier page of the job list.`)
    else if (content === '' && !first) this.#miss(`The page ${asked} holds no link to a posting.`)
    else this.#next = next ?? this.#labelledNext(links)
  }

  /** Returns the address of the next page to read. */
  next(): string | undefined {
    const next = this.#next
    this.#next = undefined
    return (next && this.#toNext(next)) ?? this.#toNumbered()
  }

  /** Removes the listing's own pages from the postings, even if their addresses look like postings'. */
  end(): void {
    for (const address of this.#addresses) this.#findings.remove(address)
    const found = this.#findings.postings.size
    if (this.#claimed > 0) this.#findings.claimed = this.#claimed
    if (this.#claimed > found) {
      this.#miss(`The job list claims ${this.#claimed} postings, and its pages link to ${found}.`)
    }
    if (this.#controls && this.#addresses.size === 1) {
      this.#miss(`The page ${this.#listing.href} has further pages that only a script opens.`)
    }
  }

  /** Adds the postings among a page's addresses. Returns all of them as one text, to compare two pages. */
  #add(page: SitePage, links: readonly Link[]): string {
    const postings = new Set<string>()
    const nodes = readListedNodes(page.text, page.url).map((node) => ({ ...node, text: '' }))
    for (const link of [...nodes, ...links.map((one) => ({ ...one, sure: false }))]) {
      if (this.#isListing(link)) continue
      if (this.#findings.add(link.url, link)) postings.add(identityOf(link.url))
    }
    return [...postings].toSorted().join(' ')
  }

  /** An address with the listing's path and another query is a view of the listing, unless the source gives a `match`. */
  #isListing(link: Link): boolean {
    const { url } = link
    if (!this.#findings.isOwn(url)) return false
    const page = numberedPageOf(link, this.#listing)
    if (page) {
      this.#fromZero ||= page.fromZero
      if (!this.#numbered.has(page.key)) this.#numbered.set(page.key, { number: page.number, url })
    }
    const same = url.pathname === this.#listing.pathname
    return page !== undefined || (same && this.#findings.match === undefined)
  }

  /** A link that says `Next` without `rel="next"`, to another view of the listing that has no number. */
  #labelledNext(links: readonly Link[]): URL | undefined {
    return links.find(
      (link) =>
        isNextLabel(link.text) &&
        link.url.pathname.startsWith(this.#listing.pathname) &&
        this.#findings.isOwn(link.url) &&
        !this.#addresses.has(withoutFragment(link.url)) &&
        !numberedPageOf(link, this.#listing) &&
        !this.#findings.postings.has(identityOf(link.url)),
    )?.url
  }

  #toNext(url: URL): string | undefined {
    const address = withoutFragment(url)
    if (!this.#findings.isOwn(url)) this.#miss(`The next page ${address} is on another host.`)
    else if (this.#addresses.has(address)) this.#miss(`The page ${address} is its own next page.`)
    else return this.#visit(url)
    return undefined
  }

  /** Returns the lowest numbered page that was not read. Page 0 is the first page, and so is page 1 if none is 0. */
  #toNumbered(): string | undefined {
    const first = this.#fromZero ? 0 : 1
    const open = [...this.#numbered]
      .filter(([key, { number }]) => number > first && !this.#visited.has(key))
      .filter(([, { url }]) => !this.#addresses.has(withoutFragment(url)))
      .toSorted(([, one], [, other]) => one.number - other.number)
    const [key, page] = open[0] ?? []
    if (key === undefined || !page) return undefined
    this.#visited.add(key)
    return this.#visit(page.url)
  }

  #visit(url: URL): string {
    const key = numberedPageOf({ url, text: '' }, this.#listing)?.key
    if (key !== undefined) this.#visited.add(key)
    return withoutFragment(url)
  }

  #miss(message: string): void {
    this.#findings.miss('listing_incomplete', message)
  }
}
