import type { Run } from './run-state.ts'
import type { RunStore } from './run-store.ts'
import { GROUP_TABLES, groupTables } from './sql-groups.ts'
import { JOB_TABLES, jobTable, jobViews } from './sql-jobs.ts'
import { OUTBOX_TABLES, outboxTable } from './sql-outbox.ts'

const RUN_TABLE = `
  CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, data TEXT NOT NULL);
`
const TABLES = [RUN_TABLE, GROUP_TABLES, JOB_TABLES, OUTBOX_TABLES].join('')
/** Of the tables, so that a later version knows what it finds. */
const VERSION = 1

/** A run's storage in the object's own SQLite. */
export function openSqlStore(storage: DurableObjectStorage): RunStore {
  const { sql } = storage
  const { forget, ...outbox } = outboxTable(sql)
  return {
    transaction(work) {
      try {
        return storage.transactionSync(work)
      } catch (error) {
        forget()
        throw error
      }
    },
    ...runTable(sql),
    ...groupTables(sql),
    ...jobTable(sql),
    ...outbox,
    ...jobViews(sql),
  }
}

type RunPart = Pick<RunStore, 'readRun' | 'createRun' | 'writeRun'>

function runTable(sql: SqlStorage): RunPart {
  const write = (run: Run): void => {
    const text = JSON.stringify(run)
    sql.exec('INSERT OR REPLACE INTO run (id, version, data) VALUES (1, ?, ?)', VERSION, text)
  }
  return {
    readRun() {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run'")
      if (made.toArray().length === 0) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM run').toArray()
      if (row === undefined) return undefined
      const run: Run = JSON.parse(row.data)
      return run
    },
    createRun(run) {
      sql.exec(TABLES)
      write(run)
    },
    writeRun: write,
  }
}
