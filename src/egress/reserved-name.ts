/**
 * Top-level names that have a meaning only inside a network. Standards reserve some (RFC 2606, 6761, 6762,
 * 7686, 8375, 9476), ICANN delegates others to nobody, and the rest are in wide private use.
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

/** Names that look public, but that a cloud resolves for its own machines to their metadata. */
const METADATA = new Set(['metadata.goog'])

/** Says why this name may not be fetched. Returns undefined if it may. */
export function refusedName(hostname: string): string | undefined {
  const labels = hostname.split('.')
  if (labels.includes('')) return `${hostname} is not a whole name.`
  if (labels.length === 1) return `${hostname} is not a public name: it has no dot in it.`
  if (METADATA.has(labels.slice(-2).join('.'))) {
    return `${hostname} is the name of a cloud’s metadata service.`
  }
  const last = labels.at(-1) ?? ''
  return RESERVED.has(last)
    ? `${hostname} is a reserved name: names under .${last} are not fetched.`
    : undefined
}
