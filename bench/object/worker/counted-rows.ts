import type { Rows } from '../routes.ts'

/** Cursors whose rows were not added up yet. A cursor counts on while somebody reads it. */
let open: { readonly rowsRead: number; readonly rowsWritten: number }[] = []
let sum: Rows = { read: 0, written: 0 }

const KEPT = 1_000

/** Counts the rows that each statement reads and writes from now on, as Cloudflare bills them. */
export function countRows(sql: SqlStorage): void {
  const real = sql.exec.bind(sql)
  const exec: typeof real = (statement, ...values) => {
    const cursor = real<never>(statement, ...values)
    open.push(cursor)
    if (open.length >= KEPT) addUp()
    return cursor
  }
  Object.defineProperty(sql, 'exec', { value: exec })
}

/** The rows since the last call. */
export function takeRows(): Rows {
  addUp()
  const taken = sum
  sum = { read: 0, written: 0 }
  return taken
}

function addUp(): void {
  for (const { rowsRead, rowsWritten } of open)
    sum = { read: sum.read + rowsRead, written: sum.written + rowsWritten }
  open = []
}
