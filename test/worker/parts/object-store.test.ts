import { describe, expect, it, vi } from 'vitest'

import { openSqlStore } from '../../../src/durable/run/store/sql-store.ts'
import { storeContract } from '../../support/store-contract.ts'
import { begin, group, insert, job, run as stored } from '../../support/stored-run.ts'
import { newRunId, stubOf, within } from '../object.ts'

storeContract("in the object's SQLite", (test) =>
  within(stubOf(newRunId()), (_, { storage }) =>
    test(openSqlStore(storage), () => openSqlStore(storage)),
  ),
)

/** Counts the rows that the statements of some work read. */
function rowsRead(sql: SqlStorage, work: () => void): number {
  const exec = vi.spyOn(sql, 'exec')
  work()
  const read = exec.mock.results.map(({ value }) => value?.rowsRead ?? 0)
  exec.mockRestore()
  return read.reduce((sum, rows) => sum + rows, 0)
}

describe('rows that are read', () => {
  it('are none for what is asked in each transaction and each poll, however many groups and jobs there are', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const store = openSqlStore(storage)
      begin(store)
      const groups = Array.from({ length: 1_000 }, (__, i) => group(i + 2, { found: 1 }))
      store.transaction(() => store.insertGroups(groups.map((one) => ({ group: one, input: '' }))))
      insert(
        store,
        groups.map(({ ord }) => job(ord, 0)),
      )
      const ask = (): void => {
        expect(store.undispatchedJobs(9)).toHaveLength(9)
        expect(store.groupsSince(0)).toHaveLength(1_002)
        expect(store.countJobs()).toHaveLength(1_000)
        store.transaction(() => store.writeGroup(group(2, { found: 1, dispatched: 1 })))
      }
      expect(rowsRead(storage.sql, ask)).toBeGreaterThan(1_000)
      expect(rowsRead(storage.sql, ask)).toBeLessThan(10)
    })
  })
})

describe('rows that are written', () => {
  it('are one for each job that is added, with the attempt that an earlier version must not grant again', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const { sql } = storage
      const store = openSqlStore(storage)
      begin(store)
      const exec = vi.spyOn(sql, 'exec')
      store.insertJobs([job(0, 0), job(0, 1)])
      const written = exec.mock.results.map(({ value }) => value?.rowsWritten ?? 0)
      exec.mockRestore()
      expect(written.reduce((sum, rows) => sum + rows, 0)).toBe(2)
      const rows = sql.exec('SELECT attempt, attempts FROM jobs').toArray()
      expect(rows).toEqual([0, 1].map(() => ({ attempt: 1, attempts: '[]' })))
      expect(store.readJobs(0, [0, 1])).toEqual([job(0, 0), job(0, 1)])
      expect(store.changesSince(0)).toMatchObject([{ attempt: 0 }, { attempt: 0 }])
    })
  })
})

