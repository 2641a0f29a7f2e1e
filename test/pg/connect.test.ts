import { once } from 'node:events'
import { createServer } from 'node:http'

import { neonConfig } from '@neondatabase/serverless'
import { sql } from 'drizzle-orm'
import { afterEach, expect, inject, test } from 'vitest'

import {
  changeCompany,
  createCompany,
  findCompany,
  listCompanies,
  readCompany,
} from '../../src/db/companies.ts'
import { dropCompany } from '../../src/db/company-deletion.ts'
import { connect, DatabaseUnavailable } from '../../src/db/connect.ts'
import { decideExpiry, listExpiries } from '../../src/db/expiries.ts'
import { knownPages, markListed } from '../../src/db/listed.ts'
import { readAliases } from '../../src/db/posting-aliases.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { listRuns } from '../../src/db/run-list.ts'
import { writeRun } from '../../src/db/runs.ts'
import { endVisit } from '../../src/db/visit-end.ts'
import { visitCompany } from '../../src/db/visits.ts'
import { createGate, type Gate } from '../../src/gate.ts'
import { Company, Slug } from '../../src/protocol/company.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'

const { url } = inject('postgres')

/** Calls `use`, and returns the bodies of all the driver's requests during the call. */
async function requestsOf(use: () => Promise<unknown>): Promise<string[]> {
  const bodies: string[] = []
  neonConfig.fetchFunction = (address: string, init: { body: string }) => {
    bodies.push(init.body)
    return fetch(address, init)
  }
  await use()
  return bodies
}

afterEach(() => {
  neonConfig.fetchFunction = undefined
})

const owner = newOwner()
const run_id = newRunId()
const company = Company.parse({
  slug: 'acme',
  name: 'Acme',
  source: { type: 'greenhouse', board: 'acme' },
})
const view = {
  run_id,
  pipeline: 'ingestion',
  status: 'pending',
  round: 1,
  cursor: 'e.1',
  counts: { total: 0, by_status: {} },
  groups: {},
  watchers: 0,
  created_at: '2026-11-01T10:00:00.000Z',
} as const
const db = openDatabase()
const visit = { owner, company: Slug.parse('acme'), visit: 1 }
const job = { group: 'acme', external_id: '1', title: '', attempt: 1, error: null }

test.for([
  ['recordResults', () => recorder(db, owner)(readyRow('1'), readyRow('2'), readyRow('3'))],
  ['writeRun', () => writeRun(db, { owner, seq: 1, view })],
  [
    'writeRunJobs',
    () => writeRunJobs(db, { owner, run_id }, [{ ...job, status: 'pending', outcome: null }]),
  ],
  ['listRuns', () => listRuns(db, { owner, limit: 5 })],
  ['readPosting', () => readPosting(db, { owner, company: 'acme', external_id: '1' })],
  ['knownPages', () => knownPages(db, visit, ['1', '2'])],
  ['readAliases', () => readAliases(db, visit, ['1', '2'])],
  ['listCompanies', () => listCompanies(db, { owner, limit: 5 })],
  ['readCompany', () => readCompany(db, { owner, slug: 'acme' })],
  ['findCompany', () => findCompany(db, { owner, slug: 'acme' })],
  ['createCompany', () => createCompany(db, { owner, company })],
  ['changeCompany', () => changeCompany(db, { owner, slug: 'acme', name: 'Acme' })],
] as const)('DB-1: %s is one request of one statement', async ([, use]) => {
  const bodies = await requestsOf(use)
  expect(bodies).toHaveLength(1)
  const body: object = JSON.parse(bodies[0] ?? '')
  expect(Object.keys(body)).toEqual(['query', 'params'])
  expect(bodies[0]).not.toMatch(/\bbegin\b/i)
})

const ending = { listing: 'complete', misses: 1, hold_percent: 30 } as const
const decision = { owner, run_id, company: 'acme', apply: true, by: owner, misses: 1 }

test.for([
  ['listPostings', () => listPostings(db, { owner, limit: 5 })],
  ['visitCompany', () => visitCompany(db, { owner, run_id, company, visit_ms: 1_000 })],
  ['markListed', () => markListed(db, visit, [{ external_id: '1', digest: null }])],
  ['endVisit', () => endVisit(db, visit, ending)],
  ['dropCompany', () => dropCompany(db, { owner, slug: 'acme' })],
] as const)('DB-1: %s is one request of two statements, one transaction', async ([, use]) => {
  const bodies = await requestsOf(use)
  expect(bodies).toHaveLength(1)
  const body: object = JSON.parse(bodies[0] ?? '')
  expect(body).toEqual({ queries: [expect.anything(), expect.anything()] })
})

