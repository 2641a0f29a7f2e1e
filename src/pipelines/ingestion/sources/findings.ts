import type { Failure } from '../../../protocol/status.ts'
import { PlanFailure } from '../../pipeline.ts'
import { hostNamesOf } from './board.ts'
import type { FeedFacts } from './feed.ts'
import { looksLikePosting } from './posting-address.ts'
import { identityOf } from './posting-identity.ts'

/** The facts that a page or a sitemap gives about an address. */
type AddressFacts = {
  readonly lastmod?: string | null
  /** The facts that a feed gives about the posting. */
  readonly facts?: FeedFacts
  /** True if the page says that the address is a posting's. The address then need not look like one. */
  readonly sure?: boolean
}

export type Finding = {
  address: string
  readonly lastmod: string | null
  readonly facts: FeedFacts
}

/** What the site's owner says of its postings' addresses. */
type FindingRules = {
  readonly match?: string | undefined
  readonly allowed_hosts?: string | undefined
}

const MAX_POSTINGS = 50_000

/** Collects the addresses of one site's postings from its sitemaps or pages, and the reasons why some may be missing. */
export class Findings {
  /** The postings by their identity, and so each once. */
  readonly postings = new Map<string, Finding>()
  /** The reasons why postings may be missing. */
  readonly missed: Failure[] = []
  /** The number of postings that a page claims, if one does. */
  claimed: number | null = null
  /** The number of addresses on other hosts. Such an address is not the site's own posting. */
  elsewhere = 0
  readonly #hosts = new Set<string>()
  readonly match: string | undefined

  constructor(addresses: readonly string[], { match, allowed_hosts }: FindingRules = {}) {
    for (const address of addresses) this.#hosts.add(hostOf(new URL(address)))
    for (const host of hostNamesOf(allowed_hosts)) this.#hosts.add(plainHost(host))
    this.match = match
  }

  isOwn(url: URL): boolean {
    return /^https?:$/.test(url.protocol) && this.#hosts.has(hostOf(url))
  }

  /** Adds a posting's address. Returns whether the address is a posting's. */
  add(url: URL, found: AddressFacts = {}): boolean {
    if (!this.isOwn(url)) {
      this.elsewhere++
      return false
    }
    if (!this.#isPosting(url, found)) return false
    const address = withoutFragment(url)
    const identity = identityOf(url)
    const known = this.postings.get(identity)
    if (known) return this.#seeAgain(known, address)
    if (this.postings.size >= MAX_POSTINGS) {
      this.miss('listing_too_large', 'The site lists more than 50,000 postings.')
      return false
    }
    const { lastmod = null, facts = {} } = found
    this.postings.set(identity, { address, lastmod, facts })
    return true
  }

  /** Keeps the shortest of a posting's addresses: the others have parameters of a session or a campaign. */
  #seeAgain(known: Finding, address: string): true {
    if (address.length < known.address.length) known.address = address
    return true
  }

  /** Takes out an address that turned out to be no posting's. */
  remove(address: string): void {
    this.postings.delete(identityOf(new URL(address)))
  }

  /** Notes why postings may be missing. Keeps only the first reason with each code. */
  miss(code: string, message: string): void {
    if (this.missed.some((failure) => failure.code === code)) return
    this.missed.push({ code, message, retryable: false })
  }

  /**
   * Skips one page that cannot be read: the other pages still count, but the listing is incomplete. Rethrows an
   * error that ends the plan: a retryable error, or a page or a listing that is too large.
   */
  passOver(error: unknown): void {
    if (!(error instanceof PlanFailure) || error.failure.retryable) throw error
    const { code, message } = error.failure
    if (code === 'too_large' || code === 'listing_too_large') throw error
    this.miss(code, message)
  }

  #isPosting(url: URL, { sure = false }: AddressFacts): boolean {
    if (this.match !== undefined) return withoutFragment(url).includes(this.match)
    return sure || looksLikePosting(url)
  }
}

export function withoutFragment(url: URL): string {
  return url.href.split('#', 1)[0] ?? ''
}

/** Returns the host without `www.`: a site answers under both names and may link to either. */
function hostOf(url: URL): string {
  return plainHost(url.host)
}

function plainHost(host: string): string {
  return host.replace(/^www\./, '')
}
