/** A chain of more directories is not followed: no scan has so many pages. */
const MOST = 10_000
const ENTRY_BYTES = 12

/**
 * Counts the pages of a TIFF. Each page has a directory, which ends with the place of the next one (TIFF 6.0, section 2).
 * Stops where a directory is cut off, or was counted before.
 */
export function pagesOfTiff(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isLittle = bytes[0] === 0x49
  const seen = new Set<number>()
  const has = (at: number, size: number) => at > 0 && at + size <= bytes.length && !seen.has(at)
  for (let at = has(4, 4) ? view.getUint32(4, isLittle) : 0; has(at, 2) && seen.size < MOST;) {
    seen.add(at)
    const next = at + 2 + ENTRY_BYTES * view.getUint16(at, isLittle)
    at = has(next, 4) ? view.getUint32(next, isLittle) : 0
  }
  return Math.max(1, seen.size)
}
