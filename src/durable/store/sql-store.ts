import type { Run } from '../run-state.ts'
import type { RunStore } from './run-store.ts'
import { GROUP_TABLES, groupTables } from './sql-groups.ts'
import { JOB_TABLES, jobTable, jobViews } from './sql-jobs.ts'
import { LOG_TABLES, logTable } from './sql-log.ts'
import { OUTBOX_TABLES, outboxTable } from './sql-outbox.ts'

const RUN_TABLE = `
  CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, data TEXT NOT NULL);
`
const TABLES = [RUN_TABLE, GROUP_TABLES, JOB_TABLES, OUTBOX_TABLES, LOG_TABLES].join('')

/** What brings the tables of each version to the next: the first of them leads from 1 to 2. */
const STEPS = [
  `ALTER TABLE groups ADD COLUMN flight_jobs INTEGER;
   ALTER TABLE outbox ADD COLUMN waits TEXT;
   ${LOG_TABLES}`,
]
const VERSION = STEPS.length + 1

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
    ...logTable(sql),
    ...jobViews(sql),
  }
}

type RunPart = Pick<RunStore, 'readRun' | 'createRun' | 'writeRun'>

function runTable(sql: SqlStorage): RunPart {
  const upgrade = (from: number): void => {
    for (const step of STEPS.slice(from - 1)) sql.exec(step)
    sql.exec('UPDATE run SET version = ?', VERSION)
  }
  const write = (run: Run): void => {
    const text = JSON.stringify(run)
    sql.exec('INSERT OR REPLACE INTO run (id, version, data) VALUES (1, ?, ?)', VERSION, text)
  }
  return {
    readRun() {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run'")
      if (made.toArray().length === 0) return undefined
      const [row] = sql
        .exec<{ version: number; data: string }>('SELECT version, data FROM run')
        .toArray()
      if (row === undefined) return undefined
      const run: Run = JSON.parse(row.data)
      if (row.version < VERSION) upgrade(row.version)
      return run
    },
    createRun(run) {
      sql.exec(TABLES)
      write(run)
    },
    writeRun: write,
  }
}
