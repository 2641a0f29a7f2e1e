import type { RunId } from '../../protocol/ids.ts'
import type { RunStatus } from '../../protocol/status.ts'
import type { ListingRange, ShownItem } from '../watch/shown.ts'
import { itemOf, type ListedRun, type OwnerList, RUNS } from './owner-list.ts'
import type { OwnerStore } from './owner-store.ts'

const ENDED = `status IN ('finished', 'error', 'aborted')`

/** The index has the runs that go on: each call of one of them asks which others do, among a thousand that have ended. */
const TABLES = `
  CREATE TABLE IF NOT EXISTS list (
    id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS runs (
    n INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, added INTEGER NOT NULL,
    titled INTEGER NOT NULL, seq INTEGER NOT NULL, told INTEGER NOT NULL, standing TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS runs_live ON runs (n) WHERE NOT ${ENDED};
`
const VERSION = 1

const COLUMNS = 'n, added, titled, seq, told, standing'

/** How many rows of a listing are read at once: so no SQL cursor stays open if the reader stops early. */
const LISTING_ROWS = 500

type ListRow = {
  n: number
  added: number
  titled: number
  seq: number
  told: number
  standing: string
}

/** An owner's list in the object's own SQLite. The tables are made with the first write. */
export function openSqlOwner(storage: DurableObjectStorage): OwnerStore {
  const { sql } = storage
  const rows = (where: string, ...values: (string | number)[]): ListedRun[] =>
    sql
      .exec<ListRow>(`SELECT ${COLUMNS} FROM runs WHERE ${where}`, ...values)
      .toArray()
      .map(toRun)
  return {
    transaction: (work) => storage.transactionSync(work),
    readList() {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'list'")
      if (made.toArray().length === 0) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM list').toArray()
      return row === undefined ? undefined : toList(row.data)
    },
    writeList(list) {
      if (list.last === 0) sql.exec(TABLES)
      const write = 'INSERT OR REPLACE INTO list (id, version, data) VALUES (1, ?, ?)'
      sql.exec(write, VERSION, JSON.stringify(list))
    },
    findRun: (run_id) => rows('run_id = ?', run_id)[0],
    putRun({ n, standing, added, titled, seq, told }) {
      const { run_id, status } = standing
      const values = [n, run_id, status, added, titled, seq, told, JSON.stringify(standing)]
      sql.exec(
        `INSERT OR REPLACE INTO runs (n, run_id, status, added, titled, seq, told, standing)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        ...values,
      )
    },
    liveRuns: () =>
      sql
        .exec<{ run_id: RunId }>(`SELECT run_id FROM runs WHERE NOT ${ENDED} ORDER BY n`)
        .toArray()
        .map(({ run_id }) => run_id),
    allRuns: () =>
      sql
        .exec<{ run_id: RunId }>('SELECT run_id FROM runs ORDER BY n')
        .toArray()
        .map(({ run_id }) => run_id),
    dropRun: (run_id) => void sql.exec('DELETE FROM runs WHERE run_id = ?', run_id),
    countRuns: () =>
      sql
        .exec<{ status: RunStatus; count: number }>(
          'SELECT status, count(*) AS count FROM runs GROUP BY status ORDER BY status',
        )
        .toArray(),
    dropEnded: (keep) =>
      void sql.exec(
        `DELETE FROM runs WHERE ${ENDED} AND n <=
          (SELECT n FROM runs WHERE ${ENDED} ORDER BY n DESC LIMIT 1 OFFSET ?)`,
        keep,
      ),
    readGroups: () => [RUNS],
    groupsSince: () => [],
    changesSince: (seq) => rows('told > ? ORDER BY n', seq).map(itemOf),
    listing: (range) => listing(rows, range),
    linesSince: () => ({ lines: [], dropped: 0 }),
  }
}

type ReadRows = (where: string, ...values: number[]) => ListedRun[]

function* listing(rows: ReadRows, { after, since }: ListingRange): Iterable<ShownItem> {
  for (let last = after?.n ?? 0; ;) {
    const page = rows(`n > ? AND titled > ? ORDER BY n LIMIT ${LISTING_ROWS}`, last, since)
    yield* page.map(itemOf)
    last = page.at(-1)?.n ?? last
    if (page.length < LISTING_ROWS) return
  }
}

// This store wrote the JSON of both.
function toList(text: string): OwnerList {
  return JSON.parse(text)
}

function toRun({ standing, ...row }: ListRow): ListedRun {
  return { ...row, standing: JSON.parse(standing) }
}
