import { base64url } from 'jose'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { Json } from '../protocol/json.ts'

/** A page of a listing, or the answer that the cursor does not belong to this listing. */
export type ListAnswer<Page> =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'bad_cursor' }

/** A stored key in a position. An earlier version may have stored a key that is refused today. */
export const StoredKey = z.string().refine((text) => text === cleanText(text))

/** A stored time in a position. ISO 8601 has a year 0, and Postgres has none. */
export const StoredTime = z.iso.datetime().refine((time) => time > '0001')

/** Encodes a page's last position as an opaque text. */
export function encodePosition(position: Json): string {
  return base64url.encode(JSON.stringify(position))
}

/** Decodes a position. Returns undefined if the text is not a position of this shape. */
export function decodePosition<T>(shape: z.ZodType<T>, cursor: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor)))).data
  } catch {
    return undefined
  }
}

/** Cuts off the extra row, which was read to learn whether there is another page. */
export function cutPage<Row>(rows: readonly Row[], limit: number): { rows: Row[]; last?: Row } {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return last === undefined ? { rows: page } : { rows: page, last }
}
