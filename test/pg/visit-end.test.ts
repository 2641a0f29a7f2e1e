import { expect, test } from 'vitest'

import { decideExpiry } from '../../src/db/expiries.ts'
import { newRunId, openDatabase } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const many = (count: number) => Array.from({ length: count }, (_, n) => `id-${n}`)

test('PLAN-4: a posting that is missing from a complete listing expires, and is open again when it comes back', async () => {
  const company = new VisitedCompany(db)
  expect(await company.visit(['a', 'b', 'c'])).toMatchObject({
    expiry: { kind: 'applied', gone: 0, open: 3 },
  })
  const second = await company.visit(['a', 'c'])
  expect(second.expiry).toEqual({ kind: 'applied', gone: 1, open: 3 })
  expect(await company.row('b')).toMatchObject({ status: 'expired', dated: true, missed_visit: 2 })
  expect(await company.ids()).toEqual(['a', 'c'])

  const third = await company.begin()
  await company.list(third, 'a', 'b', 'c')
  const { won } = await company.found(third, 'b')
  expect(won).toMatchObject([{ outcome: 'changed' }])
  expect(await company.end(third)).toEqual({ kind: 'applied', gone: 0, open: 3 })
  const back = { status: 'open', misses: 0, missed_visit: null, dated: false, visit: 3 }
  expect(await company.row('b')).toMatchObject(back)
})

test('PLAN-4: a posting whose crawl failed is listed nevertheless, and stays', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  const visit = await company.begin()
  await company.list(visit, 'a', 'b')
  await company.found(visit, 'a')
  expect(await company.end(visit)).toMatchObject({ gone: 0 })
  expect(await company.ids()).toEqual(['a', 'b'])
})

test('PLAN-4: an incomplete listing expires nothing and returns nothing', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  const visit = await company.begin()
  expect(await company.end(visit, 'incomplete')).toBeUndefined()
  expect(await company.end(visit, 'complete')).toBeUndefined()
  expect(await company.row('a')).toMatchObject({ status: 'open', misses: 0 })
})

test('PLAN-4: a visit that is not the newest any more expires nothing', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  const older = await company.begin()
  const newer = await company.begin()
  expect(await company.end(older)).toEqual({ kind: 'superseded' })
  expect(await company.ids()).toEqual(['a', 'b'])
  await company.list(newer, 'a')
  expect(await company.end(newer)).toMatchObject({ kind: 'applied', gone: 1 })
  expect(await company.end(older)).toEqual({ kind: 'superseded' })
})

test('PLAN-4: postings that an overlapping visit has listed or written are not missing', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['listed', 'neither', 'own', 'written'])
  const older = await company.begin()
  const newer = await company.begin()
  await company.list(older, 'listed')
  await company.found(older, 'written')
  await company.list(newer, 'own')
  expect(await company.end(newer)).toMatchObject({ gone: 1, open: 4 })
  expect(await company.ids('expired')).toEqual(['neither'])
})

test('PLAN-4: a posting that an overlapping visit lists later is open again, and that visit writes it', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  const older = await company.begin()
  const newer = await company.begin()
  await company.list(newer, 'a')
  await company.end(newer)
  expect(await company.ids()).toEqual(['a'])
  await company.list(older, 'a', 'b')
  expect(await company.ids()).toEqual(['a', 'b'])
  await company.found(older, 'b')
  expect(await company.row('b')).toMatchObject({ title: `b of ${older}`, visit: older })
})

test('JOB-4: a late result of an earlier visit does not open a posting that a later visit missed', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  const slow = await company.begin()
  await company.list(slow, 'a', 'b')
  await company.end(slow)
  await company.visit(['a'])
  const { won } = await company.found(slow, 'a', 'b')
  expect(won).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'unchanged' }])
  expect(await company.row('b')).toMatchObject({ status: 'expired', title: 'b of 1' })
  await company.list(slow, 'b')
  expect(await company.ids('expired')).toEqual(['b'])
})

test('PLAN-4: an abandoned visit does not count any more after its time', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  const dead = await company.begin()
  await company.list(dead, 'b')
  const next = await company.begin(newRunId(), 0)
  await company.list(next, 'a')
  expect(await company.end(next)).toMatchObject({ gone: 1 })
  expect(await company.ids()).toEqual(['a'])
})

