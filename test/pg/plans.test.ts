import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { fill, SMALL_OWNER } from '../../bench/size/fill.ts'
import { HOT_CALLS, type HotCall } from '../../bench/size/hot-statements.ts'
import { vectorIndex } from '../../src/db/chunk-stages.ts'
import { connect, type Database, type Statement } from '../../src/db/connect.ts'
import { listOldRuns, markRemoved, noteEmptied, removeRows } from '../../src/db/retention.ts'
import { Owner, RunId } from '../../src/protocol/ids.ts'
import { indexesOf, planOf, recordStatements, scansOf } from '../support/plans.ts'
import { startPostgres } from '../support/postgres.ts'

/** Enough rows that Postgres would rather read a table than do without its index. */
const SIZES = { postings: 5_000, run_jobs: 10_000, chunks: 4_000, vectors: 400, runs: 1_000 }

let postgres: Awaited<ReturnType<typeof startPostgres>>
let db: Database

beforeAll(async () => {
  postgres = await startPostgres(1)
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  await fill(client, SIZES)
  // Of the runs of a database only a few are old.
  await client.query(`UPDATE runs SET ended_at = created_at + interval '1 day'`)
  await client.query('VACUUM ANALYZE runs')
  await client.end()
  db = connect({ ...postgres, statement_ms: 60_000 })
})

afterAll(() => postgres.stop())

const isSetting = ([text]: Statement): boolean => text.startsWith('SET LOCAL')

/** The plan of each statement that can have one, with the settings that its transaction makes before it. */
async function plansOf(call: (given: Database) => Promise<unknown>) {
  const requests = await recordStatements(() => call(db))
  const plans: Awaited<ReturnType<typeof planOf>>[] = []
  for (const request of requests) {
    for (const statement of request.filter((one) => !isSetting(one)))
      plans.push(await planOf(db, statement, request.filter(isSetting)))
  }
  return plans
}

describe('DB-2: a hot statement begins each table with its key', () => {
  test.for(HOT_CALLS)('$name', async ({ call }) => {
    const plans = await plansOf(call)
    expect(plans.length).toBeGreaterThan(0)
    expect(plans.flatMap(scansOf)).toEqual([])
  })
})

const named = (name: string) => {
  const found = HOT_CALLS.find((hot) => hot.name === name)
  if (found === undefined) throw new Error(`there is no hot call “${name}”`)
  return found.call
}

test.for<[string, string]>([
  ['postings: status=expired', 'postings_by_status'],
  ['postings: the first page', 'postings_newest'],
  ['postings: q without hits', 'postings_title'],
  ['postings: q without hits', 'postings_words'],
  ['postings: q that few descriptions have', 'postings_words'],
  ['postings: a country that few are in', 'postings_facets'],
  ['postings: status=closed', 'postings_closing'],
  ['postings: changed since', 'postings_changed'],
  ['postings: facets of a country that few are in', 'postings_facets'],
  ['runs: a status that none has', 'runs_by_status'],
  ['runs: a pipeline that none has', 'runs_by_pipeline'],
  ['runs: a label that few have', 'runs_by_tag'],
  ['runs: a group that none has', 'runs_by_tag'],
  ['runs: a name that none has', 'runs_newest'],
  ['runs: with problems', 'runs_with_problems'],
  ['failures by code', 'run_jobs_failed'],
  ['archived jobs: the first page', 'run_jobs_place'],
  ['archived jobs: a page in the middle', 'run_jobs_place'],
  ['archived jobs: a page of the last group', 'run_jobs_place'],
  ['archived jobs: those that failed', 'run_jobs_unready'],
  ['documents', 'documents_newest'],
  ['search: a rare word', 'chunks_words_of_owner'],
])('DB-2: “%s” is read by %s', async ([name, index]) => {
  const plans = await plansOf(named(name))
  expect(plans.flatMap(indexesOf)).toContain(index)
})

