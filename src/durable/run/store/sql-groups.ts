import type { GroupKey } from '../../../protocol/ids.ts'
import type { GroupStatus } from '../../../protocol/status.ts'
import type { Group } from '../group-state.ts'
import type { KeptTable } from './kept-table.ts'
import type { RunStore, UndispatchedJobs } from './run-store.ts'
import { reasonText, toReason } from './sql-jobs.ts'

export const GROUP_TABLES = `
  CREATE TABLE groups (
    ord INTEGER PRIMARY KEY, key TEXT NOT NULL, status TEXT NOT NULL, found INTEGER NOT NULL,
    dispatched INTEGER NOT NULL, flight_jobs INTEGER, attempt INTEGER NOT NULL, failures INTEGER NOT NULL,
    losses INTEGER NOT NULL, reason TEXT, seq INTEGER NOT NULL, gone INTEGER, title TEXT,
    notices TEXT);
  CREATE TABLE inputs (ord INTEGER PRIMARY KEY, input TEXT NOT NULL);
`

type GroupRow = Omit<Group, 'key' | 'status' | 'reason' | 'notices'> & {
  key: GroupKey
  status: GroupStatus
  reason: string | null
  notices: string | null
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

/**
 * Groups and their inputs, a row each. A copy of the groups is kept in memory: each transaction asks which groups
 * have jobs left, and a scan of 4,000 groups for each was all that their run did. A transaction may change a group
 * several times, and writes its row once.
 */
export function groupTables(sql: SqlStorage): GroupPart & KeptTable {
  let kept: KeptGroups | undefined
  const changed = new Map<number, Group>()
  const groups = (): KeptGroups => (kept ??= new KeptGroups(readRows(sql)))
  const write = (group: Group): void => {
    groups().put(group)
    changed.set(group.ord, group)
  }
  return {
    forget: () => {
      kept = undefined
      changed.clear()
    },
    flush: () => {
      for (const group of changed.values()) writeRow(sql, group)
      changed.clear()
    },
    insertGroups(added) {
      for (const { group, input } of added) {
        write(group)
        sql.exec('INSERT INTO inputs (ord, input) VALUES (?, ?)', group.ord, input)
      }
    },
    readGroup: (ord) => groups().get(ord),
    readGroups: () => groups().all(),
    readInput: (ord) =>
      sql.exec<{ input: string }>('SELECT input FROM inputs WHERE ord = ?', ord).one().input,
    writeGroup: write,
    groupsSince: (seq) =>
      groups()
        .all()
        .filter((group) => group.seq > seq),
    undispatchedJobs: (limit) => groups().undispatched(limit),
  }
}

/** All groups in their order, and those with jobs that no flight has carried by how many were carried. */
class KeptGroups {
  private readonly groups = new Map<number, Group>()
  private readonly waiting = new Map<number, Set<number>>()

  constructor(groups: readonly Group[]) {
    for (const group of groups) this.put(group)
  }

  get(ord: number): Group | undefined {
    return this.groups.get(ord)
  }

  all(): Group[] {
    return [...this.groups.values()]
  }

  put(group: Group): void {
    const { ord, found, dispatched } = group
    const before = this.groups.get(ord)
    if (before !== undefined) this.stopWaiting(before)
    this.groups.set(ord, group)
    if (dispatched >= found) return
    const equals = this.waiting.get(dispatched) ?? new Set()
    this.waiting.set(dispatched, equals.add(ord))
  }

  undispatched(limit: number): UndispatchedJobs[] {
    const found: UndispatchedJobs[] = []
    for (const carried of [...this.waiting.keys()].toSorted((a, b) => a - b)) {
      for (const ord of this.waiting.get(carried) ?? []) {
        if (found.length === limit) return found
        found.push(...this.jobsLeft(ord))
      }
    }
    return found
  }

  private jobsLeft(ord: number): UndispatchedJobs[] {
    const group = this.groups.get(ord)
    if (group === undefined) return []
    const { dispatched: from, found, flight_jobs } = group
    return [{ group: ord, from, count: found - from, flight_jobs }]
  }

  private stopWaiting({ ord, dispatched }: Group): void {
    const equals = this.waiting.get(dispatched)
    equals?.delete(ord)
    if (equals?.size === 0) this.waiting.delete(dispatched)
  }
}

function readRows(sql: SqlStorage): Group[] {
  return sql.exec<GroupRow>('SELECT * FROM groups ORDER BY ord').toArray().map(toGroup)
}

function writeRow(sql: SqlStorage, group: Group): void {
  const { ord, key, status, found, dispatched, attempt, failures, losses, reason } = group
  const numbers = [found, dispatched, group.flight_jobs, attempt, failures, losses]
  sql.exec(
    'INSERT OR REPLACE INTO groups (ord, key, status, found, dispatched, flight_jobs, attempt, failures, losses, reason, seq, gone, title, notices) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ord,
    key,
    status,
    ...numbers,
    reasonText(reason),
    group.seq,
    group.gone,
    group.title,
    group.notices === undefined ? null : JSON.stringify(group.notices),
  )
}

// This store wrote the JSON of the notices.
function toGroup({ notices, ...row }: GroupRow): Group {
  const group = { ...row, reason: toReason(row.reason) }
  return notices === null ? group : { ...group, notices: JSON.parse(notices) }
}
