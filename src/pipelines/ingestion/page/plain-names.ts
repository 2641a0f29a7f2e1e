import { isNode } from './value.ts'

/** Names that need a change: with a prefix, with a capital letter, or `type` for `@type`. */
const PREFIX = /^(?:https?:\/\/(?:www\.)?schema\.org\/|schema:)/i
const SPELT = /^(?:[A-Z][a-zA-Z]*|(?:schema:|https?:).*|type)$/i

const MAX_DEPTH = 64

/**
 * Gives the properties of a page's JSON-LD the names of schema.org: `schema:title`, `http://schema.org/title` and `Title` are
 * `title`. A property that is there under its own name counts more.
 */
export function withPlainNames(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return value
  if (Array.isArray(value)) return value.map((entry) => withPlainNames(entry, depth + 1))
  if (!isNode(value)) return value
  const entries = Object.entries(value).map(
    ([name, field]) => [plainName(name, value), withPlainNames(field, depth + 1)] as const,
  )
  return Object.fromEntries(entries)
}

function plainName(name: string, node: object): string {
  if (!SPELT.test(name)) return name
  const bare = name.replace(PREFIX, '')
  const plain = bare === 'type' ? '@type' : bare.charAt(0).toLowerCase() + bare.slice(1)
  return plain === name || plain in node ? name : plain
}
