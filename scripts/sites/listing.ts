import { companyName } from './company.ts'
import type { ListingFault } from './fault.ts'
import { escapeHtml } from './html.ts'
import { contentOf, groupingsOf, idOf, makePosting, type PostingKey } from './posting.ts'
import { type Listed, rosterAt } from './roster.ts'
import type { SiteSettings } from './settings.ts'

/** Which listing is asked for; equal views are equal bytes. */
export type ListingView = {
  readonly board: number
  readonly visit: number
  readonly content: boolean
  readonly fault: ListingFault | undefined
}

/** What a posting's page is called on the site itself. */
function pagePath(board: number, number: number): string {
  return `/company-${board}/jobs/${idOf(board, number)}`
}

/** The boards' listings as bytes, made when first asked for. */
export class Listings {
  readonly #settings: SiteSettings
  readonly #origin: string
  readonly #made = new Map<string, Buffer>()
  #bytes = 0

  constructor(settings: SiteSettings, origin: string) {
    this.#settings = settings
    this.#origin = origin
  }

  get(view: ListingView): Buffer {
    const key = JSON.stringify(view)
    const known = this.#made.get(key)
    if (known) return known
    const made = Buffer.from(JSON.stringify(this.#body(view)))
    this.#keep(key, made)
    return made
  }

  /** Ten thousand companies' listings do not fit: the oldest ones are made again when asked for. */
  #keep(key: string, made: Buffer): void {
    this.#made.set(key, made)
    this.#bytes += made.length
    for (const [oldest, listing] of this.#made) {
      if (this.#bytes <= MAX_CACHED_BYTES || oldest === key) break
      this.#made.delete(oldest)
      this.#bytes -= listing.length
    }
  }

  #body(view: ListingView): object {
    if (view.fault === 'wrong-shape') return { positions: [] }
    const listed = view.fault === 'empty' ? [] : this.#roster(view)
    const jobs: unknown[] = listed.map((item) => this.#job(view, item))
    if (view.fault === 'duplicate-id') jobs.push(...jobs.slice(0, 1))
    if (view.fault === 'odd-items') jobs.push(...ODD_ITEMS)
    return { jobs, meta: { total: jobs.length } }
  }

  #roster({ board, visit }: ListingView): readonly Listed[] {
    return rosterAt(this.#settings, board, visit)
  }

  #job(view: ListingView, { number, revision }: Listed): object {
    const { seed, content } = this.#settings
    const { board } = view
    const key: PostingKey = { seed, board, number, revision }
    const page = this.#origin + pagePath(board, number)
    const posting = makePosting(key, { company: companyName(seed, board), page })
    if (!view.content) return posting
    const filled = view.fault !== 'no-content'
    const html = filled ? { content: escapeHtml(contentOf(key, content)) } : {}
    return { ...posting, ...html, ...groupingsOf(key) }
  }
}

const MAX_CACHED_BYTES = 128 * 1024 * 1024

/** Beside good ones: neither id nor title, no object, a title of another kind, fields of other kinds. */
const ODD_ITEMS = [
  {},
  null,
  'a posting',
  { id: 1, title: 7 },
  {
    id: 'odd-1',
    title: 'An odd one \u0000',
    content: '&lt;p&gt;Odd, and still a posting.&lt;/p&gt;',
    location: 'Nowhere',
    departments: [null, 3, { name: 'Odds' }],
    updated_at: 'yesterday',
    absolute_url: 'javascript:alert(1)',
  },
]
