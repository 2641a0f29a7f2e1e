import type { GroupKey } from '../../../protocol/ids.ts'
import type { GroupStatus } from '../../../protocol/status.ts'
import type { Group } from '../group-state.ts'
import type { RunStore, UndispatchedJobs } from './run-store.ts'
import { reasonText, toReason } from './sql-jobs.ts'

export const GROUP_TABLES = `
  CREATE TABLE groups (
    ord INTEGER PRIMARY KEY, key TEXT NOT NULL, status TEXT NOT NULL, found INTEGER NOT NULL,
    dispatched INTEGER NOT NULL, flight_jobs INTEGER, attempt INTEGER NOT NULL, failures INTEGER NOT NULL,
    losses INTEGER NOT NULL, reason TEXT, seq INTEGER NOT NULL, gone INTEGER, title TEXT);
  CREATE TABLE inputs (ord INTEGER PRIMARY KEY, input TEXT NOT NULL);
`

type GroupRow = Omit<Group, 'key' | 'status' | 'reason'> & {
  key: GroupKey
  status: GroupStatus
  reason: string | null
}

type GroupPart = Pick<
  RunStore,
  | 'insertGroups'
  | 'readGroup'
  | 'readGroups'
  | 'readInput'
  | 'writeGroup'
  | 'groupsSince'
  | 'undispatchedJobs'
>

/** Groups and their inputs, a row each. */
export function groupTables(sql: SqlStorage): GroupPart {
  const write = (group: Group): void => {
    const { ord, key, status, found, dispatched, attempt, failures, losses, reason } = group
    const numbers = [found, dispatched, group.flight_jobs, attempt, failures, losses]
    sql.exec(
      'INSERT OR REPLACE INTO groups (ord, key, status, found, dispatched, flight_jobs, attempt, failures, losses, reason, seq, gone, title) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ord,
      key,
      status,
      ...numbers,
      reasonText(reason),
      group.seq,
      group.gone,
      group.title,
    )
  }
  return {
    insertGroups(groups) {
      for (const { group, input } of groups) {
        write(group)
        sql.exec('INSERT INTO inputs (ord, input) VALUES (?, ?)', group.ord, input)
      }
    },
    readGroup(ord) {
      const [row] = sql.exec<GroupRow>('SELECT * FROM groups WHERE ord = ?', ord).toArray()
      return row === undefined ? undefined : toGroup(row)
    },
    readGroups: () =>
      sql.exec<GroupRow>('SELECT * FROM groups ORDER BY ord').toArray().map(toGroup),
    readInput: (ord) =>
      sql.exec<{ input: string }>('SELECT input FROM inputs WHERE ord = ?', ord).one().input,
    writeGroup: write,
    groupsSince: (seq) =>
      sql
        .exec<GroupRow>('SELECT * FROM groups WHERE seq > ? ORDER BY ord', seq)
        .toArray()
        .map(toGroup),
    undispatchedJobs: (limit) =>
      sql
        .exec<UndispatchedJobs>(
          'SELECT ord AS "group", dispatched AS "from", found - dispatched AS count, flight_jobs FROM groups WHERE dispatched < found ORDER BY dispatched, ord LIMIT ?',
          limit,
        )
        .toArray(),
  }
}

function toGroup(row: GroupRow): Group {
  return { ...row, reason: toReason(row.reason) }
}
