import type { Tombstone } from '../tombstone.ts'
import type { RunStore } from './run-store.ts'
import { hasTable } from './sql-tables.ts'

const BURIED = ['run', 'groups', 'inputs', 'jobs', 'outbox', 'log', 'frames'] as const

type GravePart = Pick<RunStore, 'readTombstone' | 'bury'>

/**
 * What stays of an archived run. Its tables go whole, which costs no write a row; without a `run` no
 * later version has anything here to bring on.
 */
export function graveTable(sql: SqlStorage, forget: () => void): GravePart {
  return {
    readTombstone() {
      if (!hasTable(sql, 'tombstone')) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM tombstone').toArray()
      return row === undefined ? undefined : toTombstone(row.data)
    },
    bury(tombstone, now) {
      for (const table of BURIED) sql.exec(`DROP TABLE ${table}`)
      sql.exec('DELETE FROM revoked_tokens WHERE until <= ?', now)
      sql.exec('CREATE TABLE tombstone (data TEXT NOT NULL)')
      sql.exec('INSERT INTO tombstone (data) VALUES (?)', JSON.stringify(tombstone))
      forget()
    },
  }
}

// What is parsed here was written here.
function toTombstone(text: string): Tombstone {
  return JSON.parse(text)
}
