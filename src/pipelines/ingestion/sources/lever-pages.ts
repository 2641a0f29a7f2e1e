import { z } from 'zod'

import type { SourceListing } from '../listed.ts'
import { lacking, type ReadItem } from './item.ts'
import { JsonItems } from './json-items.ts'
import { SlicedListing } from './listing-stream.ts'
import { readEnvelope } from './listing.ts'
import type { ListingPorts } from './source.ts'

/** A company's site in one of Lever's regions, or at the source's `base_url`. */
type LeverSite = { readonly board: string; readonly origin: string }

const MAX_ITEMS = 20_000
/** If a server limits the length of a page, the limit is likely to be a multiple of this number. */
const ROUND = 50

/**
 * Reads all pages of a site's list. Lever documents `skip` and `limit`, but not how many postings it sends at
 * most. Lever may have cut a list of a round length, so this function asks for the rest. It asks for each further
 * page from the last posting of the page before. A page that begins with another posting shows that the list
 * changed meanwhile, or that Lever sent a page again.
 */
export async function readPages(
  site: LeverSite,
  read: ReadItem<unknown>,
  ports: ListingPorts,
): Promise<SourceListing> {
  const walk = new PageWalk()
  const listing = new SlicedListing(site.board, walk.reading(read), ports)
  for (let goesOn = true; goesOn; goesOn = walk.goesOn()) {
    const parser = new JsonItems('')
    const { board } = site
    await listing.read({ board, url: addressOf(site, walk.nextPage()) }, parser)
    readEnvelope(Postings, parser.envelope, { board, list: 'postings' })
  }
  return lacking({ ...listing.end(), fetched: walk.items }, walk.incomplete)
}

const Postings = z.array(z.unknown())

/** Follows the entries of the pages as they come. */
class PageWalk {
  items = 0
  incomplete: string | null = null
  #pages = 0
  /** The lengths of the first page and of this one. */
  #size = 0
  #length = 0
  #last: unknown

  /** Begins a page. Returns how many entries are skipped. */
  nextPage(): number {
    if (this.#pages === 1) this.#size = this.#length
    this.#pages += 1
    this.#length = 0
    return Math.max(0, this.items - 1)
  }

  /** Whether the page that was read last may have been cut. */
  goesOn(): boolean {
    const isCut =
      this.#pages === 1
        ? this.#length > 0 && this.#length % ROUND === 0
        : this.#length === this.#size
    if (this.#pages > 1 && this.#length === 0) this.incomplete = MOVED
    if (isCut && this.items >= MAX_ITEMS) this.incomplete ??= TOO_LONG
    return isCut && this.incomplete === null
  }

  /** Leaves out the first entry of a further page, which is known, and the entries of a page that moved. */
  reading(read: ReadItem<unknown>): ReadItem<unknown> {
    return (item) => {
      this.#length += 1
      const isRepeated = this.#pages > 1 && this.#length === 1
      if (isRepeated && idOf(item) !== this.#last) this.incomplete = MOVED
      if (isRepeated || this.incomplete !== null) return 'unlisted'
      this.items += 1
      this.#last = idOf(item)
      return read(item)
    }
  }
}

const MOVED = 'The job list changed while it was read, or Lever sent a page of the list again.'
const TOO_LONG = `The job list has more than ${MAX_ITEMS} postings.`

function addressOf({ board, origin }: LeverSite, skip: number): string {
  const path = `${origin}/v0/postings/${encodeURIComponent(board)}?mode=json`
  return skip === 0 ? path : `${path}&skip=${skip}`
}

function idOf(item: unknown): unknown {
  return z.object({ id: z.unknown() }).safeParse(item).data?.id
}
