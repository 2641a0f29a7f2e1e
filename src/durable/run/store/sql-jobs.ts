import type { ExternalId } from '../../../protocol/ids.ts'
import type { JobStatus, Outcome, Reason } from '../../../protocol/status.ts'
import type { Job } from '../job-state.ts'
import type { GroupCount, RunStore } from './run-store.ts'

/**
 * A job costs two written rows, which are billed: one when the job is added, one when its end is reported. Each report
 * of a step writes one more. A second key would cost a third row: the object keeps the ids of a group in memory while
 * the group is planned, and scans the group for a job that is asked for by its id. The seqs have no index, which every
 * write would have to update: a diff scans the jobs.
 */
export const JOB_TABLES = `
  CREATE TABLE jobs (
    grp INTEGER NOT NULL, n INTEGER NOT NULL, external_id TEXT NOT NULL, status TEXT NOT NULL,
    seq INTEGER NOT NULL, added INTEGER NOT NULL, attempt INTEGER NOT NULL,
    failures INTEGER NOT NULL, losses INTEGER NOT NULL, outcome TEXT, error TEXT,
    title TEXT NOT NULL, url TEXT, payload TEXT NOT NULL,
    titled INTEGER NOT NULL, told INTEGER NOT NULL, progress INTEGER, message TEXT, attempts TEXT,
    PRIMARY KEY (grp, n)) WITHOUT ROWID;
`

/**
 * The attempts of a job of which nothing was written since it was added. Its row has the number of its first
 * attempt, which is 0 to all that read it here: an earlier version, brought back, must not grant that number again.
 */
const UNGRANTED = '[]'
/** A job's attempt as a column. */
export const ATTEMPT = `iif(attempts = '${UNGRANTED}', 0, attempt)`
const OPEN = "status NOT IN ('ready', 'failed', 'skipped', 'aborted')"
const LISTED = '(SELECT value FROM json_each(?))'

// Many rows in one statement: a call into SQLite costs more than a row.
const INSERT_JOBS = `
  INSERT INTO jobs (grp, n, external_id, status, seq, added, attempt, attempts, failures, losses, title, url, payload, titled, told)
  SELECT value->>5, value->>0, value->>1, 'pending', value->>6, value->>6, 1, '${UNGRANTED}', 0, 0, value->>2, value->>3, value->>4, value->>6, value->>6
  FROM json_each(?)`
const UPDATE_JOBS = `
  UPDATE jobs SET status = given.value->>2, seq = given.value->>3, attempt = given.value->>4,
    failures = given.value->>5, losses = given.value->>6, outcome = given.value->>7,
    error = given.value->>8, title = given.value->>9, titled = given.value->>10,
    told = given.value->>11, progress = given.value->>12, message = given.value->>13,
    attempts = given.value->>14
  FROM json_each(?) AS given WHERE grp = given.value->>0 AND n = given.value->>1`

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
  titled: number,
  told: number,
  progress: number | null,
  message: string | null,
  attempts: string | null,
]
const JOB_COLUMNS = `grp, n, external_id, status, seq, added, ${ATTEMPT}, failures, losses, outcome, error, title, url, payload, titled, told, progress, message, nullif(attempts, '${UNGRANTED}')`

type JobPart = Pick<
  RunStore,
  'insertJobs' | 'knownJobs' | 'readJobs' | 'jobsIn' | 'findJobs' | 'writeJobs' | 'countJobs'
>

/** What is kept in memory of jobs. `planned`: the plan of a group has come to its end, and adds no more jobs. */
type JobMemory = { readonly forget: () => void; readonly planned: (group: number) => void }

/** The reads and writes of jobs by the transitions. */
export function jobTable(sql: SqlStorage): JobPart & JobMemory {
  let counts: StatusCounts | undefined
  const ids = new Map<number, Set<ExternalId>>()
  const knownIds = (group: number): Set<ExternalId> => {
    const known = ids.get(group) ?? readIds(sql, group)
    ids.set(group, known)
    return known
  }
  return {
    forget: () => {
      counts = undefined
      ids.clear()
    },
    planned: (group) => ids.delete(group),
    ...jobReads(sql),
    countJobs: () => (counts ??= new StatusCounts(readCounts(sql))).all(),
    insertJobs(jobs) {
      for (const { group, external_id } of jobs) {
        const known = knownIds(group)
        if (known.has(external_id)) throw new Error(`job ${external_id} is there already`)
        known.add(external_id)
      }
      const rows = jobs.map((j) => [j.n, j.external_id, j.title, j.url, j.payload, j.group, j.seq])
      for (const text of rowTexts(rows)) sql.exec(INSERT_JOBS, text)
      for (const job of jobs) counts?.add(job, 1)
    },
    knownJobs(group, asked) {
      const known = knownIds(group)
      return new Set(asked.filter((id) => known.has(id)))
    },
    writeJobs(changes) {
      const rows = changes.map(([, j]) => [
        j.group,
        j.n,
        j.status,
        j.seq,
        j.attempt,
        j.failures,
        j.losses,
        j.outcome,
        reasonText(j.error),
        j.title,
        j.titled,
        j.told,
        j.progress,
        j.message,
        j.attempts,
      ])
      for (const text of rowTexts(rows)) sql.exec(UPDATE_JOBS, text)
      for (const [before, after] of changes) {
        counts?.add(before, -1)
        counts?.add(after, 1)
      }
    },
  }
}

