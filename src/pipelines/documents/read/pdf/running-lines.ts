import type { PdfLine } from './lines.ts'
import {
  countersOf,
  type EdgeLine,
  edgeLine,
  isLabel,
  onlyCountsPages,
  withoutCounters,
} from './running-numbers.ts'

/** The lines at a page's top and bottom that may run over pages, and the share of the page that is its margin. */
const LINES = 5
const MARGIN = 0.1
/** A running line is on so many pages, and on this share of all, or of those from its first to its last one. */
const LEAST = { pages: 3, share: 0.4, of_span: 0.45 }
/** Running lines stand at one height, within so many points. */
const HEIGHT = 6

/** A line at a page's edge, with its place. */
type PlacedEdge = EdgeLine & { readonly line: PdfLine; readonly top: boolean }

/** A running line without the page's number. `counts`: it says nothing else. */
type Running = { readonly text: string; readonly counts: boolean }

/**
 * Removes headers and footers that run over the pages. Keeps each text once, on its first page, unless it counts pages. Only
 * a number that rises with the pages counts them: any other number belongs to the text.
 */
export function withoutRunning(
  pages: readonly (readonly PdfLine[])[],
  heights: readonly number[],
): readonly (readonly PdfLine[])[] {
  const running = runningLines(pages, heights)
  if (running.size === 0) return pages
  const seen = new Set<string>()
  return pages.map((lines) => {
    const kept = lines.filter((line) => {
      const found = running.get(line)
      if (found === undefined) return true
      if (found.counts || seen.has(found.text)) return false
      seen.add(found.text)
      return true
    })
    // A page that would be empty holds nothing but such lines.
    return kept.length === 0 ? lines : kept
  })
}

function runningLines(
  pages: readonly (readonly PdfLine[])[],
  heights: readonly number[],
): ReadonlyMap<PdfLine, Running> {
  const edges = pages.flatMap((lines, at) => edgeLines(lines, at + 1, heights[at] ?? 842))
  const running = new Map<PdfLine, Running>()
  for (const alike of groupsOf(edges, ({ words }) => words).flatMap(atOneHeight))
    for (const [line, found] of runningAmong(alike, pages.length)) running.set(line, found)
  return running
}

function edgeLines(lines: readonly PdfLine[], page: number, height: number): PlacedEdge[] {
  const high = lines.filter(({ y }) => y > height * (1 - MARGIN)).toSorted((a, b) => b.y - a.y)
  const low = lines.filter(({ y }) => y < height * MARGIN).toSorted((a, b) => a.y - b.y)
  const placed = (top: boolean) => (line: PdfLine) => ({ ...edgeLine(line.text, page), line, top })
  return [...high.slice(0, LINES).map(placed(true)), ...low.slice(0, LINES).map(placed(false))]
}

function groupsOf<Item>(items: readonly Item[], keyOf: (item: Item) => string): Item[][] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return [...groups.values()]
}

/** Divides lines with the same words by the heights at which they stand. Keeps the order of the pages. */
function atOneHeight(alike: readonly PlacedEdge[]): PlacedEdge[][] {
  const groups: PlacedEdge[][] = []
  let last = -Infinity
  for (const one of alike.toSorted((a, b) => a.line.y - b.line.y)) {
    if (one.line.y - last > HEIGHT) groups.push([])
    groups.at(-1)?.push(one)
    last = one.line.y
  }
  return groups.map((group) => group.toSorted((a, b) => a.page - b.page))
}

/** Finds the running lines among those with the same words at the same height. */
function runningAmong(
  alike: readonly PlacedEdge[],
  pages: number,
): (readonly [PdfLine, Running])[] {
  const [first] = alike
  const counters = countersOf(alike)
  if (first === undefined) return []
  if (counters.size > 0 && onlyCountsPages(first.words))
    return alike.map(({ line, words }) => [line, { text: words, counts: true }])
  // Only one number of a header counts pages: the notes at the foot of each page may have two that rise.
  if (counters.size > 1) return []
  // A label with the number of its page may be the heading of that page.
  if (counters.size > 0 && first.top && isLabel(first.words)) return []
  return groupsOf(alike, (one) => withoutCounters(one, counters))
    .filter((same) => isOnMany(same, pages))
    .flatMap((same) =>
      same.map(
        (one) => [one.line, { text: withoutCounters(one, counters), counts: false }] as const,
      ),
    )
}

function isOnMany(same: readonly PlacedEdge[], pages: number): boolean {
  const on = new Set(same.map(({ page }) => page))
  const span = Math.max(...on) - Math.min(...on) + 1
  if (on.size < LEAST.pages) return false
  return on.size >= pages * LEAST.share || on.size >= span * LEAST.of_span
}
