import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'

import { connect, type Database } from '../../src/db/connect.ts'
import { searchWords } from '../../src/db/document-search.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { listsFrom, type ReadList, type SeenRun } from '../../src/db/replica.ts'
import { listRuns } from '../../src/db/run-list.ts'
import { writeRun } from '../../src/db/runs.ts'
import type { RunStatus } from '../../src/protocol/status.ts'
import { newOwner, newRunId, readyRow, recorder } from '../support/database.ts'
import { startNeonProxy } from '../support/neon-proxy.ts'
import { startPlainPostgres } from '../support/plain-postgres.ts'

/**
 * Two databases behind one address. The second one stands for a replica: a test writes to it what the replica has
 * taken over so far.
 */
let primary: Database
let replica: Database
let stop: () => Promise<void>

const statement_ms = 30_000
const REST_MS = 5_000

beforeAll(async () => {
  const second = await startPlainPostgres()
  const proxy = await startNeonProxy([inject('postgres'), second])
  const open = (url: string) => connect({ url, endpoint: proxy.url, statement_ms })
  primary = open(inject('postgres').url)
  replica = open(second.url)
  stop = async () => {
    await proxy.stop()
    await second.stop()
  }
})

afterAll(() => stop())

const lines: unknown[] = []
let now = 0
const log = (...line: unknown[]) => void lines.push(line)

beforeEach(() => {
  lines.length = 0
  now = 0
})

const listing = (databases: { readonly replica: Database | undefined }): ReadList =>
  listsFrom({ primary, rest_ms: REST_MS, log, now: () => now, ...databases })

const owner = newOwner()

/** A run, and its state at a seq. */
function stateOf(run_id = newRunId()) {
  return (seq: number, status: RunStatus) => ({
    owner,
    seq,
    view: {
      run_id,
      pipeline: 'ingestion',
      status,
      round: 1,
      cursor: `e.${seq}`,
      counts: { total: 0, by_status: {} },
      groups: {},
      watchers: 0,
      created_at: '2026-11-01T10:00:00.000Z',
    },
  })
}

/** The statuses of all runs of the owner, as a caller who has seen this is shown them. */
async function statuses(readList: ReadList, seen?: SeenRun): Promise<(string | undefined)[]> {
  const caller = { owner, seen }
  const listed = await readList(caller, (from) => listRuns(from, { owner, limit: 50 }))
  if (listed.kind !== 'page') throw new Error(listed.kind)
  return listed.page.runs.map(({ status }) => status)
}

test('DB-4: a list shows no earlier state of a run than its caller has seen', async () => {
  const run_id = newRunId()
  const at = stateOf(run_id)
  const readList = listing({ replica })
  await writeRun(primary, at(3, 'ingesting'))
  // The replica does not have the run yet.
  expect(await statuses(readList)).toEqual([])
  expect(await statuses(readList, { run_id, seq: 0 })).toEqual(['ingesting'])
  await writeRun(replica, at(3, 'ingesting'))
  await writeRun(primary, at(9, 'finished'))
  expect(await statuses(readList)).toEqual(['ingesting'])
  expect(await statuses(readList, { run_id, seq: 3 })).toEqual(['ingesting'])
  expect(await statuses(readList, { run_id, seq: 4 })).toEqual(['finished'])
  expect(await statuses(readList, { run_id, seq: 9 })).toEqual(['finished'])
  await writeRun(replica, at(9, 'finished'))
  // The replica alone answers now: what the primary writes next is not shown.
  await writeRun(primary, at(10, 'aborted'))
  expect(await statuses(readList, { run_id, seq: 9 })).toEqual(['finished'])
  expect(lines).toEqual([])
})

test("DB-4: another owner's run says nothing of this owner's lists", async () => {
  const run_id = newRunId()
  await writeRun(replica, { ...stateOf(run_id)(9, 'finished'), owner: newOwner() })
  const from: Database[] = []
  const readList = listing({ replica })
  await readList({ owner, seen: { run_id, seq: 1 } }, async (db) => void from.push(db))
  expect(from).toEqual([primary])
})

test('DB-4: postings and passages that a finished run stored are listed although the replica lags', async () => {
  const run_id = newRunId()
  await writeRun(primary, stateOf(run_id)(5, 'finished'))
  await recorder(primary, owner, run_id)(readyRow('lagging'))
  const readList = listing({ replica })
  const postings = async (seen?: SeenRun) => {
    const query = { owner, limit: 5 }
    const listed = await readList({ owner, seen }, (from) => listPostings(from, query))
    return listed.kind === 'page' ? listed.page.postings.map((one) => one.external_id) : []
  }
  expect(await postings()).toEqual([])
  expect(await postings({ run_id, seq: 5 })).toEqual(['lagging'])

  // A search sends two statements, and both go to the database that the guard chose.
  const asked: Database[] = []
  const search = async (from: Database) => {
    asked.push(from)
    return searchWords(from, { owner, limit: 5 }, 'anything')
  }
  await readList({ owner, seen: { run_id, seq: 5 } }, search)
  await readList({ owner }, search)
  expect(asked).toEqual([primary, replica])
})

test('DB-4: without a replica every list comes from the primary', async () => {
  const from: Database[] = []
  await listing({ replica: undefined })({ owner }, async (db) => void from.push(db))
  expect(from).toEqual([primary])
})

test.for([
  ['is away', () => connect({ url: 'postgres://nobody@127.0.0.1:9/none', statement_ms: 500 })],
  ['lacks a table', () => withoutTable(replica)],
] as const)(
  'DB-4: a replica that %s is left alone for a while, and the log says so',
  async ([, broken]) => {
    let tries = 0
    const failing = broken()
    const readList = listing({ replica: failing })
    const read = () =>
      readList({ owner, seen: { run_id: newRunId(), seq: 1 } }, async (from) => {
        if (from === failing) tries += 1
        return listRuns(from, { owner, limit: 1 })
      })
    await expect(read()).resolves.toMatchObject({ kind: 'page' })
    expect(logged()).toBe(1)
    now = REST_MS - 1
    await read()
    expect(logged()).toBe(1)
    now = REST_MS
    await read()
    expect(logged()).toBe(2)
    // Its guard failed each time, so that no list was asked of it.
    expect(tries).toBe(0)
  },
)

/** The number of lines of the log about the replica. */
function logged(): number {
  return lines.filter((line) => JSON.stringify(line).includes('the read replica failed')).length
}

/** A replica that has not yet taken over a migration. */
function withoutTable(db: Database): Database {
  return {
    ...db,
    query: (text, params) => db.query(text.replaceAll('runs', 'runs_of_tomorrow'), params),
  }
}

test('an error of the primary itself is thrown', async () => {
  const readList = listing({ replica })
  const broken = readList({ owner }, (from) => from.query('SELECT $1::int', ['word']))
  await expect(broken).rejects.toMatchObject({ code: '22P02' })
})
