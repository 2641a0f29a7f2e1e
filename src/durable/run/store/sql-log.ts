import type { LogLine } from '../../../protocol/log.ts'
import type { RunStore } from './run-store.ts'
import { rowTexts } from './sql-jobs.ts'

/**
 * `as_of`: the run's seq with which a line came, by which streams select lines; `late`: the line came after the
 * run's end. Both numbers of a line rise together, so that the key alone finds the lines after a seq: an index
 * would cost one more written row for each line. The newest line is never deleted, so no number is given twice.
 */
export const LOG_TABLES = `
  CREATE TABLE log (
    seq INTEGER PRIMARY KEY, as_of INTEGER NOT NULL, ts TEXT NOT NULL,
    level TEXT NOT NULL, message TEXT NOT NULL, grp TEXT, external_id TEXT,
    late INTEGER NOT NULL, since TEXT);
`

const LINE_COLUMNS = 'seq, ts, level, message, grp, external_id, since'
const LAST_LINE = 'SELECT coalesce(max(seq), 0) AS last FROM log'
const STREAMED = 'seq > ? AND as_of <= ? AND late = 0'
const INSERT_LINES = `
  INSERT INTO log (as_of, late, ts, level, message, grp, external_id, since)
  SELECT ?, ?, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each(?)`

type LineRow = {
  seq: number
  ts: string
  level: LogLine['level']
  message: string
  grp: string | null
  external_id: string | null
  since: string | null
}

type LogPart = Pick<RunStore, 'addLines' | 'readLines' | 'placedLines' | 'lastLine' | 'linesSince'>

/** The run's log, a row a line. */
export function logTable(sql: SqlStorage): LogPart {
  return {
    addLines(lines, { seq, late, keep }) {
      const rows = lines.map((line) => [
        line.ts,
        line.level,
        line.message,
        line.group ?? null,
        line.external_id ?? null,
        line.since ?? null,
      ])
      for (const text of rowTexts(rows)) sql.exec(INSERT_LINES, seq, late ? 1 : 0, text)
      sql.exec('DELETE FROM log WHERE seq <= (SELECT max(seq) FROM log) - ?', keep)
    },
    readLines: (after, limit) =>
      sql
        .exec<LineRow>(
          `SELECT ${LINE_COLUMNS} FROM log WHERE seq > ? ORDER BY seq LIMIT ?`,
          after,
          limit,
        )
        .toArray()
        .map(toLine),
    placedLines: (after, limit) =>
      sql
        .exec<LineRow & { as_of: number; late: number }>(
          `SELECT ${LINE_COLUMNS}, as_of, late FROM log WHERE seq > ? ORDER BY seq LIMIT ?`,
          after,
          limit,
        )
        .toArray()
        .map(({ as_of, late, ...line }) => ({ ...toLine(line), as_of, late: late === 1 })),
    lastLine: () => sql.exec<{ last: number }>(LAST_LINE).one().last,
    linesSince({ seq, upTo, limit }) {
      const from = lastLineOf(sql, seq)
      const lines = sql
        .exec<LineRow>(
          `SELECT ${LINE_COLUMNS} FROM log WHERE ${STREAMED} ORDER BY seq LIMIT ?`,
          from,
          upTo,
          limit,
        )
        .toArray()
        .map(toLine)
      if (lines.length < limit) return { lines, dropped: 0 }
      const { count } = sql
        .exec<{ count: number }>(`SELECT count(*) AS count FROM log WHERE ${STREAMED}`, from, upTo)
        .one()
      return { lines, dropped: count - lines.length }
    },
  }
}

/** The number of the last line that came with this seq of the run or an earlier one; 0 if there is none. */
function lastLineOf(sql: SqlStorage, as_of: number): number {
  const next = (from: number) =>
    sql
      .exec<{ seq: number; as_of: number }>(
        'SELECT seq, as_of FROM log WHERE seq >= ? ORDER BY seq LIMIT 1',
        from,
      )
      .toArray()[0]
  let [low, high] = [0, sql.exec<{ last: number }>(LAST_LINE).one().last]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const line = next(middle)
    if (line === undefined || line.as_of > as_of) high = middle - 1
    else low = line.seq
  }
  return low
}

function toLine({ grp, external_id, since, ...line }: LineRow): LogLine {
  return {
    ...line,
    ...(grp === null ? {} : { group: grp }),
    ...(external_id === null ? {} : { external_id }),
    ...(since === null ? {} : { since }),
  }
}
