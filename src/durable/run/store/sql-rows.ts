import type { Reason } from '../../../protocol/status.ts'

/** SQLite binds texts of at most 2 MB here, and a UTF-16 unit takes 3 bytes of UTF-8 at most. */
const TEXT_UNITS = 600_000

/** Rows as texts for `json_each`, in order, in as few texts as can be bound. Without rows there is no text. */
export function* rowTexts(rows: Iterable<unknown>): Iterable<string> {
  let held: string[] = []
  let units = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (held.length > 0 && units + text.length > TEXT_UNITS) {
      yield `[${held.join(',')}]`
      held = []
      units = 0
    }
    held.push(text)
    units += text.length + 1
  }
  if (held.length > 0) yield `[${held.join(',')}]`
}

/** Reads a reason from a column: JSON text that this store wrote. */
export function toReason(text: string | null): Reason | null {
  return text === null ? null : JSON.parse(text)
}

export function reasonText(reason: Reason | null): string | null {
  return reason === null ? null : JSON.stringify(reason)
}

/** Whether the object's storage has a table of this name. */
export function hasTable(sql: SqlStorage, name: string): boolean {
  const found = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name)
  return found.toArray().length > 0
}

export function hasColumn(sql: SqlStorage, table: string, name: string): boolean {
  const found = sql.exec('SELECT 1 FROM pragma_table_info(?) WHERE name = ?', table, name)
  return found.toArray().length > 0
}
