/** A printed line of a page. */
export type PdfLine = {
  readonly text: string
  /** The height of the line's longest run of letters, in points. */
  readonly size: number
  /** Whether the distance to the line above is larger than within a paragraph. */
  readonly apart: boolean
}

/** A run of letters from pdf.js. The last two numbers of `transform` are the position on the page. */
type PdfItem = {
  readonly str: string
  readonly height: number
  readonly transform: readonly number[]
  readonly hasEOL: boolean
}

type Placed = { text: string; size: number; y: number }

/** A line is apart if its distance is this many times the median distance of the page. */
const APART = 1.3

export function linesOf(items: readonly PdfItem[]): PdfLine[] {
  const lines = placedLines(items)
  const usual = median(lines.flatMap((_, at) => gapBefore(lines, at) ?? []))
  return lines.map(({ text, size }, at) => {
    const gap = gapBefore(lines, at)
    return { text, size, apart: gap !== undefined && gap > usual * APART }
  })
}

function placedLines(items: readonly PdfItem[]): Placed[] {
  const lines: Placed[] = []
  let run: PdfItem[] = []
  for (const item of items) {
    run.push(item)
    if (!item.hasEOL) continue
    lines.push(...placed(run))
    run = []
  }
  lines.push(...placed(run))
  return lines
}

function placed(run: readonly PdfItem[]): Placed[] {
  const text = run.map(({ str }) => str).join('')
  const first = run.find(({ str }) => str.trim() !== '')
  if (!first) return []
  const longest = run.reduce(
    (most, item) => (item.str.length > most.str.length ? item : most),
    first,
  )
  return [{ text, size: Math.round(longest.height * 2) / 2, y: first.transform[5] ?? 0 }]
}

/** Returns the distance to the line before. Undefined if that line is not above, as at the top of a column. */
function gapBefore(lines: readonly Placed[], at: number): number | undefined {
  const before = lines[at - 1]
  const line = lines[at]
  return before && line && before.y > line.y ? before.y - line.y : undefined
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
