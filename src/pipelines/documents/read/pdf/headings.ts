import type { PdfLine } from './lines.ts'

/** A heading's letters are at least this much larger than the body's, and a heading has no more characters than this. */
const LARGER = 1.15
const MAX_CHARS = 160
/** If a larger share of the lines than this has large letters, the size does not show headings. */
const MAX_SHARE = 0.25

/** Returns the size that most letters have. */
export function bodySize(pages: readonly (readonly PdfLine[])[]): number {
  const chars = new Map<number, number>()
  for (const { size, text } of pages.flat()) chars.set(size, (chars.get(size) ?? 0) + text.length)
  return [...chars].reduce((most, one) => (one[1] > most[1] ? one : most), [0, 0])[0]
}

/** Returns a function that tells a heading's level by its size; the largest has level 1. Undefined for other lines. */
export function headingLevels(
  pages: readonly (readonly PdfLine[])[],
  body: number,
): (text: string, size: number) => number | undefined {
  const lines = pages.flat()
  const large = lines.filter(({ text, size }) => isLarge(text, size, body))
  if (body === 0 || large.length > lines.length * MAX_SHARE) return () => undefined
  const sizes = [...new Set(large.map(({ size }) => size))].toSorted((a, b) => b - a)
  return (text, size) =>
    isLarge(text, size, body) ? Math.min(sizes.indexOf(size) + 1, 6) : undefined
}

function isLarge(text: string, size: number, body: number): boolean {
  return size >= body * LARGER && text.length <= MAX_CHARS && /\p{L}/u.test(text)
}
