import { expect, test } from 'vitest'

import { readPostingHistory } from '../../src/db/posting-history.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { openDatabase } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()
const TIME = /^\d{4}-\d\d-\d\dT/

/** The certificates of the company's postings, as a list, one posting and its history show them. */
async function certificates(company: VisitedCompany) {
  const { owner } = company
  const answer = await listPostings(db, { owner, limit: 50 })
  const postings = answer.kind === 'page' ? answer.page.postings : []
  for (const { company: slug, external_id, listings } of postings) {
    const key = { owner, company: slug, external_id }
    expect((await readPosting(db, key))?.listings).toEqual(listings)
    expect((await readPostingHistory(db, key))?.listings).toEqual(listings)
  }
  return Object.fromEntries(postings.map(({ external_id, listings }) => [external_id, listings]))
}

/** The numbers of complete listings, and whether a last one has a time. */
async function counts(company: VisitedCompany) {
  const found = Object.entries(await certificates(company))
  return Object.fromEntries(
    found.map(([id, listings]) => {
      expect(TIME.test(listings?.last_at ?? '')).toBe((listings?.complete ?? 0) > 0)
      return [id, listings?.complete]
    }),
  )
}

test('PLAN-4: a posting says how many complete listings had it, and when the last one was read', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a'])
  await company.visit(['a', 'b'])
  expect(await counts(company)).toEqual({ a: 2, b: 1 })
  const before = await certificates(company)

  await company.visit(['a'])
  expect(await counts(company)).toEqual({ a: 3, b: 1 })
  expect((await certificates(company))['b']).toEqual(before['b'])
})

test('an incomplete listing, and one that is being read, do not count', async () => {
  const company = new VisitedCompany(db)
  const visit = await company.begin()
  await company.list(visit, 'a')
  await company.found(visit, 'a')
  expect(await certificates(company)).toEqual({ a: null })
  await company.end(visit, 'incomplete')
  expect(await certificates(company)).toEqual({ a: null })
  await company.visit(['a'])
  const open = await company.begin()
  await company.found(open, 'a', 'b')
  expect(await counts(company)).toEqual({ a: 1, b: 0 })
})

test('the listings that had not the posting do not count when it is back', async () => {
  const company = new VisitedCompany(db)
  for (const ids of [['x'], ['x', 'a'], ['x', 'a'], ['x'], ['x'], ['x', 'a']]) {
    await company.visit(ids)
  }
  expect(await counts(company)).toEqual({ x: 6, a: 3 })
})

test('a posting of which the visits were removed, or of an earlier version, has no certificate', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  await db.query(
    `UPDATE postings SET listings_without = NULL WHERE owner = $1 AND external_id = 'a'`,
    [company.owner],
  )
  expect(await certificates(company)).toMatchObject({ a: null, b: { complete: 1 } })
  await db.query('DELETE FROM visits WHERE owner = $1', [company.owner])
  expect(await certificates(company)).toEqual({ a: null, b: null })
})

test('a version that ends visits without counting leaves the certificate as it was', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a'])
  const { visit } = await company.visit(['a'])
  await db.query('UPDATE visits SET complete_listings = NULL WHERE owner = $1 AND visit = $2', [
    company.owner,
    visit,
  ])
  expect(await counts(company)).toEqual({ a: 1 })
})
