import type { NewEntry } from '../../outbox/entry.ts'
import type { RunEntry, Subject } from '../run-outbox.ts'
import type { KeptTable } from './kept-table.ts'
import type { RunStore } from './run-store.ts'
import { reasonText, rowTexts, toReason } from './sql-jobs.ts'

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

const INSERT_ENTRIES = `
  INSERT INTO outbox (id, kind, grp, jobs, state, due, sends, lease, waits, since)
  SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7, value->>8, value->>9
  FROM json_each(?)`
const UPDATE_ENTRY =
  'UPDATE outbox SET jobs = ?, state = ?, due = ?, sends = ?, lease = ?, waits = ?, since = ? WHERE id = ?'
const DROP_ENTRIES = 'DELETE FROM outbox WHERE id IN (SELECT value FROM json_each(?))'

/**
 * The outbox, a row an entry. Every transaction reads all of it, so a copy is kept in memory. A transaction may add an
 * entry, send and drop it, and writes its row once.
 */
export function outboxTable(sql: SqlStorage): OutboxPart & KeptTable {
  let kept: KeptOutbox | undefined
  const outbox = (): KeptOutbox => (kept ??= new KeptOutbox(readOutbox(sql), readLastId(sql)))
  return {
    forget: () => {
      kept = undefined
    },
    flush() {
      if (kept === undefined) return
      const { added, changed, dropped } = kept.takeChanges()
      for (const text of rowTexts(added.map(toRow))) sql.exec(INSERT_ENTRIES, text)
      for (const entry of changed) sql.exec(UPDATE_ENTRY, ...changing(entry), entry.id)
      for (const text of rowTexts(dropped)) sql.exec(DROP_ENTRIES, text)
    },
    addEntry: (entry) => outbox().add(entry),
    readEntries: () => outbox().all(),
    writeEntry: (entry) => outbox().put(entry),
    dropEntry: (id) => outbox().drop(id),
  }
}

/** All entries in the order of their ids, and the ids whose rows differ from storage. */
class KeptOutbox {
  private readonly entries: Map<number, RunEntry>
  private last: number
  private readonly added = new Set<number>()
  private readonly changed = new Set<number>()
  private readonly dropped = new Set<number>()

  constructor(entries: readonly RunEntry[], last: number) {
    this.entries = new Map(entries.map((entry) => [entry.id, entry]))
    this.last = last
  }

  all(): RunEntry[] {
    return [...this.entries.values()]
  }

  add(entry: NewEntry<Subject>): RunEntry {
    this.last += 1
    const added = { ...entry, id: this.last }
    this.entries.set(added.id, added)
    this.added.add(added.id)
    return added
  }

  put(entry: RunEntry): void {
    if (!this.entries.has(entry.id)) return
    this.entries.set(entry.id, entry)
    if (!this.added.has(entry.id)) this.changed.add(entry.id)
  }

  drop(id: number): void {
    if (!this.entries.delete(id)) return
    this.changed.delete(id)
    if (!this.added.delete(id)) this.dropped.add(id)
  }

  /** Returns what a transaction has changed, for storage. */
  takeChanges() {
    const read = (ids: ReadonlySet<number>) => [...ids].flatMap((id) => this.entries.get(id) ?? [])
    const taken = {
      added: read(this.added),
      changed: read(this.changed),
      dropped: [...this.dropped],
    }
    for (const ids of [this.added, this.changed, this.dropped]) ids.clear()
    return taken
  }
}

function toRow(entry: RunEntry) {
  const { id, subject } = entry
  const kind = subject.kind === 'archive' ? 'checkpoint' : subject.kind
  return [id, kind, 'group' in subject ? subject.group : null, ...changing(entry)]
}

/** The highest id that an entry ever had. Messages of dropped entries may still come, so that no id is given twice. */
function readLastId(sql: SqlStorage): number {
  const rows = sql.exec<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
  return rows.toArray()[0]?.seq ?? 0
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
