import { lettersOf } from '../../page-layout.ts'
import type { PdfLine } from './lines.ts'
import type { Pdf } from './pdf-js.ts'

/** An entry of the outline that a PDF has beside its pages. The highest entries have the depth 0. */
export type Bookmark = {
  readonly title: string
  /** The page that it leads to, from 0 on. */
  readonly page: number
  readonly depth: number
}

/** An outline with more entries names more than headings. */
const MAX_BOOKMARKS = 5_000
/** A heading has no more lines and letters than this. */
const MOST = { lines: 4, letters: 300 }

type OutlineNode = Awaited<ReturnType<Pdf['getOutline']>>[number]

/** Reads the outline of a PDF. Leaves out entries that lead to no page. */
export async function bookmarksOf(pdf: Pdf): Promise<readonly Bookmark[]> {
  const nodes = nodesOf((await pdf.getOutline()) ?? [])
  const bookmarks: Bookmark[] = []
  for (const { node, depth } of nodes) {
    const page = await pageOf(pdf, node.dest)
    if (page !== undefined) bookmarks.push({ title: node.title, page, depth })
  }
  return bookmarks
}

function nodesOf(roots: readonly OutlineNode[]) {
  const open = roots.toReversed().map((node) => ({ node, depth: 0 }))
  const found: { readonly node: OutlineNode; readonly depth: number }[] = []
  while (found.length < MAX_BOOKMARKS) {
    const next = open.pop()
    if (next === undefined) break
    found.push(next)
    const below = next.node.items.map((node: OutlineNode) => ({ node, depth: next.depth + 1 }))
    open.push(...below.toReversed())
  }
  return found
}

async function pageOf(pdf: Pdf, dest: unknown): Promise<number | undefined> {
  try {
    const place: unknown = typeof dest === 'string' ? await pdf.getDestination(dest) : dest
    const page: unknown = Array.isArray(place) ? place[0] : undefined
    if (typeof page === 'number') return page
    return isRef(page) ? await pdf.getPageIndex(page) : undefined
  } catch {
    // A damaged outline leads to pages that the file does not have.
    return undefined
  }
}

function isRef(value: unknown): value is { num: number; gen: number } {
  return typeof value === 'object' && value !== null && 'num' in value && 'gen' in value
}

/** A line of a heading, and whether the heading begins with it. */
export type MarkedLine = { readonly level: number; readonly begins: boolean }

/**
 * Finds the lines that the outline names. Bold headings in the size of the text show only there. `levels` tells which
 * headings show by their size: the outline's headings stand among those.
 */
export function markedLines(
  pages: readonly (readonly PdfLine[])[],
  bookmarks: readonly Bookmark[],
  levels: (text: string, size: number) => number | undefined,
): ReadonlyMap<PdfLine, MarkedLine> {
  const wanted = new Set(bookmarks.map(({ page }) => page))
  const named = pages.map((lines, at) => ({
    lines,
    letters: wanted.has(at) ? lines.map(({ text }) => lettersOf(text)) : [],
  }))
  const found = bookmarks.flatMap((bookmark) => {
    const page = named[bookmark.page]
    const lines = page ? linesNamed(page, lettersOf(bookmark.title)) : []
    return lines.length === 0 ? [] : [{ lines, depth: bookmark.depth }]
  })
  const sized = found.flatMap(({ lines: [line], depth }) => {
    const level = line && levels(line.text, line.size)
    return level === undefined ? [] : [level - depth]
  })
  const highest = sized.toSorted((a, b) => a - b)[sized.length >> 1] ?? 1
  const marked = new Map<PdfLine, MarkedLine>()
  for (const { lines, depth } of found)
    for (const [at, line] of lines.entries()) {
      const level = Math.min(Math.max(highest + depth, 1), 6)
      if (!marked.has(line)) marked.set(line, { level, begins: at === 0 })
    }
  return marked
}

/** The lines of a page, and the letters and digits of each. */
type PageLetters = { readonly lines: readonly PdfLine[]; readonly letters: readonly string[] }

const BEGINNING = 8
const MAX_NUMBER = 15
/** The number that a heading has, and that the outline may leave out: `§ 12a`, `1.1`, `Article IV`. */
const NUMBER =
  /^(?:(?:section|article|chapter|part|artikel|abschnitt|kapitel|teil|art)?[\divxlc]{1,6}[a-z]?)$/

/** Returns the lines, one below the other, that have the letters of a title: the largest, as a header may repeat them. */
function linesNamed({ lines, letters }: PageLetters, title: string): readonly PdfLine[] {
  if (title === '' || title.length > MOST.letters) return []
  const beginning = title.slice(0, BEGINNING)
  let best: readonly PdfLine[] = []
  for (const [at, first] of letters.entries()) {
    // Most lines end the search here, so that thousands of entries are found in a long page.
    const may = title.startsWith(first) || first.includes(beginning) || isNumber(first)
    const count = may ? linesWith(letters.slice(at, at + MOST.lines), title) : 0
    const found = lines.slice(at, at + count)
    if ((found[0]?.size ?? 0) > (best[0]?.size ?? 0)) best = found
  }
  return best
}

/** Returns how many lines have the letters of a title together. 0 if none do. */
function linesWith(letters: readonly string[], title: string): number {
  let all = ''
  for (const [at, line] of letters.entries()) {
    all += line
    const rest = all.length - title.length
    if (rest > MAX_NUMBER) return 0
    if (rest >= 0 && all.endsWith(title) && (rest === 0 || isNumber(all.slice(0, rest))))
      return at + 1
  }
  return 0
}

function isNumber(letters: string): boolean {
  return letters.length <= MAX_NUMBER && NUMBER.test(letters)
}
