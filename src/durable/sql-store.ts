import type { ExternalId, GroupKey } from '../protocol/ids.ts'
import type { GroupStatus, JobStatus, Outcome, Reason } from '../protocol/status.ts'
import type { Group } from './group-state.ts'
import type { Job } from './job-state.ts'
import type { Run } from './run-state.ts'
import type { RunStore } from './run-store.ts'
import type { Entry, Subject } from './schedule.ts'

/**
 * Five rows are written a job at most (they are billed): the job and its key when it is added, its
 * attempt when it is granted, its end when it is reported. No index on seq: a diff scans.
 */
const TABLES = `
  CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE TABLE groups (
    ord INTEGER PRIMARY KEY, key TEXT NOT NULL, status TEXT NOT NULL, found INTEGER NOT NULL,
    dispatched INTEGER NOT NULL, attempt INTEGER NOT NULL, failures INTEGER NOT NULL,
    losses INTEGER NOT NULL, reason TEXT);
  CREATE TABLE inputs (ord INTEGER PRIMARY KEY, input TEXT NOT NULL);
  CREATE TABLE jobs (
    grp INTEGER NOT NULL, n INTEGER NOT NULL, external_id TEXT NOT NULL, status TEXT NOT NULL,
    seq INTEGER NOT NULL, added INTEGER NOT NULL, attempt INTEGER NOT NULL,
    failures INTEGER NOT NULL, losses INTEGER NOT NULL, outcome TEXT, error TEXT,
    title TEXT NOT NULL, url TEXT, payload TEXT NOT NULL,
    PRIMARY KEY (grp, n)) WITHOUT ROWID;
  CREATE UNIQUE INDEX jobs_by_key ON jobs (grp, external_id);
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, grp INTEGER, jobs TEXT,
    state TEXT NOT NULL, due INTEGER NOT NULL, sends INTEGER NOT NULL, lease INTEGER NOT NULL);
`
const VERSION = 1
const OPEN = "status NOT IN ('ready', 'failed', 'skipped', 'aborted')"

// Many rows in one statement: a call into SQLite costs more than a row.
const INSERT_JOBS = `
  INSERT INTO jobs (grp, n, external_id, status, seq, added, attempt, failures, losses, title, url, payload)
  SELECT value->>5, value->>0, value->>1, 'pending', value->>6, value->>6, 0, 0, 0, value->>2, value->>3, value->>4
  FROM json_each(?)`
const UPDATE_JOBS = `
  UPDATE jobs SET status = given.value->>2, seq = given.value->>3, attempt = given.value->>4,
    failures = given.value->>5, losses = given.value->>6, outcome = given.value->>7,
    error = given.value->>8
  FROM json_each(?) AS given WHERE grp = given.value->>0 AND n = given.value->>1`

type GroupRow = Omit<Group, 'key' | 'status' | 'reason'> & {
  key: GroupKey
  status: GroupStatus
  reason: string | null
}

/** A row as an array in the order of JOB_COLUMNS: objects cost twice as much to read. */
type JobRow = [
  grp: number,
  n: number,
  external_id: ExternalId,
  status: JobStatus,
  seq: number,
  added: number,
  attempt: number,
  failures: number,
  losses: number,
  outcome: Outcome | null,
  error: string | null,
  title: string,
  url: string | null,
  payload: string,
]
const JOB_COLUMNS =
  'grp, n, external_id, status, seq, added, attempt, failures, losses, outcome, error, title, url, payload'

type EntryRow = {
  id: number
  kind: Subject['kind']
  grp: number | null
  jobs: string | null
  state: Entry['state']
  due: number
  sends: number
  lease: number
}

/** A run's storage in the object's own SQLite. */
export function openSqlStore(storage: DurableObjectStorage): RunStore {
  const { sql } = storage
  const { forget, ...outbox } = outboxTable(sql)
  return {
    transaction(work) {
      try {
        return storage.transactionSync(work)
      } catch (error) {
        forget()
        throw error
      }
    },
    ...runTable(sql),
    ...groupTables(sql),
    ...jobTable(sql),
    ...outbox,
    ...views(sql),
  }
}

