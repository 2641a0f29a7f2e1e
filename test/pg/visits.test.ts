import { expect, test } from 'vitest'

import { visitCompany } from '../../src/db/visits.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { acme, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const asked = (owner: string) => ({ owner, run_id: newRunId(), visit_ms: 600_000 })

function floors(owner: string) {
  return db.query('SELECT visit, floor FROM visits WHERE owner = $1 ORDER BY visit', [owner])
}

test('a company that is given in full is stored, and each planning begins its next visit', async () => {
  const owner = newOwner()
  const visit = (company: string | typeof acme) => visitCompany(db, { ...asked(owner), company })
  expect(await visit(acme)).toEqual({ ...acme, visit: 1, recent: [] })
  expect(await visit('acme')).toEqual({ ...acme, visit: 2, recent: [] })
  const moved = { ...acme, name: 'Acme Ltd', source: { ...acme.source, board: 'acme2' } }
  expect(await visit(moved)).toEqual({ ...moved, visit: 3, recent: [] })
  expect(await visit('acme')).toEqual({ ...moved, visit: 4, recent: [] })
})

test('a visit changes a company only if its fields differ', async () => {
  const owner = newOwner()
  const visit = (company: typeof acme) => visitCompany(db, { ...asked(owner), company })
  const untouched = () =>
    db.query('SELECT updated_at = created_at AS same FROM companies WHERE owner = $1', [owner])
  await visit(acme)
  await visit(acme)
  expect(await untouched()).toEqual([{ same: true }])
  await visit({ ...acme, name: 'Acme Ltd' })
  expect(await untouched()).toEqual([{ same: false }])
})

test('PLAN-4: visits that begin at the same time are all different, and all overlap', async () => {
  const owner = newOwner()
  await visitCompany(db, { ...asked(owner), company: acme })
  const taken = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      visitCompany(db, { ...asked(owner), company: n % 2 === 0 ? acme : 'acme' }),
    ),
  )
  const visits = taken.flatMap((company) => company?.visit ?? []).toSorted((a, b) => a - b)
  expect(visits).toEqual(Array.from(visits, (_, n) => n + 2))
  expect(await floors(owner)).toEqual([1, ...visits].map((visit) => ({ visit, floor: 1 })))
})

test('PLAN-4: a floor is the lowest visit that is still open, and an abandoned visit holds it only for a time', async () => {
  const company = new VisitedCompany(db)
  await company.begin()
  await company.begin()
  await company.end(1)
  await company.begin()
  await company.begin(newRunId(), 0)
  expect(await floors(company.owner)).toEqual([
    { visit: 1, floor: 1 },
    { visit: 2, floor: 1 },
    { visit: 3, floor: 2 },
    { visit: 4, floor: 4 },
  ])
})

test('DB-2: an unknown slug, or another owner’s, is not found', async () => {
  await visitCompany(db, { ...asked(newOwner()), company: acme })
  const owner = newOwner()
  expect(await visitCompany(db, { ...asked(owner), company: 'acme' })).toBeUndefined()
  expect(await visitCompany(db, { ...asked(owner), company: 'ac\0me' })).toBeUndefined()
  expect(await floors(owner)).toEqual([])
  expect(await visitCompany(db, { ...asked(owner), company: acme })).toMatchObject({
    visit: 1,
    recent: [],
  })
})

test('a name is stored without characters that Postgres cannot store', async () => {
  const company = { ...acme, name: 'A\0cme \uD800' }
  expect(await visitCompany(db, { ...asked(newOwner()), company })).toMatchObject({
    name: 'Acme \uFFFD',
  })
})
