type Part = string | number

/** A number in [0, 1) that follows from its parts alone: FNV-1a, then murmur3's finish. */
export function chance(...parts: readonly Part[]): number {
  let hash = 0x811c9dc5
  const text = parts.join('|')
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}

/** One of a list, by its parts. */
export function pick<T>(list: readonly [T, ...T[]], ...parts: readonly Part[]): T {
  return list[Math.floor(chance(...parts) * list.length)] ?? list[0]
}
