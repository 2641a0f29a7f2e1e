/**
 * Names that mean something inside a network alone: those that standards reserve (RFC 2606, 6761,
 * 6762, 7686, 8375, 9476), that were given up for the public (ICANN), and that are in wide private use.
 */
const RESERVED = new Set([
  'alt',
  'arpa',
  'corp',
  'example',
  'home',
  'internal',
  'intranet',
  'invalid',
  'lan',
  'local',
  'localdomain',
  'localhost',
  'mail',
  'onion',
  'private',
  'svc',
  'test',
])

/** Public by their form, yet answered by a cloud to its own machines. */
const METADATA = new Set(['metadata.goog'])

/** Why this name must not be fetched; undefined: nothing is known against it. */
export function refusedName(hostname: string): string | undefined {
  const labels = hostname.split('.')
  if (labels.includes('')) return `${hostname} is not a whole name.`
  if (labels.length === 1) return `${hostname} is not a public name: it has no dot in it.`
  if (METADATA.has(labels.slice(-2).join('.'))) {
    return `${hostname} is a name that a cloud keeps its machines’ metadata under.`
  }
  const last = labels.at(-1) ?? ''
  return RESERVED.has(last)
    ? `${hostname} is a reserved name: what ends in .${last} is not fetched.`
    : undefined
}
