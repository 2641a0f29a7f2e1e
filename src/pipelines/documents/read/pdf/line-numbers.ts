import type { Placed } from './letters.ts'

/** So many numbers in a margin, one below the other, count the lines of a page. */
const LEAST = 5
/** The numbers stand within so many points of one edge. */
const EDGE = 4

/** Removes the numbers of lines that stand in a page's left or right margin: they are no text. */
export function withoutLineNumbers(lines: readonly Placed[]): Placed[] {
  const numbers = [...marginOf(lines, 'x'), ...marginOf(lines, 'end')]
  if (numbers.length === 0) return [...lines]
  const drop = new Set(numbers)
  return lines.flatMap((line) => {
    if (drop.has(line)) return []
    const kept = line.parts.filter((part) => !drop.has(part))
    if (kept.length === line.parts.length) return [line]
    const [first] = kept
    if (!first) return []
    const text = kept.map((part) => part.text.trim()).join(' ')
    return [{ ...first, text, end: kept.at(-1)?.end ?? first.end, parts: kept }]
  })
}

/** Returns the numbers beside the text whose left (`x`) or right (`end`) edges are in one line and that rise by one step. */
function marginOf(lines: readonly Placed[], edge: 'x' | 'end'): Placed[] {
  const parts = lines.flatMap((line) => (line.parts.length > 0 ? line.parts : [line]))
  const numbers = parts.filter(({ text }) => /^\s*\d{1,3}\s*$/.test(text))
  const words = parts.filter(({ text }) => /\p{L}{2}/u.test(text))
  if (numbers.length < LEAST || words.length < LEAST) return []
  const at = median(numbers.map((number) => number[edge]))
  const column = numbers
    .filter((number) => Math.abs(number[edge] - at) <= EDGE)
    .toSorted((one, other) => other.y - one.y)
  const isBeside = words.every(({ x, end }) => x > at || end < at)
  return column.length >= LEAST && isBeside && risesEvenly(column) ? column : []
}

function risesEvenly(column: readonly Placed[]): boolean {
  const values = column.map(({ text }) => Number(text))
  const steps = values.slice(1).map((value, at) => value - (values[at] ?? 0))
  const [step = 0] = steps
  return step > 0 && steps.every((one) => one === step)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}
