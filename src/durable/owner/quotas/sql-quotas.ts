import type { QuotaStore } from './quota-desk.ts'
import type { QuotaUses } from './quota.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS quotas (id INTEGER PRIMARY KEY CHECK (id = 1), data TEXT NOT NULL)'

/** An owner's quotas in the object's own SQLite. The table is made with the first write. */
export function openSqlQuotas({ sql }: DurableObjectStorage): QuotaStore {
  const made = "SELECT 1 FROM sqlite_master WHERE name = 'quotas'"
  return {
    read() {
      if (sql.exec(made).toArray().length === 0) return {}
      const [row] = sql.exec<{ data: string }>('SELECT data FROM quotas').toArray()
      return row === undefined ? {} : toUses(row.data)
    },
    write(uses) {
      sql.exec(TABLE)
      sql.exec('INSERT OR REPLACE INTO quotas (id, data) VALUES (1, ?)', JSON.stringify(uses))
    },
  }
}

// This store wrote the JSON.
function toUses(text: string): QuotaUses {
  return JSON.parse(text)
}
