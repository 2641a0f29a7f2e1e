import { expect, test } from 'vitest'

import { decideExpiry, listExpiries } from '../../src/db/expiries.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const cautious = { misses: 1, hold_percent: 30 }
const iso = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** A company whose run would expire three of four postings. */
async function held() {
  const company = new VisitedCompany(db)
  const run_id = newRunId()
  await company.visit(['a', 'b', 'c', 'd'])
  const { visit } = await company.visit(['a'], { run_id, rule: cautious })
  const decide = (apply: boolean, run: string = run_id) =>
    decideExpiry(db, {
      owner: company.owner,
      run_id: run,
      company: 'acme',
      apply,
      by: 'alice',
      misses: 1,
    })
  const list = () => listExpiries(db, { owner: company.owner, run_id })
  return { company, run_id, visit, decide, list }
}

const view = {
  company: 'acme',
  visit: 2,
  status: 'held',
  gone: 3,
  open: 4,
  sample: ['b', 'c', 'd'].map((id) => ({ external_id: id, title: `${id} of 1` })),
  decided_at: null,
}

test('a held expiry is shown with the postings that would expire', async () => {
  const { list } = await held()
  expect(await list()).toEqual([view])
})

test('a held expiry that is applied expires its postings once', async () => {
  const { company, decide, list } = await held()
  const applied = { ...view, status: 'applied', decided_at: iso }
  expect(await decide(true)).toEqual({ kind: 'decided', expiry: applied })
  expect(await company.ids('expired')).toEqual(['b', 'c', 'd'])
  expect(await list()).toEqual([applied])
  for (const again of [true, false])
    expect(await decide(again)).toEqual({ kind: 'decided_already', expiry: applied })
  const who = await db.query(
    'SELECT decided_by FROM visits WHERE owner = $1 AND decided_by IS NOT NULL',
    [company.owner],
  )
  expect(who).toEqual([{ decided_by: 'alice' }])
})

test('an expiry that is dropped expires nothing, and the next run holds it again', async () => {
  const { company, decide, list } = await held()
  const dropped = { ...view, status: 'dropped', decided_at: iso }
  expect(await decide(false)).toEqual({ kind: 'decided', expiry: dropped })
  expect(await list()).toEqual([dropped])
  expect(await company.ids('expired')).toEqual([])
  const { expiry } = await company.visit(['a'], { rule: cautious })
  expect(expiry).toEqual({ kind: 'held', gone: 3, open: 4 })
})

test('a repeated end of a decided visit is held as before', async () => {
  const { company, visit, decide } = await held()
  await decide(true)
  expect(await company.end(visit)).toEqual({ kind: 'held', gone: 3, open: 4 })
})

test('only one of two simultaneous decisions is made', async () => {
  const { decide, list } = await held()
  const said = await Promise.all([decide(true), decide(false), decide(true)])
  expect(said.map(({ kind }) => kind).toSorted()).toEqual([
    'decided',
    'decided_already',
    'decided_already',
  ])
  const made = said.find(({ kind }) => kind === 'decided')
  expect(await list()).toEqual(made && 'expiry' in made ? [made.expiry] : [])
})

test('no decision is made after a newer visit has begun', async () => {
  const { company, decide, list } = await held()
  await company.begin()
  expect(await decide(true)).toEqual({ kind: 'superseded' })
  expect(await list()).toEqual([{ ...view, status: 'superseded' }])
  expect(await company.ids('expired')).toEqual([])
})

test('a decision stays after a newer visit', async () => {
  const { company, decide, list } = await held()
  await decide(true)
  await company.begin()
  expect(await decide(true)).toMatchObject({ kind: 'decided_already' })
  expect(await list()).toMatchObject([{ status: 'applied' }])
})

test('PLAN-4: an applied expiry spares the postings that an overlapping visit found after the hold', async () => {
  const company = new VisitedCompany(db)
  const run_id = newRunId()
  await company.visit(['a', 'b', 'c', 'd'])
  const older = await company.begin()
  const newer = await company.begin(run_id)
  await company.list(newer, 'a')
  expect(await company.end(newer, 'complete', cautious)).toMatchObject({ kind: 'held', gone: 3 })
  await company.list(older, 'b')
  const { owner } = company
  const decision = { owner, run_id, company: 'acme', apply: true, by: 'alice', misses: 1 }
  expect(await decideExpiry(db, decision)).toMatchObject({ expiry: { gone: 2, open: 4 } })
  expect(await company.ids()).toEqual(['a', 'b'])
  await company.list(older, 'c')
  expect(await company.ids()).toEqual(['a', 'b', 'c'])
})

test('an expiry without a hold is shown, and cannot be decided', async () => {
  const company = new VisitedCompany(db)
  const run_id = newRunId()
  await company.visit(['a', 'b'])
  await company.visit(['a'], { run_id })
  const scope = { owner: company.owner, run_id }
  expect(await listExpiries(db, scope)).toMatchObject([
    { status: 'applied', gone: 1, decided_at: null, sample: [{ external_id: 'b' }] },
  ])
  const decision = { ...scope, company: 'acme', apply: true, by: 'alice', misses: 1 }
  expect(await decideExpiry(db, decision)).toMatchObject({ kind: 'decided_already' })
})

test('a run’s last visit of a company counts', async () => {
  const { company, run_id, decide, list } = await held()
  await company.visit(['a', 'b', 'c', 'd'], { run_id })
  expect(await list()).toEqual([])
  expect(await decide(true)).toEqual({ kind: 'unknown' })
})

test('a sample has at most ten postings', async () => {
  const company = new VisitedCompany(db)
  const run_id = newRunId()
  await company.visit(Array.from({ length: 14 }, (_, n) => `id-${n}`))
  await company.visit([], { run_id, rule: cautious })
  const [expiry] = await listExpiries(db, { owner: company.owner, run_id })
  expect(expiry?.gone).toBe(14)
  expect(expiry?.sample).toHaveLength(10)
})

test('DB-2: the expiry of another owner, run or company is not found', async () => {
  const { company, run_id, decide } = await held()
  expect(await listExpiries(db, { owner: newOwner(), run_id })).toEqual([])
  expect(await decide(true, newRunId())).toEqual({ kind: 'unknown' })
  const decision = { owner: company.owner, run_id, apply: true, by: 'alice', misses: 1 }
  expect(await decideExpiry(db, { ...decision, company: 'glo\0bex' })).toEqual({ kind: 'unknown' })
  const stranger = { ...decision, owner: newOwner(), company: 'acme' }
  expect(await decideExpiry(db, stranger)).toEqual({ kind: 'unknown' })
  expect(await company.ids('expired')).toEqual([])
})
