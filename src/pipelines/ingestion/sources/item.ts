import { z } from 'zod'

import { cleanText } from '../../../protocol/clean-text.ts'
import { ExternalId } from '../../../protocol/ids.ts'
import { toLabel } from '../label.ts'
import type { Listed, Listing } from '../listed.ts'
import { unreadable } from './listing.ts'

/** The two fields that no posting can be without. */
export const ItemId = z
  .union([z.number(), z.string()])
  .transform((id) => cleanText(String(id)))
  .pipe(ExternalId)
export const ItemTitle = z.string().transform(toLabel).pipe(z.string().min(1))

/** A field that may be absent or of another kind, which costs nothing but itself. */
export const text = z.string().nullish().catch(null)
export const number = z.number().nullish().catch(null)

/** Reads one entry of a listing: `unlisted` is there and nobody's to see. */
type ReadItem = (item: unknown) => Listed | 'unlisted' | undefined

/**
 * The entries of a board's listing, every id once, the first. One that cannot be read is passed
 * over, but leaves a listing that cannot say what is gone; where none can, it is no listing.
 */
export function toListing(board: string, items: readonly unknown[], read: ReadItem): Listing {
  const first = new Map<string, Listed>()
  let unread = 0
  for (const item of items) {
    const listed = read(item)
    if (listed === undefined) unread++
    else if (listed !== 'unlisted' && !first.has(listed.external_id)) {
      first.set(listed.external_id, listed)
    }
  }
  if (unread > 0 && unread === items.length) {
    throw unreadable(`The listing of the board "${board}" has no job with an id and a title.`)
  }
  const incomplete =
    unread === 0
      ? null
      : `${unread} of ${items.length} entries of the listing have no id or no title.`
  return { postings: [...first.values()], incomplete }
}

/** A reason that the whole listing gives goes before one that its entries gave. */
export function lacking(listing: Listing, reason: string | null): Listing {
  return reason === null ? listing : { ...listing, incomplete: reason }
}

/** Content that is blank is none: the posting's page may hold it. */
export function contentOf(html: string | null | undefined): string | null {
  return html === null || html === undefined || html.trim() === '' ? null : html
}