type JobReads = Pick<JobPart, 'readJobs' | 'jobsIn' | 'findJobs'>

function jobReads(sql: SqlStorage): JobReads {
  return {
    readJobs(group, numbers) {
      const where = 'grp = ? AND n IN (SELECT value FROM json_each(?)) ORDER BY n'
      return selectJobs(sql, where, group, JSON.stringify(numbers))
    },
    jobsIn({ statuses, groups, after, limit }) {
      const [status, ...values] =
        statuses === 'open' ? [OPEN] : [`status IN ${LISTED}`, JSON.stringify(statuses)]
      const where = `${status} AND (? IS NULL OR grp IN ${LISTED}) AND (grp, n) > (?, ?) ORDER BY grp, n LIMIT ?`
      const listed = groups === undefined ? null : JSON.stringify(groups)
      const from = [after?.group ?? -1, after?.n ?? -1]
      return selectJobs(sql, where, ...values, listed, listed ?? '[]', ...from, limit)
    },
    findJobs(group, ids) {
      const where = 'grp = ? AND external_id IN (SELECT value FROM json_each(?))'
      const texts = [...rowTexts(new Set(ids))]
      const found = texts.flatMap((text) => selectJobs(sql, where, group, text))
      return found.toSorted((a, b) => a.n - b.n)
    },
  }
}

/** How many jobs of each group have each status: counted once, and then kept as jobs change. */
class StatusCounts {
  private readonly counts = new Map<number, Map<JobStatus, number>>()

  constructor(counted: readonly GroupCount[]) {
    for (const { count, ...of } of counted) this.add(of, count)
  }

  add({ group, status }: Pick<Job, 'group' | 'status'>, more: number): void {
    const own = this.counts.get(group) ?? new Map<JobStatus, number>()
    this.counts.set(group, own.set(status, (own.get(status) ?? 0) + more))
  }

  all(): GroupCount[] {
    return [...this.counts].flatMap(([group, own]) =>
      [...own].flatMap(([status, count]) => (count === 0 ? [] : { group, status, count })),
    )
  }
}

function readIds(sql: SqlStorage, group: number): Set<ExternalId> {
  const ids = sql.exec('SELECT external_id FROM jobs WHERE grp = ?', group)
  return new Set(Array.from(ids.raw<[ExternalId]>(), ([id]) => id))
}

function readCounts(sql: SqlStorage): GroupCount[] {
  const counted = 'SELECT grp AS "group", status, count(*) AS count FROM jobs GROUP BY grp, status'
  return sql.exec<GroupCount>(counted).toArray()
}

/** `where`: the rest of the statement after WHERE, with a `?` for each value. */
export function selectJobs(sql: SqlStorage, where: string, ...values: SqlStorageValue[]): Job[] {
  const rows = sql.exec(`SELECT ${JOB_COLUMNS} FROM jobs WHERE ${where}`, ...values)
  return Array.from(rows.raw<JobRow>(), toJob)
}

function toJob(row: JobRow): Job {
  const [group, n, external_id, status, seq, added, attempt, failures, losses, ...rest] = row
  const [outcome, error, title, url, payload, titled, told, progress, message, attempts] = rest
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
    attempts,
    progress,
    message,
    added,
    titled,
    seq,
    told,
    payload,
    error: toReason(error),
  }
}

/** SQLite binds texts of at most 2 MB here, and a UTF-16 unit takes 3 bytes of UTF-8 at most. */
const TEXT_UNITS = 600_000

/**
 * Writes rows as JSON lists for `json_each`, in order, in as few texts as SQLite can bind. Yields nothing if there
 * are no rows.
 */
export function* rowTexts(rows: Iterable<unknown>): Iterable<string> {
  let held: string[] = []
  let units = 0
  for (const row of rows) {
    const text = JSON.stringify(row)
    if (held.length > 0 && units + text.length > TEXT_UNITS) {
      yield `[${held.join(',')}]`
      held = []
      units = 0
    }
    held.push(text)
    units += text.length + 1
  }
  if (held.length > 0) yield `[${held.join(',')}]`
}

/** Reads a reason from a column: JSON text that this store wrote. */
export function toReason(text: string | null): Reason | null {
  return text === null ? null : JSON.parse(text)
}

export function reasonText(reason: Reason | null): string | null {
  return reason === null ? null : JSON.stringify(reason)
}
