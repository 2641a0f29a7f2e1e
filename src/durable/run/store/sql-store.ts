import { isPlanned } from '../group-state.ts'
import type { Run } from '../run-state.ts'
import type { Tombstone } from '../tombstone.ts'
import type { RunStore } from './run-store.ts'
import { GROUP_TABLES, groupTables } from './sql-groups.ts'
import { jobViews } from './sql-job-views.ts'
import { JOB_TABLES, jobTable } from './sql-jobs.ts'
import { LOG_TABLES, logTable } from './sql-log.ts'
import { OUTBOX_TABLES, outboxTable } from './sql-outbox.ts'

const RUN_TABLE = `
  CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, data TEXT NOT NULL);
`
/**
 * This version writes nothing to this table. An earlier version writes to it at each tick, and a deployment may
 * bring that version back.
 */
const FRAME_TABLES = `
  CREATE TABLE frames (
    id INTEGER PRIMARY KEY, seq INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL);
`
const TOKEN_TABLES = `
  CREATE TABLE revoked_tokens (id TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
`
const TABLES = [
  RUN_TABLE,
  GROUP_TABLES,
  JOB_TABLES,
  OUTBOX_TABLES,
  LOG_TABLES,
  FRAME_TABLES,
  TOKEN_TABLES,
].join('')

/** Groups that an abort ended, as an earlier version stored them: it had no status `aborted` for groups. */
const ENDED = "status = 'failed' AND reason->>'$.code' = 'aborted'"

const TELL_ABORTED = `
  UPDATE run SET data = json_set(data,
    '$.tally.groups_failed', data->>'$.tally.groups_failed' - ended.n,
    '$.tally.groups_aborted', coalesce(data->>'$.tally.groups_aborted', 0) + ended.n)
  FROM (SELECT count(*) AS n FROM groups WHERE ${ENDED}) AS ended WHERE ended.n > 0;
  UPDATE run SET data = json_set(data,
    '$.life.snapshot.groups_failed', data->>'$.life.snapshot.groups_failed' - ended.n)
  FROM (SELECT count(*) AS n FROM groups WHERE ${ENDED}) AS ended
  WHERE ended.n > 0 AND data->'$.life.snapshot' IS NOT NULL;
  UPDATE groups SET status = 'aborted' WHERE ${ENDED};`

/**
 * The migration from each version to the next: the first one leads from 1 to 2. Older rows do not say when a
 * group last changed: they count as changed now, so that watchers that resume get all groups. A deployment
 * that is taken back stores its own, lower version number, so that later steps run again afterwards.
 */
const STEPS: readonly (string | ((sql: SqlStorage) => void))[] = [
  `ALTER TABLE groups ADD COLUMN flight_jobs INTEGER;
   ALTER TABLE outbox ADD COLUMN waits TEXT;
   ${LOG_TABLES}`,
  `ALTER TABLE jobs ADD COLUMN titled INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE jobs ADD COLUMN told INTEGER NOT NULL DEFAULT 0;
   ALTER TABLE jobs ADD COLUMN progress INTEGER;
   ALTER TABLE jobs ADD COLUMN message TEXT;
   UPDATE jobs SET titled = added, told = seq;
   ALTER TABLE groups ADD COLUMN seq INTEGER NOT NULL DEFAULT 1;
   UPDATE groups SET seq = (SELECT data->>'seq' FROM run);
   UPDATE run SET data = json_set(data, '$.titled_seq', data->>'added_seq');
   ${FRAME_TABLES}
   ${TOKEN_TABLES}`,
  // A run that ended before runs were archived gets one more checkpoint, and that enqueues its archive.
  `INSERT INTO outbox (kind, state, due, sends, lease)
   SELECT 'checkpoint', 'sent', 1, 0, 0 FROM run
   WHERE data->>'$.life.ended_at' IS NOT NULL AND NOT EXISTS (SELECT 1 FROM outbox)`,
  // This step may run twice: an earlier version that is brought back stores its own version number.
  (sql) => {
    if (!hasColumn(sql, 'groups', 'gone')) sql.exec('ALTER TABLE groups ADD COLUMN gone INTEGER')
    sql.exec(TELL_ABORTED)
  },
  (sql) =>
    hasColumn(sql, 'groups', 'title') || sql.exec('ALTER TABLE groups ADD COLUMN title TEXT'),
  (sql) =>
    hasColumn(sql, 'jobs', 'attempts') || sql.exec('ALTER TABLE jobs ADD COLUMN attempts TEXT'),
  // Each of the two indexes cost a written row for each job and each line.
  (sql) => {
    if (!hasColumn(sql, 'outbox', 'since')) sql.exec('ALTER TABLE outbox ADD COLUMN since INTEGER')
    sql.exec('DROP INDEX IF EXISTS jobs_by_key; DROP INDEX IF EXISTS log_by_seq')
  },
  (sql) =>
    hasColumn(sql, 'groups', 'notices') || sql.exec('ALTER TABLE groups ADD COLUMN notices TEXT'),
  (sql) => hasColumn(sql, 'log', 'since') || sql.exec('ALTER TABLE log ADD COLUMN since TEXT'),
]
const VERSION = STEPS.length + 1

