import type { TaskStore } from './task-engine.ts'
import type { Task } from './task-state.ts'

const TABLE =
  'CREATE TABLE IF NOT EXISTS task (id INTEGER PRIMARY KEY CHECK (id = 1), data TEXT NOT NULL)'

/** A task in the object's own SQLite. The table is made with the first write. */
export function openSqlTask({ sql }: DurableObjectStorage): TaskStore {
  return {
    read() {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'task'")
      if (made.toArray().length === 0) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM task').toArray()
      return row === undefined ? undefined : toTask(row.data)
    },
    write(task) {
      sql.exec(TABLE)
      sql.exec('INSERT OR REPLACE INTO task (id, data) VALUES (1, ?)', JSON.stringify(task))
    },
  }
}

// This store wrote the JSON.
function toTask(text: string): Task {
  return JSON.parse(text)
}
