/** Whether the object's storage has a table of this name. */
export function hasTable(sql: SqlStorage, name: string): boolean {
  const found = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name)
  return found.toArray().length > 0
}

export function hasColumn(sql: SqlStorage, table: string, name: string): boolean {
  const found = sql.exec('SELECT 1 FROM pragma_table_info(?) WHERE name = ?', table, name)
  return found.toArray().length > 0
}
