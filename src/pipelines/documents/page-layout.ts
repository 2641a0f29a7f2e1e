import type { ChunkView, PageBox, TextPlace } from '../../protocol/document.ts'

/** A printed line and its place, in points from the page's upper left corner. */
type LineBox = Omit<PageBox, 'page'> & { readonly text: string }

/** Where the lines of a page stand. Its width and height are in points. */
export type PageLayout = {
  readonly page: number
  readonly width: number
  readonly height: number
  readonly lines: readonly LineBox[]
}

/** A part of a document's text that is on one page. `start` counts from the beginning of the whole text. */
export type PagePart = Pick<TextPlace, 'page' | 'label'> & {
  readonly text: string
  readonly start: number
}

type PagedText = Pick<ChunkView, 'text' | 'start'> & {
  readonly places?: readonly Pick<TextPlace, 'at' | 'page' | 'label'>[]
}

/** Divides a passage where its pages end. */
export function partsOf({ text, start, places = [] }: PagedText): PagePart[] {
  return places.map(({ at, page, label }, place) => ({
    page,
    label,
    text: text.slice(at, places[place + 1]?.at),
    start: start + at,
  }))
}

/** Finds a passage on the pages whose layouts are known. */
export function boxesWithin(parts: readonly PagePart[], layouts: readonly PageLayout[]): PageBox[] {
  return layouts.flatMap((layout) => {
    const here = parts.filter(({ page }) => page === layout.page)
    // A scan of a hundred pages has as many layouts, of which a passage needs one or two.
    if (here.length === 0) return []
    return boxesOf(here.map(({ text }) => text).join(''), layout)
  })
}

/** A line with fewer letters than this may be in a passage by chance. */
const TELLING = 8

/**
 * Finds the lines of a page that a text covers. Compares letters and digits alone, as the reader joined divided words
 * and took out line ends. A line of which the text has a part gives that part of its box.
 */
export function boxesOf(text: string, { page, lines }: PageLayout): PageBox[] {
  const wanted = lettersOf(text)
  const printed = lines.map((line) => lettersOf(line.text))
  const from = wanted === '' ? -1 : printed.join('').indexOf(wanted)
  if (from === -1) return scattered(wanted, lines, page)
  const boxes: PageBox[] = []
  let at = 0
  for (const [place, line] of lines.entries()) {
    const { length } = printed[place] ?? ''
    const first = Math.max(from, at)
    const last = Math.min(from + wanted.length, at + length)
    if (first < last)
      boxes.push(part(line, { page, from: (first - at) / length, to: (last - at) / length }))
    at += length
  }
  return boxes
}

/** Finds each line of its own. Between the lines of the text stand others: a running header, a note. */
function scattered(wanted: string, lines: readonly LineBox[], page: number): PageBox[] {
  return lines.flatMap((line) => {
    const letters = lettersOf(line.text)
    const isIn = letters.length >= TELLING && wanted.includes(letters)
    return isIn ? [part(line, { page, from: 0, to: 1 })] : []
  })
}

function part(
  { x, y, width, height }: LineBox,
  { page, from, to }: { readonly page: number; readonly from: number; readonly to: number },
): PageBox {
  const left = x + width * from
  return {
    page,
    x: rounded(left),
    y: rounded(y),
    width: rounded(width * (to - from)),
    height: rounded(height),
  }
}

function rounded(points: number): number {
  return Math.round(points * 10) / 10
}

/** The letters and digits of a text, as two programs may write one text with other spaces and signs. */
export function lettersOf(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '')
}