describe('tables of an earlier version', () => {
  it('are brought to this version with their rows', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const { sql } = storage
      const run = { run_id: newRunId(), seq: 4, added_seq: 3, life: { status: 'ingesting' } }
      sql.exec(FIRST_VERSION)
      sql.exec('INSERT INTO run (id, version, data) VALUES (1, 1, ?)', JSON.stringify(run))
      sql.exec("INSERT INTO groups VALUES (0, 'a', 'closed', 3, 2, 1, 0, 0, NULL)")
      sql.exec(
        "INSERT INTO jobs VALUES (0, 0, 'x', 'ready', 4, 3, 1, 0, 0, 'new', NULL, 'X', NULL, '{}')",
      )
      sql.exec("INSERT INTO outbox VALUES (5, 'flight', 0, '[0,1]', 'sent', 9, 1, 0)")
      for (const opened of [openSqlStore(storage), openSqlStore(storage)]) {
        expect(opened.readRun()).toEqual({ ...run, titled_seq: 3 })
        expect(opened.readGroup(0)).toMatchObject({ key: 'a', found: 3, flight_jobs: null, seq: 4 })
        expect(opened.readGroup(0)).toMatchObject({ title: null })
        expect(opened.readJobs(0, [0])).toMatchObject([
          { title: 'X', added: 3, titled: 3, seq: 4, told: 4, progress: null, message: null },
        ])
        expect(opened.readEntries()).toMatchObject([
          { id: 5, subject: { kind: 'flight', group: 0, jobs: [0, 1] }, waits: null },
        ])
        expect(opened.readLines(0, 1)).toEqual([])
        expect(opened.isTokenRevoked('a')).toBe(false)
        expect(opened.readTombstone()).toBeUndefined()
      }
    })
  })

  it('stay complete when a deployment is rolled back and repeated', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const titled = group(0, { title: 'Acme Ltd' })
      begin(openSqlStore(storage))
      const store = openSqlStore(storage)
      store.transaction(() => store.writeGroup(titled))
      storage.sql.exec('UPDATE run SET version = 4')
      expect(openSqlStore(storage).readRun()).toEqual(stored)
      expect(openSqlStore(storage).readGroups()).toEqual([titled, group(1)])
    })
  })

  it('RUN-1: owe a checkpoint again if their run has ended, before the archive', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const ended = { status: 'finished', started_at: 1, ended_at: 2 }
      const run = { run_id: newRunId(), seq: 4, added_seq: 3, life: ended }
      storage.sql.exec(FIRST_VERSION)
      storage.sql.exec('INSERT INTO run (id, version, data) VALUES (1, 1, ?)', JSON.stringify(run))
      for (const opened of [openSqlStore(storage), openSqlStore(storage)]) {
        expect(opened.readRun()).toMatchObject(run)
        expect(opened.readEntries()).toMatchObject([
          { subject: { kind: 'checkpoint' }, state: 'sent', due: 1 },
        ])
      }
    })
  })

  it('RUN-3: show groups that an abort ended as aborted, also after that version ran again for a while', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const { sql } = storage
      const snapshot = { total: 0, groups_closed: 1, groups_failed: 3 }
      const tally = { jobs: {}, groups_open: 0, groups_closed: 1, groups_failed: 3 }
      const run = { run_id: newRunId(), seq: 4, tally, life: { status: 'aborted', snapshot } }
      sql.exec(FIRST_VERSION)
      sql.exec('INSERT INTO run (id, version, data) VALUES (1, 1, ?)', JSON.stringify(run))
      const reasons = [null, { code: 'aborted' }, { code: 'gone' }, { code: 'aborted' }]
      for (const [ord, reason] of reasons.entries())
        sql.exec(
          'INSERT INTO groups VALUES (?, ?, ?, 0, 0, 1, 0, 0, ?)',
          ord,
          `group ${ord}`,
          reason === null ? 'closed' : 'failed',
          reason === null ? null : JSON.stringify(reason),
        )
      for (let time = 0; time < 2; time += 1) {
        const opened = openSqlStore(storage)
        expect(opened.readRun()).toMatchObject({
          tally: { ...tally, groups_failed: 1, groups_aborted: 2 },
          life: { status: 'aborted', snapshot: { ...snapshot, groups_failed: 1 } },
        })
        expect(opened.readGroups()).toMatchObject([
          { status: 'closed', gone: null },
          { status: 'aborted', reason: { code: 'aborted' } },
          { status: 'failed', reason: { code: 'gone' } },
          { status: 'aborted', gone: null },
        ])
        sql.exec('UPDATE run SET version = 4')
      }
    })
  })

  it('RUN-3: give a live run no snapshot', async () => {
    await within(stubOf(newRunId()), (_, { storage }) => {
      const tally = { jobs: {}, groups_open: 0, groups_closed: 1, groups_failed: 1 }
      const run = { run_id: newRunId(), seq: 4, tally, life: { status: 'ingesting' } }
      storage.sql.exec(FIRST_VERSION)
      storage.sql.exec('INSERT INTO run (id, version, data) VALUES (1, 1, ?)', JSON.stringify(run))
      storage.sql.exec(
        `INSERT INTO groups VALUES (0, 'a', 'failed', 0, 0, 1, 0, 0, '{"code":"aborted"}')`,
      )
      const opened = openSqlStore(storage).readRun()
      expect(opened).toMatchObject({ tally: { groups_failed: 0, groups_aborted: 1 } })
      expect(opened?.life).toEqual({ status: 'ingesting' })
    })
  })
})

const FIRST_VERSION = `
  CREATE TABLE run (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, data TEXT NOT NULL);
  CREATE TABLE groups (
    ord INTEGER PRIMARY KEY, key TEXT NOT NULL, status TEXT NOT NULL, found INTEGER NOT NULL,
    dispatched INTEGER NOT NULL, attempt INTEGER NOT NULL, failures INTEGER NOT NULL,
    losses INTEGER NOT NULL, reason TEXT);
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
