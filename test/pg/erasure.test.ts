import { getTableName, is } from 'drizzle-orm'
import { PgTable } from 'drizzle-orm/pg-core'
import { expect, test } from 'vitest'

import * as documentSchema from '../../src/db/document-schema.ts'
import * as erasureSchema from '../../src/db/erasure-schema.ts'
import {
  allOf,
  dropRemovals,
  forgetRun,
  hasAny,
  ofRun,
  ownedTables,
  readRemovals,
  removeSlice,
  RUN_PARTS,
  type Slice,
} from '../../src/db/erasure.ts'
import { fencedRuns, isAlone, liftFences, setFences } from '../../src/db/fences.ts'
import { filesOf, removeDocuments, removeTexts } from '../../src/db/matter-deletion.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { archiveLines } from '../../src/db/run-logs.ts'
import { writeRun } from '../../src/db/runs.ts'
import * as schema from '../../src/db/schema.ts'
import { visitCompany } from '../../src/db/visits.ts'
import type { Owner } from '../../src/protocol/ids.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'
import { deleteCompany } from '../support/deleted-company.ts'
import { archiveOldRun } from '../support/old-run.ts'
import { StoredDocument } from '../support/stored-document.ts'
import { acme, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

function addedDocument(owner: Owner) {
  return new StoredDocument(db, { owner }).index('The lease ends in May.')
}

const taskOf = (owner: string) => ({ owner, task_id: newRunId() })

/** The tables of the schema that have an owner, and that of the vectors. */
const TABLES = [schema, documentSchema, erasureSchema]
  .flatMap((module) => Object.values(module))
  .filter((value) => is(value, PgTable))
  .map((table) => getTableName(table))

test('DEL-1: the tables of an owner are those of the schema, so that a new one cannot be forgotten', async () => {
  const owned = await ownedTables(db)
  const own = ['fences', 'removals']
  expect(new Set([...owned, ...own, 'chunk_vectors'])).toEqual(
    new Set([...TABLES, 'chunk_vectors']),
  )
  const without = await db.query(
    `SELECT table_name AS name FROM information_schema.tables
     WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND table_name NOT IN (
       SELECT table_name FROM information_schema.columns WHERE column_name = 'owner')`,
    [],
  )
  // What has no owner is nobody's: the list of migrations.
  expect(without.map(({ name }) => String(name)).filter((name) => !/migration/.test(name))).toEqual(
    [],
  )
})

async function countRows(owner: string) {
  const tables = await ownedTables(db)
  const counts = await Promise.all(
    tables.map(async (table) => {
      const [row] = await db.query(
        `SELECT count(*)::integer AS n FROM "${table}" WHERE owner = $1`,
        [owner],
      )
      return [table, Number(row?.['n'])] as const
    }),
  )
  return Object.fromEntries(counts.filter(([, n]) => n > 0))
}

/** Removes slice after slice. Returns how many rows the task has removed then. */
async function removeAll(task: Slice, table: string): Promise<number> {
  const { removed, total } = await removeSlice(db, task, allOf(table))
  return removed < task.limit ? total : removeAll(task, table)
}

test('DEL-1: all rows of an owner go in slices, each counted once, and no row of another', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  await company.visit(['a', 'b', 'c'])
  await addedDocument(owner)
  await archiveOldRun(db, { owner, ended_at: '1990-01-01T00:00:00.000Z' })
  const other = await archiveOldRun(db, { ended_at: '1990-01-01T00:00:00.000Z' })
  const others = await countRows(other.owner)
  const before = await countRows(owner)
  expect(Object.keys(before)).toEqual(
    expect.arrayContaining(['companies', 'documents', 'postings', 'run_jobs', 'run_logs', 'runs']),
  )
  const task = { ...taskOf(owner), limit: 2 }
  for (const table of await ownedTables(db)) {
    expect([table, await removeAll(task, table)]).toEqual([table, before[table] ?? 0])
    expect(await hasAny(db, table, owner)).toBe(false)
  }
  expect(await readRemovals(db, task)).toEqual(before)
  await dropRemovals(db, task)
  expect(await readRemovals(db, task)).toEqual({})
  expect(await countRows(owner)).toEqual({})
  expect(await countRows(other.owner)).toEqual(others)
})

