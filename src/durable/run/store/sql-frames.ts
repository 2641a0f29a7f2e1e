import type { KeptFrame, RunStore } from './run-store.ts'

/** Numbered by their place, so that the oldest beyond a count are found without counting. */
export const FRAME_TABLES = `
  CREATE TABLE frames (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL);
`

type FramePart = Pick<RunStore, 'keepFrame' | 'readFrames' | 'lastKept'>

/** The diffs of past ticks, a row each. */
export function frameTable(sql: SqlStorage): FramePart {
  return {
    keepFrame({ seq, at, data }, keep) {
      sql.exec('INSERT INTO frames (seq, at, data) VALUES (?, ?, ?)', seq, at, data)
      sql.exec('DELETE FROM frames WHERE id <= (SELECT max(id) FROM frames) - ?', keep)
    },
    readFrames: (after, limit) =>
      sql
        .exec<KeptFrame>(
          'SELECT seq, at, data FROM frames WHERE seq > ? ORDER BY id LIMIT ?',
          after,
          limit,
        )
        .toArray(),
    lastKept() {
      const [last] = sql
        .exec<{ seq: number }>('SELECT seq FROM frames ORDER BY id DESC LIMIT 1')
        .toArray()
      return last?.seq ?? 0
    },
  }
}