/** A run's storage in the object's own SQLite. */
export function openSqlStore(storage: DurableObjectStorage): RunStore {
  const { sql } = storage
  const tables = { outbox: outboxTable(sql), groups: groupTables(sql), jobs: jobTable(sql) }
  /** What is kept in memory may be of a transaction that was undone. */
  const forget = (): void => {
    for (const table of Object.values(tables)) table.forget()
  }
  return {
    transaction(work) {
      try {
        return storage.transactionSync(() => {
          const answer = work()
          tables.groups.flush()
          tables.outbox.flush()
          return answer
        })
      } catch (error) {
        forget()
        throw error
      }
    },
    ...runTable(sql),
    ...tombstoneTable(sql, forget),
    ...tables.groups,
    writeGroup(group) {
      tables.groups.writeGroup(group)
      if (isPlanned(group)) tables.jobs.planned(group.ord)
    },
    ...tables.jobs,
    ...tables.outbox,
    ...logTable(sql),
    ...jobViews(sql),
    ...tokenTable(sql),
    forget,
  }
}

type RunRow = { version: number; data: string }

type RunPart = Pick<RunStore, 'readRun' | 'createRun' | 'writeRun'>

function runTable(sql: SqlStorage): RunPart {
  const upgrade = (from: number): void => {
    for (const step of STEPS.slice(from - 1)) {
      if (typeof step === 'string') sql.exec(step)
      else step(sql)
    }
    sql.exec('UPDATE run SET version = ?', VERSION)
  }
  const read = (): RunRow | undefined =>
    sql.exec<RunRow>('SELECT version, data FROM run').toArray()[0]
  const write = (run: Run): void => {
    const text = JSON.stringify(run)
    sql.exec('INSERT OR REPLACE INTO run (id, version, data) VALUES (1, ?, ?)', VERSION, text)
  }
  return {
    readRun() {
      if (!hasTable(sql, 'run')) return undefined
      const row = read()
      if (row === undefined || row.version === VERSION) return toRun(row)
      upgrade(row.version)
      return toRun(read())
    },
    createRun(run) {
      sql.exec(TABLES)
      write(run)
    },
    writeRun: write,
  }
}

// This store wrote the JSON of these columns.
function toRun(row: RunRow | undefined): Run | undefined {
  return row === undefined ? undefined : JSON.parse(row.data)
}

const ARCHIVED = ['run', 'groups', 'inputs', 'jobs', 'outbox', 'log', 'frames'] as const

type TombstonePart = Pick<RunStore, 'readTombstone' | 'archive'>

/**
 * The tombstone of an archived run. The run's tables are dropped whole, which costs no write for each row. Without
 * a table `run`, a later version has no tables here to migrate.
 */
function tombstoneTable(sql: SqlStorage, forget: () => void): TombstonePart {
  return {
    readTombstone() {
      if (!hasTable(sql, 'tombstone')) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM tombstone').toArray()
      return row === undefined ? undefined : toTombstone(row.data)
    },
    archive(tombstone, now) {
      for (const table of ARCHIVED) sql.exec(`DROP TABLE ${table}`)
      sql.exec('DELETE FROM revoked_tokens WHERE until <= ?', now)
      sql.exec('CREATE TABLE tombstone (data TEXT NOT NULL)')
      sql.exec('INSERT INTO tombstone (data) VALUES (?)', JSON.stringify(tombstone))
      forget()
    },
  }
}

// This store wrote the JSON of the tombstone.
function toTombstone(text: string): Tombstone {
  return JSON.parse(text)
}

type TokenPart = Pick<RunStore, 'revokeToken' | 'isTokenRevoked'>

/** Watch tokens that are refused before they expire, a row each. */
function tokenTable(sql: SqlStorage): TokenPart {
  return {
    revokeToken(id, until, now) {
      sql.exec('DELETE FROM revoked_tokens WHERE until <= ?', now)
      sql.exec(
        'INSERT INTO revoked_tokens (id, until) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET until = max(until, excluded.until)',
        id,
        until,
      )
    },
    isTokenRevoked: (id) =>
      sql.exec('SELECT 1 FROM revoked_tokens WHERE id = ?', id).toArray().length > 0,
  }
}

/** Whether the object's storage has a table of this name. */
function hasTable(sql: SqlStorage, name: string): boolean {
  const found = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", name)
  return found.toArray().length > 0
}

function hasColumn(sql: SqlStorage, table: string, name: string): boolean {
  const found = sql.exec('SELECT 1 FROM pragma_table_info(?) WHERE name = ?', table, name)
  return found.toArray().length > 0
}
