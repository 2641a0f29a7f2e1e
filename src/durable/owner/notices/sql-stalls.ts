import type { ProgressMark, StallStore } from './stall.ts'

const TABLE = `
  CREATE TABLE IF NOT EXISTS stalls (run_id TEXT PRIMARY KEY, due INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
`

/** How far an owner's runs had come, in the object's own SQLite. The table is made with the first row. */
export function openSqlStalls({ sql }: DurableObjectStorage): StallStore {
  let made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'stalls'").toArray().length > 0
  const marks = (rest: string, ...values: (string | number)[]): ProgressMark[] => {
    if (!made) return []
    const rows = sql.exec<{ data: string }>(`SELECT data FROM stalls ${rest}`, ...values).toArray()
    return rows.map(({ data }) => toMark(data))
  }
  return {
    find: (run_id) => marks('WHERE run_id = ?', run_id)[0],
    put(mark) {
      if (!made) sql.exec(TABLE)
      made = true
      const write = 'INSERT OR REPLACE INTO stalls (run_id, due, data) VALUES (?, ?, ?)'
      sql.exec(write, mark.run_id, mark.due, JSON.stringify(mark))
    },
    drop(run_id) {
      if (made) sql.exec('DELETE FROM stalls WHERE run_id = ?', run_id)
    },
    due: (now, limit) => marks('WHERE due <= ? ORDER BY due LIMIT ?', now, limit),
    firstDue: () => marks('ORDER BY due LIMIT 1')[0]?.due,
    clear() {
      if (made) sql.exec('DELETE FROM stalls')
    },
  }
}

// This store wrote the JSON.
function toMark(text: string): ProgressMark {
  return JSON.parse(text)
}