const keysOf = (body: string): string[] => {
  const shape: object = JSON.parse(body)
  return Object.keys(shape)
}

test('DB-1: a run without expiries is looked up by one more statement, since they may have been removed', async () => {
  const single = ['query', 'params']
  const listed = await requestsOf(() => listExpiries(db, { owner, run_id }))
  expect(listed.map(keysOf)).toEqual([single, single])
  const decided = await requestsOf(() => decideExpiry(db, decision))
  expect(decided.map(keysOf)).toEqual([['queries'], single])
})

test('DB-1: markListed compares postings in the same request and transaction', async () => {
  const bodies = await requestsOf(() => markListed(db, visit, [{ external_id: '1', digest: 'ab' }]))
  expect(bodies).toHaveLength(1)
  const body: object = JSON.parse(bodies[0] ?? '')
  expect(body).toEqual({ queries: [expect.anything(), expect.anything(), expect.anything()] })
})

test('a batch is applied as a whole or not at all, and its error says what was wrong', async () => {
  const rows = () => db.query('SELECT slug FROM companies WHERE owner = $1', [owner])
  await createCompany(db, { owner, company })
  const failing = db.batch([
    ['DELETE FROM companies WHERE owner = $1', [owner]],
    ['SELECT $1::int', ['secret']],
  ])
  await expect(failing).rejects.toMatchObject({ code: '22P02' })
  expect(await rows()).toEqual([{ slug: 'acme' }])
})

/** Starts a server that answers every request with `status`, or never. */
async function stranger(status: number | 'silence') {
  const server = createServer((_request, response) => {
    if (status !== 'silence') response.writeHead(status).end('no database')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    endpoint: `http://127.0.0.1:${address.port}/sql`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

test.for([['silence'], [503], [502]] as const)(
  'Postgres behind a server with %s is unavailable, for every kind of statement',
  async ([status]) => {
    await using server = await stranger(status)
    const away = connect({ url, endpoint: server.endpoint, statement_ms: 200 })
    await expect(away.query('SELECT 1', [])).rejects.toBeInstanceOf(DatabaseUnavailable)
    await expect(away.batch([['SELECT 1', []]])).rejects.toBeInstanceOf(DatabaseUnavailable)
    await expect(listRuns(away, { owner, limit: 1 })).rejects.toBeInstanceOf(DatabaseUnavailable)
    const recorded = recorder(away, owner)(readyRow('1'))
    await expect(recorded).rejects.toBeInstanceOf(DatabaseUnavailable)
  },
)

test('Postgres behind a closed port is unavailable, and the cause is kept', async () => {
  const server = await stranger(200)
  await server[Symbol.asyncDispose]()
  const away = connect({ url, endpoint: server.endpoint, statement_ms: 1_000 })
  await expect(away.query('SELECT 1', [])).rejects.toMatchObject({
    name: 'DatabaseUnavailable',
    cause: expect.any(Error),
  })
})

test('a statement that takes too long is unavailable', async () => {
  const slow = connect({ ...inject('postgres'), statement_ms: 100 })
  await expect(slow.query('SELECT pg_sleep(0.5)', [])).rejects.toBeInstanceOf(DatabaseUnavailable)
})

test('a statement waits at the gate before its time-out starts', async () => {
  // This Postgres runs one statement at a time, and may still run the one of the last test.
  await openDatabase().query('SELECT 1', [])
  const narrow = connect({ ...inject('postgres'), statement_ms: 1_000, gate: createGate(1) })
  const asleep = () => narrow.query('SELECT pg_sleep(0.4)', [])
  const all = Promise.all([asleep(), narrow.orm.execute(sql`SELECT pg_sleep(0.4)`), asleep()])
  await expect(all).resolves.toHaveLength(3)
})

test('every kind of statement passes the gate', async () => {
  let passed = 0
  const gate: Gate = (call) => {
    passed += 1
    return call()
  }
  const counted = connect({ ...inject('postgres'), statement_ms: 30_000, gate })
  await counted.query('SELECT 1', [])
  expect(passed).toBe(1)
  await listRuns(counted, { owner, limit: 1 })
  expect(passed).toBe(2)
  await counted.batch([['SELECT 1', []]])
  expect(passed).toBe(3)
})

test('an error of Postgres comes with its code and without the parameters', async () => {
  const here = openDatabase()
  await expect(here.query('SELECT $1::int', ['secret'])).rejects.toMatchObject({ code: '22P02' })
  const broken = { ...view, status: 'none' }
  // @ts-expect-error: no such status, so the database has to refuse it
  const written = writeRun(here, { owner, seq: 1, view: broken })
  await expect(written).rejects.toMatchObject({ code: '23514' })
  await expect(written).rejects.not.toThrow(/2026-11-01/)
})
