type Cell = string | number | null | undefined

/**
 * A spreadsheet takes a text that begins so for a formula. One more apostrophe makes the text a text, so that `textOfCell` can
 * take one away again.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/

/** Tells Excel that a CSV is in UTF-8. Stands before the first row. */
export const CSV_MARK = '\uFEFF'

/** A row of a CSV with its end (RFC 4180). No cell is a formula. */
export function csvRow(cells: readonly Cell[]): string {
  return `${cells.map(cell).join(',')}\r\n`
}

function cell(value: Cell): string {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The text that `csvRow` wrote as this cell. */
export function textOfCell(written: string): string {
  return written.startsWith("'") && FORMULA.test(written) ? written.slice(1) : written
}

/** A CSV of rows that all have the same columns, with their names as its first row. */
export function csvTable(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const [first] = rows
  if (first === undefined) return CSV_MARK
  const lines = [Object.keys(first), ...rows.map((row) => Object.values(row))]
  return `${CSV_MARK}${lines.map(csvRow).join('')}`
}