type RunPart = Pick<RunStore, 'readRun' | 'createRun' | 'writeRun'>

function runTable(sql: SqlStorage): RunPart {
  const write = (run: Run): void => {
    const text = JSON.stringify(run)
    sql.exec('INSERT OR REPLACE INTO run (id, version, data) VALUES (1, ?, ?)', VERSION, text)
  }
  return {
    readRun() {
      const made = sql.exec("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'run'")
      if (made.toArray().length === 0) return undefined
      const [row] = sql.exec<{ data: string }>('SELECT data FROM run').toArray()
      if (row === undefined) return undefined
      const run: Run = JSON.parse(row.data)
      return run
    },
    createRun(run) {
      sql.exec(TABLES)
      write(run)
    },
    writeRun: write,
  }
}

type GroupPart = Pick<
  RunStore,
  'insertGroups' | 'readGroup' | 'readGroups' | 'readInput' | 'writeGroup' | 'waitingJobs'
>

function groupTables(sql: SqlStorage): GroupPart {
  const write = (group: Group): void => {
    const { ord, key, status, found, dispatched, attempt, failures, losses, reason } = group
    const numbers = [found, dispatched, attempt, failures, losses]
    sql.exec(
      'INSERT OR REPLACE INTO groups (ord, key, status, found, dispatched, attempt, failures, losses, reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
      ord,
      key,
      status,
      ...numbers,
      reason === null ? null : JSON.stringify(reason),
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
    waitingJobs: (limit) =>
      sql
        .exec<{ group: number; from: number; count: number }>(
          'SELECT ord AS "group", dispatched AS "from", found - dispatched AS count FROM groups WHERE dispatched < found ORDER BY dispatched, ord LIMIT ?',
          limit,
        )
        .toArray(),
  }
}

type JobPart = Pick<
  RunStore,
  'insertJobs' | 'knownJobs' | 'readJobs' | 'writeJobs' | 'abortOpenJobs'
>

function jobTable(sql: SqlStorage): JobPart {
  return {
    insertJobs(jobs) {
      const rows = jobs.map((j) => [j.n, j.external_id, j.title, j.url, j.payload, j.group, j.seq])
      sql.exec(INSERT_JOBS, JSON.stringify(rows))
    },
    knownJobs(group, ids) {
      const rows = sql.exec<{ external_id: ExternalId }>(
        'SELECT external_id FROM jobs WHERE grp = ? AND external_id IN (SELECT value FROM json_each(?))',
        group,
        JSON.stringify(ids),
      )
      return new Set(rows.toArray().map((row) => row.external_id))
    },
    readJobs(group, numbers) {
      const rows = sql.exec(
        `SELECT ${JOB_COLUMNS} FROM jobs WHERE grp = ? AND n IN (SELECT value FROM json_each(?)) ORDER BY n`,
        group,
        JSON.stringify(numbers),
      )
      return Array.from(rows.raw<JobRow>(), toJob)
    },
    writeJobs(jobs) {
      const rows = jobs.map((j) => [
        j.group,
        j.n,
        j.status,
        j.seq,
        j.attempt,
        j.failures,
        j.losses,
        j.outcome,
        j.error === null ? null : JSON.stringify(j.error),
      ])
      sql.exec(UPDATE_JOBS, JSON.stringify(rows))
    },
    abortOpenJobs(seq) {
      sql.exec(
        `UPDATE jobs SET status = 'aborted', attempt = attempt + 1, seq = ? WHERE ${OPEN}`,
        seq,
      )
    },
  }
}

type OutboxPart = Pick<RunStore, 'addEntry' | 'readEntries' | 'writeEntry' | 'dropEntry'>

/** Every call looks at the whole outbox, so it is also kept in memory, as it stands in the table. */
function outboxTable(sql: SqlStorage): OutboxPart & { readonly forget: () => void } {
  let kept: Map<number, Entry> | undefined
  const entries = (): Map<number, Entry> => {
    kept ??= new Map(readOutbox(sql).map((entry) => [entry.id, entry]))
    return kept
  }
  return {
    forget: () => {
      kept = undefined
    },
    addEntry(entry) {
      const { subject, state, due, sends, grant } = entry
      const group = subject.kind === 'checkpoint' ? null : subject.group
      const jobs = subject.kind === 'flight' ? JSON.stringify(subject.jobs) : null
      const known = entries()
      const { id } = sql
        .exec<{ id: number }>(
          'INSERT INTO outbox (kind, grp, jobs, state, due, sends, lease) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id',
          subject.kind,
          group,
          jobs,
          state,
          due,
          sends,
          grant,
        )
        .one()
      const added = { ...entry, id }
      known.set(id, added)
      return added
    },
    readEntries: () => [...entries().values()],
    writeEntry(entry) {
      const { id, state, due, sends, grant } = entry
      sql.exec(
        'UPDATE outbox SET state = ?, due = ?, sends = ?, lease = ? WHERE id = ?',
        state,
        due,
        sends,
        grant,
        id,
      )
      entries().set(id, entry)
    },
    dropEntry(id) {
      sql.exec('DELETE FROM outbox WHERE id = ?', id)
      entries().delete(id)
    },
  }
}

function readOutbox(sql: SqlStorage): Entry[] {
  return sql.exec<EntryRow>('SELECT * FROM outbox ORDER BY id').toArray().map(toEntry)
}

type ViewPart = Pick<RunStore, 'changesSince' | 'listing' | 'countJobs' | 'pageJobs'>

function views(sql: SqlStorage): ViewPart {
  return {
    changesSince: (seq) =>
      sql
        .exec<{ group: number; external_id: ExternalId; status: JobStatus; added: number }>(
          'SELECT grp AS "group", external_id, status, added FROM jobs WHERE seq > ? ORDER BY grp, n',
          seq,
        )
        .toArray(),
    listing: () =>
      sql.exec<{
        group: number
        external_id: ExternalId
        title: string
        status: JobStatus
      }>('SELECT grp AS "group", external_id, title, status FROM jobs ORDER BY grp, n'),
    countJobs: () =>
      sql
        .exec<{ group: number; status: JobStatus; count: number }>(
          'SELECT grp AS "group", status, count(*) AS count FROM jobs GROUP BY grp, status',
        )
        .toArray(),
    pageJobs({ after, limit, group, status }) {
      const rows = sql.exec(
        `SELECT ${JOB_COLUMNS} FROM jobs WHERE (grp, n) > (?1, ?2) AND (?3 IS NULL OR grp = ?3) AND (?4 IS NULL OR status = ?4) ORDER BY grp, n LIMIT ?5`,
        after?.group ?? -1,
        after?.n ?? -1,
        group ?? null,
        status ?? null,
        limit,
      )
      return Array.from(rows.raw<JobRow>(), toJob)
    },
  }
}

function toGroup(row: GroupRow): Group {
  return { ...row, reason: toReason(row.reason) }
}

function toJob(row: JobRow): Job {
  const [group, n, external_id, status, seq, added, attempt, failures, losses, ...rest] = row
  const [outcome, error, title, url, payload] = rest
  return {
    group,
    n,
    external_id,
    title,
    url,
    status,
    outcome,
    attempt,
    failures,
    losses,
    added,
    seq,
    payload,
    error: toReason(error),
  }
}

function toEntry({ kind, grp, jobs, lease, ...row }: EntryRow): Entry {
  const group = grp ?? 0
  switch (kind) {
    case 'plan':
      return { ...row, grant: lease, subject: { kind, group } }
    case 'flight':
      return { ...row, grant: lease, subject: { kind, group, jobs: toNumbers(jobs) } }
    case 'checkpoint':
      return { ...row, grant: lease, subject: { kind } }
  }
}

// What is parsed here was written here.
function toReason(text: string | null): Reason | null {
  return text === null ? null : JSON.parse(text)
}

function toNumbers(text: string | null): number[] {
  return text === null ? [] : JSON.parse(text)
}