test('misses count once in a run, and a listing with the posting resets them', async () => {
  const company = new VisitedCompany(db)
  const rule = { misses: 3, hold_percent: 100 }
  const run_id = newRunId()
  await company.visit(['a', 'b'])
  await company.visit(['a'], { rule, run_id })
  await company.visit(['a'], { rule, run_id })
  expect(await company.row('b')).toMatchObject({ misses: 1, status: 'open' })
  await company.visit(['a'], { rule })
  expect(await company.row('b')).toMatchObject({ misses: 2 })
  const listed = await company.begin()
  await company.list(listed, 'a', 'b')
  await company.end(listed, 'complete', rule)
  expect(await company.row('b')).toMatchObject({ misses: 0, missed_visit: null })
  for (const gone of [0, 0, 1])
    expect((await company.visit(['a'], { rule })).expiry).toMatchObject({ gone })
  expect(await company.row('b')).toMatchObject({ misses: 3, status: 'expired' })
})

test('a result resets the misses, even if its listing turns out incomplete', async () => {
  const company = new VisitedCompany(db)
  const rule = { misses: 2, hold_percent: 100 }
  await company.visit(['a', 'b'])
  await company.visit(['a'], { rule })
  const visit = await company.begin()
  await company.found(visit, 'b')
  await company.end(visit, 'incomplete')
  expect(await company.row('b')).toMatchObject({ misses: 0, missed_visit: null })
  expect((await company.visit(['a'], { rule })).expiry).toMatchObject({ gone: 0 })
})

test('more than the allowed share at once is held, and exactly that share is not', async () => {
  const company = new VisitedCompany(db)
  const rule = { misses: 1, hold_percent: 30 }
  await company.visit(many(10))
  const held = await company.visit(many(6), { rule })
  expect(held.expiry).toEqual({ kind: 'held', gone: 4, open: 10 })
  expect(await company.ids()).toHaveLength(10)
  expect(await company.row('id-9')).toMatchObject({ misses: 1, status: 'open', dated: false })
  const applied = await company.visit(many(7), { rule })
  expect(applied.expiry).toEqual({ kind: 'applied', gone: 3, open: 10 })
  expect(await company.ids()).toHaveLength(7)
})

test.for([
  ['applied', 100],
  ['held', 0],
] as const)('a repeated end is %s as before, and changes nothing', async ([kind, hold_percent]) => {
  const company = new VisitedCompany(db)
  await company.visit(many(4))
  const rule = { misses: 2, hold_percent }
  await company.visit(many(2), { rule })
  const { visit, expiry } = await company.visit(many(2), { rule })
  expect(expiry).toEqual({ kind, gone: 2, open: 4 })
  const before = await company.row('id-3')
  expect(await company.end(visit, 'complete', rule)).toEqual(expiry)
  expect(await company.end(visit, 'incomplete', rule)).toEqual(expiry)
  expect(await company.row('id-3')).toEqual(before)
  await company.begin()
  expect(await company.end(visit, 'complete', rule)).toEqual(expiry)
})

test('PLAN-4: a visit’s end counts all postings that its run has expired, also by visits that died before they reported', async () => {
  const company = new VisitedCompany(db)
  const rule = { misses: 1, hold_percent: 40 }
  await company.visit(many(10))
  const run_id = newRunId()
  const first = await company.visit(many(8), { run_id, rule })
  expect(first.expiry).toMatchObject({ kind: 'applied', gone: 2 })
  const goneAt = async (visit: number, listing: 'complete' | 'incomplete' = 'complete') =>
    (await company.ended(visit, listing, rule))?.run_gone
  expect(await goneAt(first.visit)).toBe(2)

  const again = await company.begin(run_id)
  await company.list(again, ...many(7))
  expect(await goneAt(again)).toBe(3)
  const held = await company.begin(run_id)
  await company.list(held, 'id-0')
  expect(await company.ended(held, 'complete', rule)).toMatchObject({ expiry: { kind: 'held' } })
  const broken = await company.begin(run_id)
  const ends = { [first.visit]: 2, [again]: 3, [held]: 3, [broken]: 3 }
  expect(await goneAt(broken, 'incomplete')).toBe(3)
  for (const [visit, gone] of Object.entries(ends)) expect(await goneAt(Number(visit))).toBe(gone)

  const other = await company.visit(many(6), { rule })
  expect(other.expiry).toMatchObject({ kind: 'applied', gone: 1 })
  expect(await goneAt(other.visit)).toBe(1)
  expect(await goneAt(broken)).toBe(3)
})