describe('RUN-6: the sweep reads no table whole', () => {
  // The calls take effect, on a run that no other test reads.
  const run = { owner: Owner.parse(SMALL_OWNER), run_id: RunId.parse('1'.padStart(32, '0')) }
  const runs = [run]
  const before = Date.parse('2026-01-02T01:00:00Z')
  const after = { ...run, ended_at: '2026-01-02T00:00:00Z', marked: false }

  test.for<[string, HotCall['call'], string]>([
    [
      'old runs',
      (given) => listOldRuns(given, { before, of: { but: [] }, after: null, limit: 50 }),
      'runs_to_remove',
    ],
    [
      'old runs after one',
      (given) => listOldRuns(given, { before, of: { but: [] }, after, limit: 50 }),
      'runs_to_remove',
    ],
    ['a mark', (given) => markRemoved(given, runs, Date.now()), 'runs_owner_run_id_pk'],
    ['visits', (given) => removeRows(given, 'visits', { runs, limit: 2_000 }), 'visits_run'],
    [
      'changes of postings',
      (given) => removeRows(given, 'changes', { runs, limit: 2_000 }),
      'posting_changes_run',
    ],
    [
      'log lines',
      (given) => removeRows(given, 'lines', { runs, limit: 2_000 }),
      'run_logs_owner_run_id_seq_pk',
    ],
    [
      'jobs',
      (given) => removeRows(given, 'jobs', { runs, limit: 2_000 }),
      'run_jobs_owner_run_id_group_external_id_pk',
    ],
    ['an end', (given) => noteEmptied(given, runs), 'runs_owner_run_id_pk'],
  ])('%s', async ([, call, index]) => {
    const plans = await plansOf(call)
    expect(plans.flatMap(indexesOf)).toContain(index)
    // A sort would read all of a run for each slice of it.
    expect(plans.flat().map((node) => node['Node Type'])).not.toContain('Sort')
    const scans = plans.flatMap(scansOf).filter((scan) => !scan.includes('runs_to_remove'))
    expect(scans).toEqual([])
  })
})

test('a search by meaning fits the index of its vectors', async ({ skip }) => {
  const index = await vectorIndex(db)
  if (index === undefined) skip('this Postgres has no pgvector')
  const [[...request] = []] = await recordStatements(() => named('search by meaning')(db))
  const statement = request.pop()
  if (statement === undefined) throw new Error('nothing was sent')
  const forced = ['seqscan', 'bitmapscan', 'sort'].map((way): Statement => [
    `SET LOCAL enable_${way} = off`,
    [],
  ])
  const name = index === 'halfvec' ? 'chunk_vectors_near_half' : 'chunk_vectors_near'
  expect(indexesOf(await planOf(db, statement, [...request, ...forced]))).toContain(name)
})

test.for<[string, string]>([
  // The index of failures has the failed jobs of all runs.
  ['archived jobs: those that failed', 'run_jobs_unready, run_jobs_failed'],
  // The list's own index has the status too, behind the time.
  ['runs: a status that none has', 'runs_by_status, runs_newest'],
])('without its index “%s” would read more than its rows', async ([name, index]) => {
  const [request = []] = await recordStatements(() => named(name)(db))
  const statement = request.find((one) => !isSetting(one))
  if (statement === undefined) throw new Error('nothing was sent')
  const [text, params] = statement
  const client = new Client({ connectionString: postgres.url })
  await client.connect()
  const rowsRead = async () => {
    const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, [...params])
    return rows
  }
  await client.query('BEGIN')
  const having = await rowsRead()
  await client.query(`DROP INDEX ${index}`)
  const lacking = await rowsRead()
  await client.query('ROLLBACK')
  await client.end()
  expect(JSON.stringify(having)).not.toMatch(/Rows Removed by Filter":[1-9]/)
  expect(JSON.stringify(lacking)).toMatch(/Rows Removed by Filter":[1-9]/)
})
