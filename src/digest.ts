/** SHA-256, in hex, of a JSON value written with sorted keys: equal values have equal hashes. */
export async function hash(value: unknown): Promise<string> {
  const text = JSON.stringify(value, (_key, part: unknown) => sortKeys(part))
  return hashBytes(new TextEncoder().encode(text))
}

/** SHA-256, in hex. */
export async function hashBytes(bytes: Uint8Array): Promise<string> {
  return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes.slice())))
}

export function randomHex(bytes: number): string {
  return hex(crypto.getRandomValues(new Uint8Array(bytes)))
}

function sortKeys(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

export function hex(bytes: Uint8Array): string {
  let digits = ''
  for (const byte of bytes) digits += DIGITS[byte]
  return digits
}
