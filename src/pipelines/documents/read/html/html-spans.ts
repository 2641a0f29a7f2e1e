/** The columns that are tracked, and the tables within one another. */
const MAX = { columns: 64, tables: 50 }

/** The open row of a table. */
type TableRow = {
  column: number
  /** By column: in how many of the next rows a cell above covers the column. */
  readonly covered: number[]
}

/** Counts the cells that a cell of a row above covers (`rowspan`), so that the cells below stand in their columns. */
export class HtmlSpans {
  readonly #tables: TableRow[] = []

  open(tag: string): void {
    const table = this.#tables.at(-1)
    if (tag === 'table') this.#tables.push({ column: 0, covered: [] })
    else if (tag === 'tr' && table) this.#beginRow(table)
    if (this.#tables.length > MAX.tables) this.#tables.shift()
  }

  close(tag: string): void {
    if (tag === 'table') this.#tables.pop()
  }

  /** Returns how many covered cells stand before the next cell of the row. */
  cell(columns: string | undefined, rows: string | undefined): number {
    const table = this.#tables.at(-1)
    if (!table) return 0
    const before = table.column
    while ((table.covered[table.column] ?? 0) > 0) table.column++
    const count = table.column - before
    const [width, height] = [spanOf(columns), spanOf(rows)]
    for (let at = 0; at < width && table.column < MAX.columns; at++)
      table.covered[table.column++] = height
    return count
  }

  /** A row uses up one row of each cell that covers it. */
  #beginRow(table: TableRow): void {
    table.column = 0
    for (const [column, rows] of table.covered.entries())
      table.covered[column] = Math.max(0, (rows ?? 0) - 1)
  }
}

function spanOf(written = '1'): number {
  const count = Number.parseInt(written, 10)
  return count > 0 ? Math.min(count, 65_534) : 1
}