test('PLAN-4: an expiry that a person applies later does not count for the run', async () => {
  const company = new VisitedCompany(db)
  const rule = { misses: 1, hold_percent: 10 }
  await company.visit(many(4))
  const run_id = newRunId()
  const { visit } = await company.visit(many(2), { run_id, rule })
  const decision = { owner: company.owner, run_id, company: 'acme', by: 'alice', misses: 1 }
  expect(await decideExpiry(db, { ...decision, apply: true })).toMatchObject({ kind: 'decided' })
  expect(await company.ids('expired')).toHaveLength(2)
  expect(await company.ended(visit)).toMatchObject({ expiry: { kind: 'held' }, run_gone: 0 })
  const next = await company.begin(run_id)
  expect(await company.ended(next, 'incomplete')).toMatchObject({ run_gone: 0 })
})

test('ids are stored in rows of a thousand, each once, and are cleaned up', async () => {
  const company = new VisitedCompany(db)
  const visit = await company.begin()
  const ids = [...many(2_300), 'nul\0', 'half\uD800']
  await Promise.all([company.list(visit, ...ids), company.list(visit, ...ids)])
  await company.list(visit, ...ids)
  await company.list(visit)
  const stored = await db.query(
    'SELECT cardinality(ids) AS ids FROM listed WHERE owner = $1 ORDER BY 1',
    [company.owner],
  )
  expect(stored).toEqual([{ ids: 302 }, { ids: 1_000 }, { ids: 1_000 }])
  await company.found(visit, 'nul\0', 'half\uD800')
  const next = await company.begin()
  await company.list(next, 'nul\0', 'half\uD800')
  expect(await company.end(next)).toMatchObject({ gone: 0, open: 2 })
})

test('ids below the newest floor are removed, except those that an open visit still needs', async () => {
  const company = new VisitedCompany(db)
  const kept = async () =>
    (await db.query('SELECT visit FROM listed WHERE owner = $1 ORDER BY 1', [company.owner])).map(
      ({ visit }) => visit,
    )
  await company.visit(['a'])
  const older = await company.begin()
  await company.list(older, 'a')
  const newer = await company.begin()
  await company.list(newer, 'a')
  await company.end(newer)
  expect(await kept()).toEqual([older, newer])
  await company.end(older)
  const { visit } = await company.visit(['a'])
  expect(await kept()).toEqual([visit])
})

test('few rows are written if few postings are missing', async () => {
  const company = new VisitedCompany(db)
  await company.visit(many(50))
  const versions = () =>
    db.query('SELECT external_id, xmin::text FROM postings WHERE owner = $1', [company.owner])
  const before = await versions()
  const visit = await company.begin()
  await company.list(visit, ...many(49))
  await company.end(visit)
  const after = new Set((await versions()).map((row) => JSON.stringify(row)))
  const written = before.filter((row) => !after.has(JSON.stringify(row)))
  expect(written.map(({ external_id }) => external_id)).toEqual(['id-49'])
})

test('DB-2: a visit’s end concerns only its owner’s postings', async () => {
  const [one, other] = [new VisitedCompany(db), new VisitedCompany(db)]
  for (const company of [one, other]) await company.visit(['a', 'b'])
  await other.begin()
  await other.list(2, 'a', 'b')
  await one.visit(['a'])
  expect(await one.ids()).toEqual(['a'])
  expect(await other.ids()).toEqual(['a', 'b'])
})

test('a visit of a deleted company ends without an error', async () => {
  const company = new VisitedCompany(db)
  expect(await company.end(1)).toBeUndefined()
  await company.list(1, 'a')
  expect(await db.query('SELECT FROM listed WHERE owner = $1', [company.owner])).toEqual([])
})
