import { type Desk, openDesk, type RunTurn, type TurnStore } from './turns.ts'

const TABLES = `
  CREATE TABLE IF NOT EXISTS desk (id INTEGER PRIMARY KEY CHECK (id = 1), data TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS turns (run_id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
`

/** The turns of an owner's runs in the object's own SQLite. The tables are made with the first write. */
export function openSqlTurns(storage: DurableObjectStorage): TurnStore {
  const { sql } = storage
  let made = sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'turns'").toArray().length > 0
  return {
    read() {
      if (!made) return { desk: openDesk, turns: new Map() }
      const [row] = sql.exec<{ data: string }>('SELECT data FROM desk').toArray()
      const rows = sql.exec<{ data: string }>('SELECT data FROM turns').toArray()
      const turns = rows.map(({ data }) => toSlot(data))
      return {
        desk: row === undefined ? openDesk : toDesk(row.data),
        turns: new Map(turns.map((turn) => [turn.run_id, turn])),
      }
    },
    write: ({ desk, put, drop }) =>
      storage.transactionSync(() => {
        if (!made) sql.exec(TABLES)
        sql.exec('INSERT OR REPLACE INTO desk (id, data) VALUES (1, ?)', JSON.stringify(desk))
        for (const turn of put) {
          const text = JSON.stringify(turn)
          sql.exec('INSERT OR REPLACE INTO turns (run_id, data) VALUES (?, ?)', turn.run_id, text)
        }
        for (const run_id of drop) sql.exec('DELETE FROM turns WHERE run_id = ?', run_id)
        made = true
      }),
  }
}

// This store wrote the JSON of both.
function toDesk(text: string): Desk {
  return JSON.parse(text)
}

function toSlot(text: string): RunTurn {
  return JSON.parse(text)
}
