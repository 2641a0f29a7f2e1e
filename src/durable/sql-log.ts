import type { LogLine } from '../protocol/log.ts'
import type { RunStore } from './run-store.ts'

/** `as_of` is the run's seq with which a line came, which a stream's catch-up asks for. */
export const LOG_TABLES = `
  CREATE TABLE log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, as_of INTEGER NOT NULL, ts TEXT NOT NULL,
    level TEXT NOT NULL, message TEXT NOT NULL, grp TEXT, external_id TEXT);
`

type LineRow = {
  seq: number
  ts: string
  level: LogLine['level']
  message: string
  grp: string | null
  external_id: string | null
}

type LogPart = Pick<RunStore, 'addLines' | 'readLines'>

/** The run's log, a row a line. */
export function logTable(sql: SqlStorage): LogPart {
  return {
    addLines(lines, { seq, keep }) {
      const rows = lines.map((line) => [
        line.ts,
        line.level,
        line.message,
        line.group ?? null,
        line.external_id ?? null,
      ])
      sql.exec(
        `INSERT INTO log (as_of, ts, level, message, grp, external_id)
         SELECT ?, value->>0, value->>1, value->>2, value->>3, value->>4 FROM json_each(?)`,
        seq,
        JSON.stringify(rows),
      )
      sql.exec('DELETE FROM log WHERE seq <= (SELECT max(seq) FROM log) - ?', keep)
    },
    readLines: (after, limit) =>
      sql
        .exec<LineRow>(
          'SELECT seq, ts, level, message, grp, external_id FROM log WHERE seq > ? ORDER BY seq LIMIT ?',
          after,
          limit,
        )
        .toArray()
        .map(toLine),
  }
}

function toLine({ grp, external_id, ...line }: LineRow): LogLine {
  return {
    ...line,
    ...(grp === null ? {} : { group: grp }),
    ...(external_id === null ? {} : { external_id }),
  }
}
