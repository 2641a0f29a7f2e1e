import { isOn, type XmlAttribute } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { type CellRange, rangeOf } from './cell-place.ts'
import { SheetEdges } from './sheet-edges.ts'

/** The most joined ranges that are kept, one for each row that they cross. */
const MAX_RANGES = 20_000

/** The last column of a sheet, XFD. */
const MAX_COLUMN = 16_384

/** What a sheet shows beside its cells, and which of them: joined cells show the first one, and hidden columns nothing. */
export class SheetLayout {
  readonly edges = new SheetEdges()
  readonly #joined = new Map<number, CellRange[]>()
  readonly #hidden = new Uint8Array(MAX_COLUMN + 1)
  #ranges = 0

  /** Reads the layout in a pass of its own, as joined cells are listed behind all cells. */
  static of(parts: ZipPackage, path: string): SheetLayout {
    const layout = new SheetLayout()
    parts.stream(path, {
      open: (name, attribute) => layout.#take(name, attribute),
      text: (text) => layout.edges.text(text),
      close: () => layout.edges.close(),
    })
    for (const ranges of layout.#joined.values()) ranges.sort((a, b) => a.left - b.left)
    return layout
  }

  isHidden(column: number): boolean {
    return this.#hidden[column] === 1
  }

  /** Whether a joined cell covers this one. A program may have left an old value in it. */
  isCovered(row: number, column: number): boolean {
    const range = lastBefore(this.#joined.get(row) ?? [], column)
    return (
      range !== undefined && column <= range.right && (row !== range.top || column !== range.left)
    )
  }

  #take(name: string, attribute: XmlAttribute): void {
    this.edges.open(name, attribute)
    if (name === 'col' && isOn(attribute('hidden') ?? '0')) {
      this.#hidden.fill(1, Math.max(Number(attribute('min')), 0), Number(attribute('max')) + 1)
    } else if (name === 'mergeCell') this.#join(rangeOf(attribute('ref')))
  }

  #join(range: CellRange | undefined): void {
    if (!range) return
    for (let row = range.top; row <= range.bottom && this.#ranges < MAX_RANGES; row++) {
      this.#ranges++
      const known = this.#joined.get(row)
      if (known) known.push(range)
      else this.#joined.set(row, [range])
    }
  }
}

/** Finds the last range that begins at a column or before it. Joined ranges do not overlap. */
function lastBefore(ranges: readonly CellRange[], column: number): CellRange | undefined {
  let [low, high] = [0, ranges.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.left ?? 0) <= column) low = middle + 1
    else high = middle
  }
  return ranges[low - 1]
}
