import type { ScheduleStore } from './schedule-store.ts'
import type { Schedule } from './schedule.ts'

/** An input may be as large as hundreds of kilobytes, and a schedule changes with each slot: so it has its own row. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS schedules (
    schedule_id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, due INTEGER, data TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS schedule_inputs (schedule_id TEXT PRIMARY KEY, input TEXT NOT NULL);
`

type DataRow = { data: string }

/** An owner's schedules in the object's own SQLite. The tables are made with the first schedule. */
export function openSqlSchedules(storage: DurableObjectStorage): ScheduleStore {
  const { sql } = storage
  const table = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schedules'"
  let made = sql.exec(table).toArray().length > 0
  const rows = (rest: string, ...values: (string | number)[]): Schedule[] =>
    made
      ? sql
          .exec<DataRow>(`SELECT data FROM schedules ${rest}`, ...values)
          .toArray()
          .map(toSchedule)
      : []
  const make = () => {
    if (!made) sql.exec(TABLES)
    made = true
  }
  return {
    transaction: (work) => storage.transactionSync(work),
    list: () => rows('ORDER BY created_at, schedule_id'),
    find: (schedule_id) => rows('WHERE schedule_id = ?', schedule_id)[0],
    put(schedule, due) {
      make()
      const { schedule_id, created_at } = schedule
      const write = `INSERT OR REPLACE INTO schedules (schedule_id, created_at, due, data) VALUES (?, ?, ?, ?)`
      sql.exec(write, schedule_id, created_at, due ?? null, JSON.stringify(schedule))
    },
    dueBy: (now) => rows('WHERE due <= ? ORDER BY due', now),
    firstDue() {
      if (!made) return undefined
      const first = 'SELECT min(due) AS due FROM schedules'
      return sql.exec<{ due: number | null }>(first).one().due ?? undefined
    },
    input(schedule_id) {
      const read = 'SELECT input FROM schedule_inputs WHERE schedule_id = ?'
      return sql.exec<{ input: string }>(read, schedule_id).one().input
    },
    putInput(schedule_id, input) {
      make()
      sql.exec('INSERT OR REPLACE INTO schedule_inputs VALUES (?, ?)', schedule_id, input)
    },
    remove(schedule_id) {
      sql.exec('DELETE FROM schedules WHERE schedule_id = ?', schedule_id)
      sql.exec('DELETE FROM schedule_inputs WHERE schedule_id = ?', schedule_id)
    },
  }
}

// This store wrote the JSON.
function toSchedule({ data }: DataRow): Schedule {
  return JSON.parse(data)
}
