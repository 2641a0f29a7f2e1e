import type { PdfItem } from './letters.ts'

/** By how many degrees most letters of a page are turned, against the clock. A person turns the page to read them. */
export type Turn = 0 | 90 | 180 | 270

/** The left, lower, right and upper edges of a page. */
export type PageEdges = readonly [left: number, low: number, right: number, high: number]

/** A letter is turned if its line rises by no more than this share of its length beside the nearest quarter. */
const SLANT = 0.1

/** Returns the direction of more than half of a page's letters, or else 0. */
export function turnOf(items: readonly PdfItem[]): Turn {
  const letters: Record<Turn, number> = { 0: 0, 90: 0, 180: 0, 270: 0 }
  let all = 0
  for (const { str, transform } of items) {
    const count = str.trim().length
    const turn = directionOf(transform)
    all += count
    if (turn !== undefined) letters[turn] += count
  }
  return ([90, 180, 270] as const).find((turn) => letters[turn] * 2 > all) ?? 0
}

function directionOf([a = 0, b = 0]: readonly number[]): Turn | undefined {
  if (Math.abs(b) <= Math.abs(a) * SLANT) return a < 0 ? 180 : 0
  if (Math.abs(a) <= Math.abs(b) * SLANT) return b < 0 ? 270 : 90
  return undefined
}

/** Turns a page so that its letters are upright, with its lower left corner at the origin. */
export function upright(items: readonly PdfItem[], turn: Turn, edges: PageEdges): PdfItem[] {
  return items.map((item) => {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = item.transform
    const [right, up] = [turned([a, b], turn), turned([c, d], turn)]
    return { ...item, transform: [...right, ...up, ...pointOn([e, f], turn, edges)] }
  })
}

type Point = readonly [x: number, y: number]

function turned([x, y]: Point, turn: Turn): Point {
  switch (turn) {
    case 0:
      return [x, y]
    case 90:
      return [y, -x]
    case 180:
      return [-x, -y]
    case 270:
      return [-y, x]
  }
}

/** Returns where a rectangle of the page stands on the turned page: its left, lower, right and upper edges. */
export function rectOn(rect: unknown, turn: Turn, edges: PageEdges): PageEdges {
  const [left = 0, low = 0, right = left, high = low] = Array.isArray(rect) ? rect.map(Number) : []
  const [x, y] = pointOn([left, low], turn, edges)
  const [other, above] = pointOn([right, high], turn, edges)
  return [Math.min(x, other), Math.min(y, above), Math.max(x, other), Math.max(y, above)]
}

/** Returns where a point of the page stands on the turned page. */
function pointOn([x, y]: Point, turn: Turn, [left, low, right, high]: PageEdges): Point {
  switch (turn) {
    case 0:
      return [x - left, y - low]
    case 90:
      return [y - low, right - x]
    case 180:
      return [right - x, high - y]
    case 270:
      return [high - y, x - left]
  }
}

/** Returns the width and the height of the turned page. */
export function sizeOf([left, low, right, high]: PageEdges, turn: Turn): Point {
  const [width, height] = [right - left, high - low]
  return turn === 90 || turn === 270 ? [height, width] : [width, height]
}
