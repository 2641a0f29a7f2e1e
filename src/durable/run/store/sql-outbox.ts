import type { NewEntry } from '../../outbox/entry.ts'
import type { RunEntry, Subject } from '../run-outbox.ts'
import type { RunStore } from './run-store.ts'
import { reasonText, toReason } from './sql-jobs.ts'

export const OUTBOX_TABLES = `
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, grp INTEGER, jobs TEXT,
    state TEXT NOT NULL, due INTEGER NOT NULL, sends INTEGER NOT NULL, lease INTEGER NOT NULL,
    waits TEXT, since INTEGER);
`

/** How an archive is stored: as a checkpoint with this word as its jobs. An earlier version takes it for one more checkpoint, which does no harm. */
const ARCHIVE = 'archive'

type EntryRow = {
  id: number
  kind: Exclude<Subject['kind'], 'archive'>
  grp: number | null
  jobs: string | null
  state: RunEntry['state']
  due: number
  sends: number
  lease: number
  waits: string | null
  since: number | null
}

type OutboxPart = Pick<RunStore, 'addEntry' | 'readEntries' | 'writeEntry' | 'dropEntry'>

/** The outbox, a row an entry. Every transaction reads all of it, so a copy is kept in memory. */
export function outboxTable(sql: SqlStorage): OutboxPart & { readonly forget: () => void } {
  let kept: Map<number, RunEntry> | undefined
  const entries = (): Map<number, RunEntry> => {
    kept ??= new Map(readOutbox(sql).map((entry) => [entry.id, entry]))
    return kept
  }
  return {
    forget: () => {
      kept = undefined
    },
    addEntry(entry) {
      const { subject } = entry
      const group = 'group' in subject ? subject.group : null
      const known = entries()
      const { id } = sql
        .exec<{ id: number }>(
          'INSERT INTO outbox (kind, grp, jobs, state, due, sends, lease, waits, since) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id',
          subject.kind === 'archive' ? 'checkpoint' : subject.kind,
          group,
          ...changing(entry),
        )
        .one()
      const added = { ...entry, id }
      known.set(id, added)
      return added
    },
    readEntries: () => [...entries().values()],
    writeEntry(entry) {
      sql.exec(
        'UPDATE outbox SET jobs = ?, state = ?, due = ?, sends = ?, lease = ?, waits = ?, since = ? WHERE id = ?',
        ...changing(entry),
        entry.id,
      )
      entries().set(entry.id, entry)
    },
    dropEntry(id) {
      sql.exec('DELETE FROM outbox WHERE id = ?', id)
      entries().delete(id)
    },
  }
}

/** The columns of an entry that may change, in the order of both statements. */
function changing({ subject, state, due, sends, grant, waits, since }: NewEntry<Subject>) {
  return [jobsText(subject), state, due, sends, grant, reasonText(waits), since ?? null]
}

function readOutbox(sql: SqlStorage): RunEntry[] {
  return sql.exec<EntryRow>('SELECT * FROM outbox ORDER BY id').toArray().map(toEntry)
}

function toEntry({ kind, grp, jobs, lease, waits, since, ...row }: EntryRow): RunEntry {
  const granted = since === null ? {} : { since }
  const entry = { ...row, grant: lease, waits: toReason(waits), ...granted }
  const group = grp ?? 0
  switch (kind) {
    case 'plan':
      return { ...entry, subject: { kind, group } }
    case 'flight':
      return { ...entry, subject: { kind, group, jobs: toNumbers(jobs) } }
    case 'checkpoint':
      return { ...entry, subject: { kind: jobs === ARCHIVE ? 'archive' : kind } }
  }
}

function jobsText(subject: Subject): string | null {
  if (subject.kind === 'archive') return ARCHIVE
  return subject.kind === 'flight' ? JSON.stringify(subject.jobs) : null
}

// This store wrote the JSON of this column.
function toNumbers(text: string | null): number[] {
  return text === null ? [] : JSON.parse(text)
}
