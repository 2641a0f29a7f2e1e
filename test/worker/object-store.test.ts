import { describe, expect, it } from 'vitest'

import { openSqlStore } from '../../src/durable/store/sql-store.ts'
import { storeContract } from '../support/store-contract.ts'
import { newRunId, stubOf, within } from './object.ts'

storeContract("in the object's SQLite", (test) =>
  within(stubOf(newRunId()), (_, { storage }) =>
    test(openSqlStore(storage), () => openSqlStore(storage)),
  ),
)

describe('tables of an earlier version', () => {
  it('are brought to this one, with what they hold', async () => {
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
        expect(opened.readJobs(0, [0])).toMatchObject([
          { title: 'X', added: 3, titled: 3, seq: 4, told: 4, progress: null, message: null },
        ])
        expect(opened.readEntries()).toMatchObject([
          { id: 5, subject: { kind: 'flight', group: 0, jobs: [0, 1] }, waits: null },
        ])
        expect(opened.readLines(0, 1)).toEqual([])
        expect(opened.lastKept()).toBe(0)
        expect(opened.isTokenRevoked('a')).toBe(false)
        expect(opened.readTombstone()).toBeUndefined()
      }
    })
  })

  it('RUN-1: owe a checkpoint once more where their run has ended, before it is archived', async () => {
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
