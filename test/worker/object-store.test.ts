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
      const run = { run_id: newRunId(), seq: 4, life: { status: 'ingesting' } }
      sql.exec(FIRST_VERSION)
      sql.exec('INSERT INTO run (id, version, data) VALUES (1, 1, ?)', JSON.stringify(run))
      sql.exec("INSERT INTO groups VALUES (0, 'a', 'closed', 3, 2, 1, 0, 0, NULL)")
      sql.exec("INSERT INTO outbox VALUES (5, 'flight', 0, '[0,1]', 'sent', 9, 1, 0)")
      for (const opened of [openSqlStore(storage), openSqlStore(storage)]) {
        expect(opened.readRun()).toEqual(run)
        expect(opened.readGroup(0)).toMatchObject({ key: 'a', found: 3, flight_jobs: null })
        expect(opened.readEntries()).toMatchObject([
          { id: 5, subject: { kind: 'flight', group: 0, jobs: [0, 1] }, waits: null },
        ])
        expect(opened.readLines(0, 1)).toEqual([])
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
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, grp INTEGER, jobs TEXT,
    state TEXT NOT NULL, due INTEGER NOT NULL, sends INTEGER NOT NULL, lease INTEGER NOT NULL);
`
