import { useCallback, useState } from 'react'

/**
 * The keys of the rows, by their index. It is the same function as long as the keys are the same: for another one all rows are
 * measured anew, and of 20,000 live rows 50 change twenty times a second.
 */
export function useKeys<Row extends object>(rows: readonly Row[], keyOf: (row: Row) => string) {
  const [order] = useState(() => new RowOrder<Row>())
  const keyed = order.of(rows, keyOf)
  return useCallback(
    (index: number) => {
      const row = keyed[index]
      return row === undefined ? index : keyOf(row)
    },
    [keyed, keyOf],
  )
}

/** Compares rows with the last ones, most of which are the same objects. */
class RowOrder<Row extends object> {
  #last: readonly Row[] = []
  #keyed: readonly Row[] = []

  /** Returns rows with the same keys in the same order: the same array for as long as it can be. */
  of(rows: readonly Row[], keyOf: (row: Row) => string): readonly Row[] {
    if (rows !== this.#last && !this.#isSameOrder(rows, keyOf)) this.#keyed = rows
    this.#last = rows
    return this.#keyed
  }

  #isSameOrder(rows: readonly Row[], keyOf: (row: Row) => string): boolean {
    if (rows.length !== this.#last.length) return false
    for (const [index, row] of rows.entries()) {
      const before = this.#last[index]
      if (row !== before && (before === undefined || keyOf(row) !== keyOf(before))) return false
    }
    return true
  }
}
