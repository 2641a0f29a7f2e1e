import { cleanText } from '../../../protocol/clean-text.ts'
import { unescapeText } from '../rich-text.ts'

/** A JSON object of unknown shape in a page's JSON-LD. */
export type Node = Readonly<Record<string, unknown>>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Makes a list of a value: JSON-LD allows one value or a list of values anywhere. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

export function fieldOf(value: unknown, name: string): unknown {
  return isNode(value) ? value[name] : undefined
}

/** Returns the value's first text or number as trimmed text. Null if there is none. */
export function textOf(value: unknown): string | null {
  for (const entry of listOf(value)) {
    const plain = isNode(entry) ? entry['@value'] : entry
    if (typeof plain === 'number') return String(plain)
    const text = typeof plain === 'string' ? cleanText(plain).trim() : ''
    if (text !== '') return text
  }
  return null
}

/**
 * Returns a name that is given as text, "DE", or as a thing: `{"@type": "Country", "name": "DE"}`. A name has no tags, so
 * pages that escape it mean the plain one.
 */
export function nameOf(value: unknown): string | null {
  const name =
    textOf(value) ?? textOf(listOf(value).flatMap((entry) => listOf(fieldOf(entry, 'name'))))
  return name === null ? null : unescapeText(name)
}
