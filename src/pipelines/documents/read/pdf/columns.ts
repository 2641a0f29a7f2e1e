import type { Placed } from './letters.ts'

/** A column of prose has at least so many lines, of so many characters on average. Shorter ones are cells of a table. */
const LEAST = { lines: 3, chars: 22 }
/** Most lines of a column begin at its left edge, within so many points, and fill most of its width. */
const EDGE = { points: 4, share: 0.6, filled: 0.55 }
/**
 * Columns may stand within columns, and several blocks of columns below each other. A step into a column costs `within`, and
 * a step to the block below costs `beside`.
 */
const DEPTH = { most: 12, within: 4, beside: 1 }

/** Puts the lines of a page in the order in which they are read: a column as a whole, then the one to its right. */
export function inReadingOrder(lines: readonly Placed[], depth = 0): Placed[] {
  const parts = dividedLines(lines)
  const block = depth < DEPTH.most ? columnsOf(parts) : undefined
  if (!block || isInOrder(parts, block)) return [...lines]
  const { left, right, top, bottom } = block
  const inside = new Set([...left, ...right])
  const outside = lines.filter(
    (line) => !inside.has(line) && !line.parts.some((part) => inside.has(part)),
  )
  const above = outside.filter(({ y }) => y > top)
  const below = outside.filter(({ y }) => y < bottom)
  return [
    ...inReadingOrder(above, depth + DEPTH.beside),
    ...inReadingOrder(byHeight(left), depth + DEPTH.within),
    ...inReadingOrder(byHeight(right), depth + DEPTH.within),
    ...inReadingOrder(below, depth + DEPTH.beside),
  ]
}

/** If at least this share of the lines was drawn as one piece, a line of several pieces is the row of a table. */
const ONE_PIECE = 0.7

/** Divides the lines that run over two columns. Keeps the rows of a table that stands below columns. */
function dividedLines(lines: readonly Placed[]): readonly Placed[] {
  const whole = lines.filter(({ parts }) => parts.length <= 1)
  if (whole.length >= lines.length * ONE_PIECE) return lines
  return lines.flatMap((line) => (line.parts.length > 1 ? line.parts : [line]))
}

/** Whether the left column was drawn as a whole before the right one. Then the order of drawing is right. */
function isInOrder(parts: readonly Placed[], { left, right }: Block): boolean {
  const [lefts, rights] = [new Set(left), new Set(right)]
  return (
    parts.findLastIndex((part) => lefts.has(part)) < parts.findIndex((part) => rights.has(part))
  )
}

function byHeight(column: readonly Placed[]): Placed[] {
  return column.toSorted((one, other) => other.y - one.y || one.x - other.x)
}

type Block = {
  readonly left: readonly Placed[]
  readonly right: readonly Placed[]
  readonly top: number
  readonly bottom: number
}

/** Finds two columns beside each other: a gutter that no line between their top and their bottom crosses. */
function columnsOf(parts: readonly Placed[]): Block | undefined {
  for (const edge of edgesOf(parts)) {
    const right = parts.filter(({ x }) => x >= edge - EDGE.points)
    const left = parts.filter(({ end }) => end <= edge)
    const block = betweenOf(parts, { left, right, edge })
    const first = block?.right.filter(({ x }) => x <= edge + EDGE.points) ?? []
    // Further columns may stand to the right of the first one.
    if (block && isProse(block.left) && isProse(first)) return block
  }
  return undefined
}

/** Returns the left edges at which several lines begin with other lines to their left, the most frequent first. */
function edgesOf(parts: readonly Placed[]): number[] {
  const counts = new Map<number, number>()
  for (const { x } of parts) counts.set(Math.round(x), (counts.get(Math.round(x)) ?? 0) + 1)
  return [...counts]
    .filter(([x, count]) => count >= LEAST.lines && parts.some(({ end }) => end <= x))
    .toSorted((one, other) => other[1] - one[1] || one[0] - other[0])
    .slice(0, 6)
    .map(([x]) => x)
}

type Sides = {
  readonly left: readonly Placed[]
  readonly right: readonly Placed[]
  readonly edge: number
}

/** Returns the two sides where they stand beside each other. Undefined if a line crosses the gutter there. */
function betweenOf(parts: readonly Placed[], { left, right, edge }: Sides): Block | undefined {
  if (left.length < LEAST.lines || right.length < LEAST.lines) return undefined
  const crossing = parts.filter(({ x, end }) => x < edge - EDGE.points && end > edge)
  const shared = Math.min(highest(left), highest(right))
  const lower = Math.max(lowest(left), lowest(right))
  // Lines over both columns end the block: a title above, a note below.
  const top = Math.min(
    ...crossing.map(({ y }) => y).filter((y) => y > (shared + lower) / 2),
    Infinity,
  )
  const bottom = Math.max(
    ...crossing.map(({ y }) => y).filter((y) => y <= (shared + lower) / 2),
    // What stands below a heading is a block of its own.
    ...headingsOver(left, right).map(({ y }) => y),
    -Infinity,
  )
  const within = ({ y }: Placed) => y < top && y > bottom
  const sides = { left: left.filter(within), right: right.filter(within) }
  if (sides.left.length < LEAST.lines || sides.right.length < LEAST.lines) return undefined
  const all = [...sides.left, ...sides.right]
  return { ...sides, top: highest(all), bottom: lowest(all) }
}

/** The letters of a heading are this much larger than those of its column. */
const LARGER = 1.15
/** A page with more large lines than this beside a gap has no headings over its columns. */
const MAX_HEADINGS = 40

/** Finds short headings over both columns: large lines beside which the right column has a gap. */
function headingsOver(left: readonly Placed[], right: readonly Placed[]): Placed[] {
  const usual = median(left.map(({ size }) => size))
  const large = left.filter(({ size }) => size >= usual * LARGER)
  if (large.length > MAX_HEADINGS) return []
  return large.filter(({ size, y }) => {
    const isBeside = right.some((other) => Math.abs(other.y - y) < size)
    return !isBeside && right.some((other) => other.y > y) && right.some((other) => other.y < y)
  })
}

function highest(lines: readonly Placed[]): number {
  return Math.max(...lines.map(({ y }) => y))
}

function lowest(lines: readonly Placed[]): number {
  return Math.min(...lines.map(({ y }) => y))
}

/** Whether lines are a column of prose. */
function isProse(column: readonly Placed[]): boolean {
  if (column.length < LEAST.lines) return false
  const chars = column.reduce((sum, { text }) => sum + text.trim().length, 0) / column.length
  const left = median(column.map(({ x }) => x))
  const width = Math.max(...column.map(({ end }) => end)) - left
  const aligned = column.filter(({ x }) => Math.abs(x - left) <= EDGE.points).length
  const filled = column.filter(({ x, end }) => end - x >= width * 0.7).length
  return (
    chars >= LEAST.chars &&
    aligned >= column.length * EDGE.share &&
    filled >= column.length * EDGE.filled
  )
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