test('DEL-2: nothing is written for a run with a fence, and all is again once the fence is lifted', async () => {
  const run = await archiveOldRun(db, { ended_at: '1990-01-01T00:00:00.000Z' })
  const { owner, run_id } = run
  const task = { ...taskOf(owner), limit: 100 }
  const moment = await setFences(db, task, [run_id])
  expect(await isAlone(db, moment)).toBe(true)
  expect(await fencedRuns(db, task, { after: '', limit: 9 })).toEqual([run_id])
  for (const part of RUN_PARTS) await removeSlice(db, task, ofRun(part, run_id))
  expect(await countRows(owner)).toEqual({})
  const write = async () => {
    await writeRunJobs(db, run, run.rows)
    await archiveLines(db, run, { after: 0, lines: run.lines })
    await writeRun(db, { owner, seq: 99, view: run.view })
    await visitCompany(db, { owner, run_id, company: acme, visit_ms: 1_000 })
    return recorder(db, owner, run_id)(readyRow('late'))
  }
  expect(await write()).toEqual({ won: [], failed: [] })
  expect(await countRows(owner)).toEqual({})
  await liftFences(db, task, [run_id])
  expect((await write()).won).toHaveLength(1)
  expect(await countRows(owner)).toMatchObject({ runs: 1, companies: 1, visits: 1 })
})

test('DEL-1: postings and the newest visit stay without the run’s id', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  const run_id = newRunId()
  const visit = await company.begin(run_id)
  await company.list(visit, 'a', 'b', 'c')
  await company.found(visit, 'a', 'b', 'c')
  await db.query('UPDATE postings SET run_id = $2 WHERE owner = $1', [owner, run_id])
  expect(await forgetRun(db, { owner, run_id }, 2)).toBe(2)
  expect(await forgetRun(db, { owner, run_id }, 2)).toBe(1)
  const named = await db.query(
    `SELECT 1 FROM postings WHERE owner = $1 AND $2 IN (run_id, missed_run)
     UNION ALL SELECT 1 FROM visits WHERE owner = $1 AND run_id = $2`,
    [owner, run_id],
  )
  expect(named).toEqual([])
  expect(await countRows(owner)).toMatchObject({ postings: 3, visits: 1 })
})

test('DEL-4: a deleted company gets no posting of a late result, and a new one of its slug counts on', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  const late = await company.visit(['a'])
  await deleteCompany(db, { owner, slug: 'acme' })
  await company.found(late.visit, 'a', 'b')
  expect(await hasAny(db, 'postings', owner)).toBe(false)
  const visited = await visitCompany(db, {
    owner,
    run_id: newRunId(),
    company: acme,
    visit_ms: 1_000,
  })
  expect(visited?.visit).toBe(late.visit + 1)
})

test('DEL-5: documents go with their texts, attachments and jobs; a file that was replaced meanwhile is met again', async () => {
  const owner = newOwner()
  const document = await addedDocument(owner)
  const task = { ...taskOf(owner), limit: 100 }
  const held = await filesOf(db, { owner }, 20)
  expect(held).toHaveLength(1)
  const changed = held.map((one) => ({ ...one, file_key: 'another' }))
  await removeDocuments(db, task, changed)
  expect(await filesOf(db, { owner, matter: document.matter }, 20)).toEqual(held)
  while ((await removeTexts(db, task, held)) !== undefined);
  await removeDocuments(db, task, held)
  expect(await countRows(owner)).not.toHaveProperty('documents')
  expect(await countRows(owner)).not.toHaveProperty('chunks')
  expect(await readRemovals(db, task)).toMatchObject({ documents: 1 })
})
