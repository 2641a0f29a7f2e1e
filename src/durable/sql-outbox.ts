import type { RunStore } from './run-store.ts'
import type { Entry, Subject } from './schedule.ts'

export const OUTBOX_TABLES = `
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, grp INTEGER, jobs TEXT,
    state TEXT NOT NULL, due INTEGER NOT NULL, sends INTEGER NOT NULL, lease INTEGER NOT NULL);
`

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

type OutboxPart = Pick<RunStore, 'addEntry' | 'readEntries' | 'writeEntry' | 'dropEntry'>

/** Every call looks at the whole outbox, so it is also kept in memory, as it stands in the table. */
export function outboxTable(sql: SqlStorage): OutboxPart & { readonly forget: () => void } {
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
function toNumbers(text: string | null): number[] {
  return text === null ? [] : JSON.parse(text)
}
