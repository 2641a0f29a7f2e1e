/** A part of a sheet, from 1 on. Both ends belong to it. */
export type CellRange = {
  readonly top: number
  readonly bottom: number
  readonly left: number
  readonly right: number
}

/** Reads the name of a cell: C7 is row 7, column 3. */
export function placeOf(name: string | undefined): { row: number; column: number } | undefined {
  const [, letters, digits] = /^\$?([A-Z]{1,3})\$?(\d{1,7})$/i.exec(name ?? '') ?? []
  if (letters === undefined) return undefined
  let column = 0
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64
  return { row: Number(digits), column }
}

/** Reads the name of a range: A1:C2. */
export function rangeOf(name: string | undefined): CellRange | undefined {
  const [first, last] = (name ?? '').split(':')
  const from = placeOf(first)
  const to = placeOf(last)
  if (!from || !to) return undefined
  return { top: from.row, bottom: to.row, left: from.column, right: to.column }
}
