import { joinBytes } from '../../../join-bytes.ts'
import type { PieceTaker } from '../../fetch.ts'
import { isGzip } from './gunzip.ts'
import { type Sitemap, SitemapPieces } from './sitemap.ts'

/** A page or a sitemap up to this size is held whole. */
const HELD_BYTES = 10 * 1024 * 1024
/** The most that the protocol of sitemaps allows. */
export const MAX_SITEMAP_BYTES = 50 * 1024 * 1024

type SiteBody =
  | { readonly kind: 'held'; readonly bytes: Uint8Array }
  | { readonly kind: 'sitemap'; readonly sitemap: Sitemap }
  | { readonly kind: 'too_large' }

/** Takes the body of a site's page or sitemap. A sitemap that is too large to hold is read as it comes. */
export class TakenBody {
  #held: Uint8Array[] = []
  #length = 0
  #large: SitemapPieces | undefined
  #isTooLarge = false
  readonly #decoder = new TextDecoder()

  readonly take: PieceTaker = async (piece) => {
    this.#length += piece.length
    if (this.#large) return this.#read(piece)
    this.#held.push(piece)
    return this.#length <= HELD_BYTES || this.#readHeld()
  }

  end(): SiteBody {
    if (this.#isTooLarge) return { kind: 'too_large' }
    if (!this.#large) return { kind: 'held', bytes: joinBytes(this.#held) }
    const sitemap = this.#large.end()
    return sitemap ? { kind: 'sitemap', sitemap } : { kind: 'too_large' }
  }

  #readHeld(): boolean {
    const held = joinBytes(this.#held)
    this.#held = []
    this.#large = new SitemapPieces()
    // What comes packed may unpack to anything.
    this.#isTooLarge = isGzip(held)
    return !this.#isTooLarge && this.#read(held)
  }

  #read(piece: Uint8Array): boolean {
    this.#isTooLarge = this.#length > MAX_SITEMAP_BYTES
    if (this.#isTooLarge) return false
    return this.#large?.write(this.#decoder.decode(piece, { stream: true })) ?? false
  }
}
