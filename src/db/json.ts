import { cleanText } from '../protocol/clean-text.ts'
import type { Json } from '../protocol/json.ts'

// JSON.stringify's escapes of characters that no text of Postgres can hold: NUL, or half a surrogate pair.
const UNFIT = /\\u(?:0000|d[89a-f])/

/** The value as JSON text for a jsonb parameter, every text in it clean. */
export function jsonText(value: object): string {
  const text = JSON.stringify(value)
  return UNFIT.test(text) ? JSON.stringify(clean(JSON.parse(text))) : text
}

function clean(value: Json): Json {
  if (typeof value === 'string') return cleanText(value)
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]),
  )
}
