import type { BoardView } from './board-view.ts'
import type { Body } from './body.ts'
import type { ListingRoute } from './listing-route.ts'

type Asked = { readonly view: BoardView; readonly url: URL; readonly sent: string }

const MAX_CACHED_BYTES = 128 * 1024 * 1024

/** The bytes of the boards' listings. The first request for a listing makes them. */
export class Listings {
  readonly #made = new Map<string, Body>()
  #bytes = 0

  get(route: ListingRoute, { view, url, sent }: Asked): Body | undefined {
    const key = JSON.stringify([url.pathname, url.search, sent, view.visit, view.fault])
    const known = this.#made.get(key)
    if (known) return known
    const made = route.body(view, url, sent)
    if (made) this.#keep(key, made)
    return made
  }

  /**
   * Keeps a listing and drops the oldest ones: the listings of ten thousand companies do not fit into
   * memory. A later request makes a dropped one again.
   */
  #keep(key: string, made: Body): void {
    this.#made.set(key, made)
    this.#bytes += made.bytes.length
    for (const [oldest, { bytes }] of this.#made) {
      if (this.#bytes <= MAX_CACHED_BYTES || oldest === key) break
      this.#made.delete(oldest)
      this.#bytes -= bytes.length
    }
  }
}
