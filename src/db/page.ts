import { base64url } from 'jose'
import { z } from 'zod'

import { cleanText } from '../protocol/clean-text.ts'
import type { Json } from '../protocol/json.ts'

/** A listing's answer: its page, or the word that the cursor is none of this listing's. */
export type Listed<Page> =
  | { readonly kind: 'page'; readonly page: Page }
  | { readonly kind: 'bad_cursor' }

/** A stored key, as a part of a position. It may be a key that no schema takes any more. */
export const StoredKey = z.string().refine((text) => text === cleanText(text))

/** A stored time, as a part of a position. ISO 8601 has a year 0, and Postgres has none. */
export const StoredTime = z.iso.datetime().refine((time) => time > '0001')

/** A page's last position as text that means nothing to its bearer. */
export function encodePosition(position: Json): string {
  return base64url.encode(JSON.stringify(position))
}

/** Undefined: the text is no position of this shape. */
export function decodePosition<T>(shape: z.ZodType<T>, cursor: string): T | undefined {
  try {
    return shape.safeParse(JSON.parse(new TextDecoder().decode(base64url.decode(cursor)))).data
  } catch {
    return undefined
  }
}

/** Splits off the row that was read only to learn whether there are more. */
export function cutPage<Row>(rows: readonly Row[], limit: number): { rows: Row[]; last?: Row } {
  const page = rows.slice(0, limit)
  const last = rows.length > limit ? page.at(-1) : undefined
  return last === undefined ? { rows: page } : { rows: page, last }
}
