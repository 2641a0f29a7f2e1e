type Part = string | number

/** Returns a number in [0, 1) that depends only on its parts: FNV-1a, then the last step of murmur3. */
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

/** Chooses one of a list by the parts. */
export function pick<T>(list: readonly [T, ...T[]], ...parts: readonly Part[]): T {
  return list[Math.floor(chance(...parts) * list.length)] ?? list[0]
}
