import { inReadingOrder } from './columns.ts'
import { lineOf, type PdfItem, type Placed, withoutDoubles } from './letters.ts'
import { withoutLineNumbers } from './line-numbers.ts'

/** A printed line of a page. */
export type PdfLine = {
  readonly text: string
  /** The height of the line's longest run of letters, in points. */
  readonly size: number
  /** Whether the distance to the line above is larger than within a paragraph. */
  readonly apart: boolean
  /** The height of the line above the page's lower edge, in points. */
  readonly y: number
}

/** A line is apart if its distance is this many times the median distance of the page. */
const APART = 1.3

export function linesOf(items: readonly PdfItem[]): PdfLine[] {
  const lines = placedLines(items)
  const usual = median(lines.flatMap((_, at) => gapBefore(lines, at) ?? []))
  return lines.map(({ text, size: height, y, askew }, at) => {
    // A watermark is no heading, however large its letters are.
    const size = askew ? 0 : height
    const gap = gapBefore(lines, at)
    return { text, size, y, apart: gap !== undefined && gap > usual * APART }
  })
}

/** Returns the lines of a page with their places, in the order of reading. */
export function placedLines(items: readonly PdfItem[]): Placed[] {
  return inReadingOrder(fromAbove(withoutLineNumbers(joinedLines(withoutDoubles(items)))))
}

/** A header that a browser draws last has no more lines than this. */
const HEADER_LINES = 3
/** Some programs draw a page from below: at least this share of its lines stands above the line before. */
const RISING = 0.6
/** Two lines stand beside each other if their heights differ by less than this share of their letters. */
const BESIDE = 0.9

/** Puts the lines in order if it is clear: of a page that was drawn from below, and of a header that was drawn last. */
function fromAbove(lines: readonly Placed[]): readonly Placed[] {
  const rising = lines.filter(({ y }, at) => at > 0 && y > (lines[at - 1]?.y ?? y)).length
  if (rising < (lines.length - 1) * RISING) return headerFirst(lines)
  const sorted = lines.toSorted((one, other) => other.y - one.y)
  const isClear = sorted.every(
    ({ y, size }, at) => at === 0 || (sorted[at - 1]?.y ?? y) - y >= size * BESIDE,
  )
  return isClear ? sorted : lines
}

/** Puts lines that were drawn last before the others if they stand above all of these. */
function headerFirst(lines: readonly Placed[]): readonly Placed[] {
  const tail = lines.slice(-HEADER_LINES)
  const body = lines.slice(0, -HEADER_LINES)
  if (body.length === 0) return lines
  const top = body.reduce((most, { y }) => Math.max(most, y), -Infinity)
  const isHeader = ({ y, size }: Placed) => y > top + size
  return [...tail.filter(isHeader), ...body, ...tail.filter((line) => !isHeader(line))]
}

/** Joins the items of each line, as pdf.js divides them. A line that runs over two columns has one part for each. */
function joinedLines(items: readonly PdfItem[]): Placed[] {
  const lines: Placed[] = []
  let run: PdfItem[] = []
  for (const item of items) {
    const before = run.findLast(({ str }) => str.trim() !== '')
    if (before !== undefined && isOnAnotherLine(before, item)) {
      lines.push(...lineOf(run))
      run = []
    }
    run.push(item)
    if (!item.hasEOL) continue
    lines.push(...lineOf(run))
    run = []
  }
  lines.push(...lineOf(run))
  return lines
}

/** Words stand on another line if they are this many times their height above or below the words before. */
const ANOTHER_LINE = 0.8

/** Whether an item stands above or below the one before. pdf.js does not say so where another drawing begins. */
function isOnAnotherLine(before: PdfItem, item: PdfItem): boolean {
  if (item.str.trim() === '' || !isUpright(before) || !isUpright(item)) return false
  const distance = Math.abs((item.transform[5] ?? 0) - (before.transform[5] ?? 0))
  return distance > Math.max(before.height, item.height) * ANOTHER_LINE
}

function isUpright({ transform, height }: PdfItem): boolean {
  return height > 0 && transform[1] === 0 && transform[2] === 0
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
