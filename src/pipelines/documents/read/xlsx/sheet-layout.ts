import { isOn, type XmlAttribute } from '../zip/xml.ts'
import type { ZipPackage } from '../zip/zip-package.ts'
import { type CellRange, rangeOf } from './cell-place.ts'

/** The most joined ranges that a sheet may have: each row compares its cells with those that it crosses. */
const MAX_RANGES = 20_000

/** What a sheet shows of its cells: joined cells show the first one, and hidden columns nothing. */
export class SheetLayout {
  readonly #joined = new Map<number, CellRange[]>()
  readonly #hidden: (readonly [from: number, to: number])[] = []
  #ranges = 0

  /** Reads the layout in a pass of its own, as joined cells are listed behind all cells. */
  static of(parts: ZipPackage, path: string): SheetLayout {
    const layout = new SheetLayout()
    parts.stream(path, { open: (name, attribute) => layout.#take(name, attribute) })
    return layout
  }

  isHidden(column: number): boolean {
    return this.#hidden.some(([from, to]) => column >= from && column <= to)
  }

  /** Whether a joined cell covers this one. A program may have left an old value in it. */
  isCovered(row: number, column: number): boolean {
    return (this.#joined.get(row) ?? []).some(
      ({ top, left, right }) =>
        column >= left && column <= right && (row !== top || column !== left),
    )
  }

  #take(name: string, attribute: XmlAttribute): void {
    if (name === 'col' && isOn(attribute('hidden') ?? '0')) {
      this.#hidden.push([Number(attribute('min')), Number(attribute('max'))])
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
