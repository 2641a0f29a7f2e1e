import type { HostState } from './host-state.ts'

// robots.txt has a row of its own: it may be half a megabyte, and the other row changes with each request.
const TABLE =
  'CREATE TABLE IF NOT EXISTS host (part INTEGER PRIMARY KEY, version INTEGER NOT NULL, data TEXT NOT NULL)'
const STATE = 1
const FILE = 2
/** The version of the rows. Rows of another version are ignored, and the host starts without a history. */
const VERSION = 2

type Row = { part: number; data: string }

export function readHost(sql: SqlStorage): HostState | undefined {
  const made = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'host'")
  if (made.toArray().length === 0) return undefined
  const rows = sql.exec<Row>('SELECT part, data FROM host WHERE version = ?', VERSION).toArray()
  const parts = new Map(rows.map(({ part, data }) => [part, data]))
  const state = parts.get(STATE)
  if (state === undefined) return undefined
  // `writeHost` wrote this JSON.
  return { ...JSON.parse(state), file: JSON.parse(parts.get(FILE) ?? 'null') }
}

/** Writes the parts of the state that have changed. */
export function writeHost(sql: SqlStorage, before: HostState, after: HostState): void {
  const write = (part: number, value: unknown): void => {
    const data = JSON.stringify(value)
    sql.exec(
      'INSERT OR REPLACE INTO host (part, version, data) VALUES (?, ?, ?)',
      part,
      VERSION,
      data,
    )
  }
  sql.exec(TABLE)
  const { file, ...state } = after
  write(STATE, state)
  if (file !== before.file) write(FILE, file)
}
