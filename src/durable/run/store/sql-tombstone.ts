import type { Tombstone } from '../tombstone.ts'
import type { RunStore } from './run-store.ts'
import { hasTable } from './sql-rows.ts'

const ARCHIVED = ['run', 'groups', 'inputs', 'jobs', 'outbox', 'log', 'frames'] as const

type TombstonePart = Pick<RunStore, 'readTombstone' | 'archive'>

/**
 * The tombstone of an archived run. The run's tables are dropped whole, which costs no write for each row. Without
 * a table `run`, a later version has no tables here to migrate.
 */
export function tombstoneTable(sql: SqlStorage, forget: () => void): TombstonePart {
  return {
    readTombstone() {
      if (!hasTable(sql, 'tombstone')) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM tombstone').toArray()
      return row === undefined ? undefined : toTombstone(row.data)
    },
    archive(tombstone, now) {
      for (const table of ARCHIVED) sql.exec(`DROP TABLE ${table}`)
      sql.exec('DELETE FROM revoked_tokens WHERE until <= ?', now)
      sql.exec('CREATE TABLE tombstone (data TEXT NOT NULL)')
      sql.exec('INSERT INTO tombstone (data) VALUES (?)', JSON.stringify(tombstone))
      forget()
    },
  }
}

// This store wrote the JSON of the tombstone.
function toTombstone(text: string): Tombstone {
  return JSON.parse(text)
}
