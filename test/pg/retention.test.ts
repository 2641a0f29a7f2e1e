import { expect, test } from 'vitest'

import { openArchive } from '../../src/archive/postgres-archive.ts'
import { readDocument, removeDocument } from '../../src/db/documents.ts'
import { decideExpiry, listExpiries } from '../../src/db/expiries.ts'
import { RunRemoved } from '../../src/db/removed-run.ts'
import {
  type OldRun,
  listOldRuns,
  type OldRunsQuery,
  markRemoved,
  noteEmptied,
  removeRows,
  REMOVED_PARTS,
  type RemovedPart,
} from '../../src/db/retention.ts'
import { writeRun } from '../../src/db/runs.ts'
import { ExternalId, GroupKey, type RunName } from '../../src/protocol/ids.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { deleteCompany } from '../support/deleted-company.ts'
import { archiveOldRun } from '../support/old-run.ts'
import { StoredDocument } from '../support/stored-document.ts'
import { acme, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()
const archive = openArchive(db)

/** The runs of all owners. */
const all = { but: [] }

const REMOVED_AT = '1999-12-31T23:00:00.000Z'

async function mark(...runs: RunName[]): Promise<void> {
  await markRemoved(db, runs, Date.parse(REMOVED_AT))
}

/** Removes all of a part, and returns the number of rows of each slice. */
async function slices(part: RemovedPart, limit: number, ...runs: RunName[]): Promise<number[]> {
  const removed: number[] = []
  do removed.push(await removeRows(db, part, { runs, limit }))
  while (removed.at(-1) === limit)
  return removed
}

async function removeAll(...runs: RunName[]): Promise<void> {
  await mark(...runs)
  for (const part of REMOVED_PARTS) await slices(part, 100, ...runs)
  await noteEmptied(db, runs)
}

const count = (table: string) =>
  `(SELECT count(*)::integer FROM ${table} WHERE owner = $1 AND run_id = $2) AS ${table}`

/** Counts the rows of a run that are left. */
async function left(run: RunName) {
  const [row] = await db.query(
    `SELECT ${['run_jobs', 'run_logs', 'visits'].map(count).join(', ')}`,
    [run.owner, run.run_id],
  )
  return row
}

const whole = { after: null, limit: 100 }
const gone = expect.objectContaining({ name: 'RunRemoved', at: REMOVED_AT })

test('RUN-6: jobs and log go in slices, and the run itself stays', async () => {
  const run = await archiveOldRun(db, { ended_at: '1990-01-01T00:00:00.000Z' })
  await mark(run)
  expect(await slices('lines', 2, run)).toEqual([2, 2, 1])
  expect(await slices('jobs', 5, run)).toEqual([5, 0])
  expect(await left(run)).toEqual({ run_jobs: 0, run_logs: 0, visits: 0 })
  const state = await archive.readRun(run)
  expect(state?.view).toEqual({ ...run.view, removed_at: REMOVED_AT })
})

test('RUN-6: a marked run shows no part of its jobs and its log', async () => {
  const run = await archiveOldRun(db, { ended_at: '1990-01-01T00:00:00.000Z' })
  const name = { group: GroupKey.parse('acme'), external_id: ExternalId.parse('a') }
  expect(await archive.readJobs(run, whole)).toEqual(run.rows)
  expect(await archive.readLines(run, { after: 0, limit: 9 })).toEqual(run.lines)
  expect(await archive.readJob(run, name)).toMatchObject({ external_id: 'a' })
  await mark(run)
  expect(await left(run)).toMatchObject({ run_jobs: 5, run_logs: 5 })
  await expect(archive.readJobs(run, whole)).rejects.toEqual(gone)
  await expect(archive.readLines(run, { after: 0, limit: 9 })).rejects.toThrow(RunRemoved)
  await expect(archive.readJob(run, name)).rejects.toThrow(RunRemoved)
})

test('RUN-6: a second sweep changes nothing, and the first one’s time stays', async () => {
  const run = await archiveOldRun(db, { ended_at: '1990-01-01T00:00:00.000Z' })
  await removeAll(run)
  await markRemoved(db, [run], Date.now())
  for (const part of REMOVED_PARTS) expect(await slices(part, 10, run)).toEqual([0])
  await expect(archive.readJobs(run, whole)).rejects.toEqual(gone)
})

test('DB-2: another owner’s run of the same id stays, and so do an owner’s other runs', async () => {
  const ended_at = '1990-01-01T00:00:00.000Z'
  const run = await archiveOldRun(db, { ended_at })
  const others = [
    await archiveOldRun(db, { ended_at, run_id: run.run_id }),
    await archiveOldRun(db, { ended_at, owner: run.owner }),
  ]
  await removeAll(run)
  for (const other of others) {
    expect(await left(other)).toMatchObject({ run_jobs: 5, run_logs: 5 })
    expect(await archive.readJobs(other, whole)).toEqual(other.rows)
  }
  const stranger = { owner: newOwner(), run_id: run.run_id }
  expect(await archive.readJobs(stranger, whole)).toEqual([])
  expect(await archive.readRun(stranger)).toBeUndefined()
})

test('RUN-6: runs are listed by their end, page by page, if they are archived, old, and not yet emptied', async () => {
  const owner = newOwner()
  const ends = ['1981-01-03', '1981-01-01', '1981-01-02', '1981-01-04', '1981-01-09']
  const runs = []
  for (const day of ends)
    runs.push(await archiveOldRun(db, { owner, ended_at: `${day}T00:00:00.000Z`, jobs: [] }))
  const [third, first, second, emptied] = runs
  if (!third || !first || !second || !emptied) throw new Error('there are five runs')
  await writeRun(db, { owner, seq: 1, view: { ...third.view, run_id: newRunId() } })
  await removeAll(emptied)
  await mark(second)
  const before = Date.parse('1981-01-09T00:00:00.000Z')
  const found: OldRun[] = []
  for (let after: OldRun | null = null; ;) {
    const page: readonly OldRun[] = await listOldRuns(db, { before, of: all, after, limit: 2 })
    found.push(...page.filter((run) => run.owner === owner))
    after = page.at(-1) ?? null
    if (after === null) break
  }
  expect(found.map(({ run_id, marked }) => [run_id, marked])).toEqual([
    [first.run_id, false],
    [second.run_id, true],
    [third.run_id, false],
  ])
  const ids = async (of: OldRunsQuery['of']) =>
    (await listOldRuns(db, { before, of, after: null, limit: 1_000 }))
      .filter((run) => run.owner === owner)
      .map(({ run_id }) => run_id)
  expect(await ids({ owner })).toEqual(found.map(({ run_id }) => run_id))
  expect(await ids({ owner: newOwner() })).toEqual([])
  expect(await ids({ but: [owner, newOwner()] })).toEqual([])
})

test('RUN-6: the time before all times lists none', async () => {
  expect(await listOldRuns(db, { before: -1e18, of: all, after: null, limit: 1 })).toEqual([])
})

test('PLAN-4, RUN-6: visits go with their run, except a company’s newest, and the company is visited on', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  const ended_at = '1990-01-01T00:00:00.000Z'
  const [first, second] = [await archiveOldRun(db, { owner, ended_at }), newRunId()]
  await company.visit(['a', 'b', 'c'], { run_id: first.run_id })
  await company.visit(['a', 'b', 'c'], { run_id: first.run_id })
  await removeAll(first)
  expect(await left(first)).toMatchObject({ visits: 1 })
  await company.visit(['a', 'b'], { run_id: second })
  expect(await company.ids('expired')).toEqual(['c'])
  const { visit } = await company.visit(['a', 'b', 'c'])
  expect([visit, await company.ids('expired')]).toEqual([4, []])
  expect(await slices('visits', 1, first)).toEqual([1, 0])
})

