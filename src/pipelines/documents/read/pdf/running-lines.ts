import type { PdfLine } from './lines.ts'

/** The lines at a page's top and bottom that may run over all pages, and the share of the page that is its margin. */
const LINES = 3
const MARGIN = 0.1
/** A running line is on so many pages, and on this share of them: of left or of right pages. */
const LEAST = { pages: 3, share: 0.4 }
/** Running lines stand at one height, within so many points. */
const HEIGHT = 6

/** Removes headers and footers that run over the pages. Keeps each text once, on its first page, unless it counts pages. */
export function withoutRunning(
  pages: readonly (readonly PdfLine[])[],
  heights: readonly number[],
): readonly (readonly PdfLine[])[] {
  if (pages.length < LEAST.pages) return pages
  const margins = pages.map((lines, at) => marginLines(lines, heights[at] ?? 842))
  const counts = new Map<string, number>()
  for (const lines of margins)
    for (const key of new Set(lines.map(keyOf))) counts.set(key, (counts.get(key) ?? 0) + 1)
  const least = Math.max(LEAST.pages, pages.length * LEAST.share)
  const running = new Set([...counts].filter(([, count]) => count >= least).map(([key]) => key))
  if (running.size === 0) return pages
  const seen = new Set<string>()
  return pages.map((lines, at) => {
    const edge = new Set(margins[at])
    const kept = lines.filter((line) => {
      if (!edge.has(line) || !running.has(keyOf(line))) return true
      const words = wordsOf(line.text)
      if (!/\p{L}{3}/u.test(words.replaceAll(PAGE_WORDS, '')) || seen.has(words)) return false
      seen.add(words)
      return true
    })
    // A page that would be empty holds nothing but such lines.
    return kept.length === 0 ? lines : kept
  })
}

function marginLines(lines: readonly PdfLine[], height: number): PdfLine[] {
  const high = lines.filter(({ y }) => y > height * (1 - MARGIN)).toSorted((a, b) => b.y - a.y)
  const low = lines.filter(({ y }) => y < height * MARGIN).toSorted((a, b) => a.y - b.y)
  return [...high.slice(0, LINES), ...low.slice(0, LINES)]
}

function keyOf({ text, y }: PdfLine): string {
  return `${Math.round(y / HEIGHT)} ${wordsOf(text)}`
}

const PAGE_WORDS = /page|seite|página|pagina|of|von|sur|di|de/g

/** Returns a line's words with each number alike. A line of a Roman number alone is a page's number too. */
function wordsOf(text: string): string {
  const words = text.toLowerCase().replaceAll(/\s+/g, ' ').trim()
  if (/^[^\p{L}\d]*[ivxlc]{1,7}[^\p{L}\d]*$/u.test(words)) return '#'
  return words.replaceAll(/\d+/g, '#')
}
