import type { BoardView } from './board-view.ts'
import type { Body } from './body.ts'
import type { ListingRoute } from './listing-route.ts'

const MAX_CACHED_BYTES = 128 * 1024 * 1024

/** The boards' listings as bytes, made when first asked for. */
export class Listings {
  readonly #made = new Map<string, Body>()
  #bytes = 0

  get(route: ListingRoute, view: BoardView, url: URL): Body {
    const key = JSON.stringify([url.pathname, url.search, view.visit, view.fault])
    const known = this.#made.get(key)
    if (known) return known
    const made = route.body(view, url)
    this.#keep(key, made)
    return made
  }

  /** Ten thousand companies' listings do not fit: the oldest ones are made again when asked for. */
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
