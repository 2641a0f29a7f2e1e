import { z } from 'zod'

import { cleanText } from '../../../protocol/clean-text.ts'
import { ExternalId } from '../../../protocol/ids.ts'
import { toLabel, toLabels } from '../label.ts'
import type { ListedPosting, SourceListing } from '../listed.ts'
import { unescapeText } from '../rich-text.ts'
import { unreadable } from './listing.ts'

/** The two fields that every posting needs. */
export const ItemId = z
  .union([z.number(), z.string()])
  .transform((id) => cleanText(String(id)))
  .pipe(ExternalId)

/** An id as a part of an address. A board's JSON may have half of a pair of signs, which no address can have. */
export function idInAddress(id: unknown): string {
  return encodeURIComponent(cleanText(String(id)))
}

export const ItemTitle = z
  .string()
  .transform((title) => toLabel(unescapeText(title)))
  .pipe(z.string().min(1))

/** A field that may be missing or have another type. Such a field reads as null or undefined; the others stay. */
export const text = z.string().nullish().catch(null)
export const number = z.number().nullish().catch(null)
export const flag = z.boolean().nullish().catch(null)

/** Reads one entry of a listing. Returns `unlisted` for one that the board does not show, undefined for an unreadable one. */
export type ReadItem<T> = (item: T) => ListedPosting | 'unlisted' | undefined

/** Makes a listing of a board's entries. */
export function toListing<T>(board: string, items: readonly T[], read: ReadItem<T>): SourceListing {
  const postings = new PostingSet(board, read)
  for (const item of items) postings.add(item)
  return postings.end()
}

/**
 * Collects the postings of a board's entries. Keeps the first entry of each id, with the places of all. Skips an
 * unreadable entry and marks the listing as incomplete, so that nothing expires.
 */
export class PostingSet<T> {
  readonly #board: string
  readonly #read: ReadItem<T>
  #held = new Map<string, ListedPosting>()
  readonly #taken = new Set<string>()
  #unread = 0
  #fetched = 0

  constructor(board: string, read: ReadItem<T>) {
    this.#board = board
    this.#read = read
  }

  get size(): number {
    return this.#held.size
  }

  add(item: T): void {
    this.#fetched += 1
    const listed = this.#read(item)
    if (listed === undefined) this.#unread += 1
    else if (listed !== 'unlisted' && !this.#taken.has(listed.external_id)) {
      const known = this.#held.get(listed.external_id)
      this.#held.set(listed.external_id, known ? withPlacesOf(known, listed) : listed)
    }
  }

  /** Gives the postings away. A later entry of one of them is ignored. */
  take(): readonly ListedPosting[] {
    const postings = [...this.#held.values()]
    for (const id of this.#held.keys()) this.#taken.add(id)
    this.#held = new Map()
    return postings
  }

  /** Throws if every entry is unreadable. */
  end(): SourceListing {
    const [unread, fetched] = [this.#unread, this.#fetched]
    if (unread > 0 && unread === fetched) {
      throw unreadable(
        `The job list of the board "${this.#board}" has no job with an id and a title.`,
      )
    }
    const incomplete =
      unread === 0
        ? null
        : `${unread} of ${fetched} entries of the job list have no id or no title.`
    return { postings: this.take(), incomplete, fetched }
  }
}

/** Keeps the places of all rows of a posting: some boards list it once for each place or language. */
function withPlacesOf(known: ListedPosting, again: ListedPosting): ListedPosting {
  const locations = toLabels([...known.locations, ...again.locations])
  const places = [...(known.places ?? []), ...(again.places ?? [])]
  return { ...known, locations, ...(places.length === 0 ? {} : { places }) }
}

/**
 * Marks the listing as incomplete if there is a reason, which replaces the one that `toListing` gave. `claimed` is the
 * number of postings that the source claims.
 */
export function lacking(
  listing: SourceListing,
  reason: string | null,
  claimed?: number | null,
): SourceListing {
  return { ...listing, claimed: claimed ?? null, incomplete: reason ?? listing.incomplete }
}

/** Marks a listing that came in one answer as incomplete if the source claims another number of postings. */
export function counted(listing: SourceListing, claimed: number | null | undefined): SourceListing {
  return lacking(listing, difference(listing.fetched ?? listing.postings.length, claimed), claimed)
}

/** Says that another number of entries came than the source claims, if it claims one. */
export function difference(came: number, claimed: number | null | undefined): string | null {
  if (claimed === null || claimed === undefined || claimed === came) return null
  return `The board counts ${claimed} postings, but its job list holds ${came}.`
}

/** Returns null for blank content, so that the posting's page is read for it. */
export function contentOf(html: string | null | undefined): string | null {
  return html === null || html === undefined || html.trim() === '' ? null : html
}

/** A list of which each entry may have another type. Such an entry reads as null; the others stay. */
export function listOf<T extends z.ZodType>(entry: T) {
  return z.array(entry.nullish().catch(null)).nullish().catch(null)
}

/** A part of an item that may be missing or have another type. It then has none of its fields. */
export function partOf<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((part) => (isPart(part) ? part : {}), z.object(shape))
}

function isPart(part: unknown): boolean {
  return typeof part === 'object' && part !== null && !Array.isArray(part)
}
