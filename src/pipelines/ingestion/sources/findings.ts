import type { Failure } from '../../../protocol/status.ts'
import { PlanFailure } from '../../pipeline.ts'
import { looksLikePosting } from './posting-address.ts'

/** What an address on a page or in a sitemap was found with. */
type Found = {
  readonly lastmod?: string | null
  /** A page that says of it that it is a posting's needs no likeness. */
  readonly sure?: boolean
}

const MAX_POSTINGS = 50_000

/** The postings' addresses of one site, as its sitemaps or pages are read, and what was missed. */
export class Findings {
  /** The address of each posting, without fragment, and when it last changed. */
  readonly postings = new Map<string, string | null>()
  /** Why this cannot count as the whole listing. */
  readonly missed: Failure[] = []
  elsewhere = 0
  readonly #hosts = new Set<string>()
  readonly match: string | undefined

  constructor(addresses: readonly string[], match: string | undefined) {
    for (const address of addresses) this.#hosts.add(hostOf(new URL(address)))
    this.match = match
  }

  isOwn(url: URL): boolean {
    return /^https?:$/.test(url.protocol) && this.#hosts.has(hostOf(url))
  }

  /** Answers whether this is a posting's address. */
  add(url: URL, found: Found = {}): boolean {
    if (!this.isOwn(url)) {
      this.elsewhere++
      return false
    }
    if (!this.#isPosting(url, found)) return false
    const address = withoutFragment(url)
    if (this.postings.has(address)) return true
    if (this.postings.size >= MAX_POSTINGS) {
      this.miss('listing_too_large', 'The site lists more than 50,000 postings.')
      return false
    }
    this.postings.set(address, found.lastmod ?? null)
    return true
  }

  /** Only the first of its kind is told. */
  miss(code: string, message: string): void {
    if (this.missed.some((failure) => failure.code === code)) return
    this.missed.push({ code, message, retryable: false })
  }

  /**
   * One page that is not there costs the others nothing, but the listing is not whole. What may be
   * better the next time ends the plan, and so does what is larger than it may be.
   */
  passOver(error: unknown): void {
    if (!(error instanceof PlanFailure) || error.failure.retryable) throw error
    const { code, message } = error.failure
    if (code === 'too_large' || code === 'listing_too_large') throw error
    this.miss(code, message)
  }

  #isPosting(url: URL, { sure = false }: Found): boolean {
    if (this.match !== undefined) return withoutFragment(url).includes(this.match)
    return sure || looksLikePosting(url)
  }
}

export function withoutFragment(url: URL): string {
  return url.href.split('#', 1)[0] ?? ''
}

/** Sites answer with and without it, and name themselves either way. */
function hostOf(url: URL): string {
  return url.host.replace(/^www\./, '')
}