test('RUN-6: the number of a deleted company’s last visit outlives its run', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  const run = await archiveOldRun(db, { owner, ended_at: '1990-01-01T00:00:00.000Z' })
  await company.visit(['a'])
  await company.visit(['a'], { run_id: run.run_id })
  await deleteCompany(db, { owner, slug: acme.slug })
  await removeAll(run)
  expect(await company.begin()).toBe(3)
})

test('RUN-6: the expiries of a removed run are neither listed nor decided', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  const run = await archiveOldRun(db, { owner, ended_at: '1990-01-01T00:00:00.000Z' })
  const { run_id } = run
  await company.visit(['a', 'b', 'c', 'd'])
  await company.visit(['a'], { run_id, rule: { misses: 1, hold_percent: 30 } })
  expect(await listExpiries(db, run)).toMatchObject([{ status: 'held', gone: 3 }])
  await removeAll(run)
  await expect(listExpiries(db, run)).rejects.toEqual(gone)
  const decision = { owner, run_id, company: 'acme', apply: true, by: 'alice', misses: 1 }
  await expect(decideExpiry(db, decision)).rejects.toThrow(RunRemoved)
  expect(await company.ids()).toEqual(['a', 'b', 'c', 'd'])
  const stranger = { ...decision, owner: newOwner() }
  expect(await decideExpiry(db, stranger)).toEqual({ kind: 'unknown' })
})

test('RUN-6: a document keeps the job that its state is in, until it is another run’s', async () => {
  const ended_at = '1990-01-01T00:00:00.000Z'
  const document = await new StoredDocument(db).index('The lease ends.')
  const { owner, run_id, matter, file } = document
  const run = { owner, run_id }
  await archiveOldRun(db, { ...run, ended_at, group: matter, jobs: [file.document_id, 'other'] })
  await removeAll(run)
  expect(await left(run)).toMatchObject({ run_jobs: 1, run_logs: 0 })
  expect(await readDocument(db, document.key)).toMatchObject({ status: 'ready', run_id })
  await db.query(`UPDATE documents SET run_id = $2 WHERE owner = $1`, [owner, newRunId()])
  expect(await slices('jobs', 10, run)).toEqual([1])
})

test('RUN-6: the job that a document kept goes with the document, and no job of a run that is kept', async () => {
  const owner = newOwner()
  const [first, second] = [
    await new StoredDocument(db, { owner }).index('The lease ends.'),
    await new StoredDocument(db, { owner }).index('The deposit is due.'),
  ]
  for (const document of [first, second]) {
    const { run_id, matter: group, file } = document
    const jobs = [file.document_id]
    await archiveOldRun(db, { owner, run_id, group, jobs, ended_at: '1990-01-01T00:00:00.000Z' })
  }
  await removeAll({ owner, run_id: first.run_id })
  for (const document of [first, second]) await removeDocument(db, document.key)
  expect(await left({ owner, run_id: first.run_id })).toMatchObject({ run_jobs: 0 })
  expect(await left({ owner, run_id: second.run_id })).toMatchObject({ run_jobs: 1 })
})

test('RUN-6: small runs share a statement, and none has more rows than the limit', async () => {
  const ended_at = '1990-01-01T00:00:00.000Z'
  const runs = []
  for (let n = 0; n < 4; n += 1) runs.push(await archiveOldRun(db, { ended_at }))
  await mark(...runs)
  expect(await slices('jobs', 7, ...runs)).toEqual([7, 7, 6])
})
