import { cleanText } from '../../../protocol/clean-text.ts'

/** A JSON object of unknown shape: what a page says of a thing. */
export type Node = Readonly<Record<string, unknown>>

export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON-LD leaves it open whether a value is one or a list of them. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}

export function fieldOf(value: unknown, name: string): unknown {
  return isNode(value) ? value[name] : undefined
}

/** The first text that the value holds, trimmed; null where there is none. */
export function textOf(value: unknown): string | null {
  for (const entry of listOf(value)) {
    const plain = isNode(entry) ? entry['@value'] : entry
    if (typeof plain === 'number') return String(plain)
    const text = typeof plain === 'string' ? cleanText(plain).trim() : ''
    if (text !== '') return text
  }
  return null
}

/** A name, or the name of what is named: "DE", or `{"@type": "Country", "name": "DE"}`. */
export function nameOf(value: unknown): string | null {
  return textOf(value) ?? textOf(listOf(value).map((entry) => fieldOf(entry, 'name')))
}
