import { expect, test } from 'vitest'

import { comparePostings } from '../../src/db/comparison.ts'
import { readAliases } from '../../src/db/posting-aliases.ts'
import { readPostingHistory } from '../../src/db/posting-history.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { readRelated } from '../../src/db/related-postings.ts'
import type { PostingRecord } from '../../src/protocol/posting.ts'
import { openDatabase, readyRow, recorder } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

/** The row of a job whose posting's page gave another id. */
function aliased(id: string, canonical_id: string, at: { visit: number } & Partial<PostingRecord>) {
  const { visit, ...posting } = at
  const row = readyRow(id, { visit, posting })
  return { ...row, result: { ...Object(row.result), canonical_id } }
}

/** A visit that lists these ids, and only then, after its end, reads their pages. */
async function visited(company: VisitedCompany, ids: readonly string[], own = 'own') {
  const visit = await company.begin()
  await company.list(visit, ...ids)
  const expiry = await company.end(visit)
  const rows = ids.map((id) => aliased(id, own, { visit }))
  const { won, failed } = await recorder(db, company.owner)(...rows)
  return { visit, expiry, failed, outcomes: won.map(({ outcome }) => outcome) }
}

test('PLAN-4: a posting whose address varies is stored once, by the id of its page, and is neither new nor gone again', async () => {
  const company = new VisitedCompany(db)
  expect((await visited(company, ['a1'])).outcomes).toEqual(['new'])
  for (const id of ['a2', 'a3']) {
    const { outcomes, expiry } = await visited(company, [id])
    expect(outcomes).toEqual(['unchanged'])
    expect(expiry).toMatchObject({ kind: 'applied', gone: 0 })
    expect(await company.ids()).toEqual(['own'])
  }
  await visited(company, [])
  expect(await company.ids()).toEqual(['own'])
  await visited(company, [])
  expect(await company.ids('expired')).toEqual(['own'])
})

test('PLAN-4: a posting that has its id from an identifier is gone after one miss, until its address varies', async () => {
  const company = new VisitedCompany(db)
  const id = 'identifier:7'
  await visited(company, ['a1'], id)
  expect((await visited(company, [])).expiry).toMatchObject({ gone: 1 })
  for (const alias of ['a1', 'a2']) await visited(company, [alias], id)
  expect((await visited(company, [])).expiry).toMatchObject({ gone: 0 })
})

test('several addresses of one posting in a listing make one posting', async () => {
  const company = new VisitedCompany(db)
  const { failed, outcomes } = await visited(company, ['a', 'b', 'c'])
  expect(failed).toEqual([])
  expect(outcomes).toEqual(['new', 'unchanged', 'unchanged'])
  expect(await company.ids()).toEqual(['own'])
  const aliases = await readAliases(db, company.key(1), ['a', 'b', 'c', 'd', 'own'])
  expect([...aliases]).toEqual(['a', 'b', 'c'].map((alias) => [alias, 'own']))
})

test('a posting that is known by its address keeps that id', async () => {
  const company = new VisitedCompany(db)
  const { visit } = await company.visit(['a'])
  await recorder(db, company.owner)(aliased('a', 'own', { visit, title: `a of ${visit}` }))
  expect(await company.ids()).toEqual(['a'])
  expect(await readAliases(db, company.key(visit), ['a'])).toEqual(new Map())
})

test.each([
  ['titles', { title: 'Baker' }, { title: 'Cook' }],
  ['places', { locations: ['Berlin'] }, { locations: ['Paris'] }],
])('adverts of one canonical link with other %s are several postings', async (_, one, other) => {
  for (const together of [true, false]) {
    const company = new VisitedCompany(db)
    const visit = await company.begin()
    const rows = [aliased('a', 'own', { visit, ...one }), aliased('b', 'own', { visit, ...other })]
    const record = recorder(db, company.owner)
    if (together) await record(...rows)
    else for (const row of rows) await record(row)
    expect(await company.ids()).toEqual(['b', 'own'])
  }
})

test('JOB-4: a repeated result of an alias says the same and changes nothing', async () => {
  const company = new VisitedCompany(db)
  const visit = await company.begin()
  const record = recorder(db, company.owner)
  for (const outcome of ['new', 'new']) {
    const { won } = await record(aliased('a', 'own', { visit }))
    expect(won).toMatchObject([{ external_id: 'a', outcome }])
  }
  expect(await company.ids()).toEqual(['own'])
})

test('of a posting whose address varies, the aliases of the last ten visits stay', async () => {
  const company = new VisitedCompany(db)
  for (let n = 1; n <= 13; n++) await visited(company, [`a${n}`])
  const rows = await db.query('SELECT visit FROM posting_aliases WHERE owner = $1 ORDER BY 1', [
    company.owner,
  ])
  expect(rows.map(({ visit }) => visit)).toEqual(Array.from({ length: 11 }, (_, n) => n + 3))
})

test('DB-2: another owner has other aliases', async () => {
  const [one, other] = [new VisitedCompany(db), new VisitedCompany(db)]
  await visited(one, ['a'])
  expect(await readAliases(db, other.key(1), ['a'])).toEqual(new Map())
})

test('a posting, its history and its related postings are read by an alias as well', async () => {
  const company = new VisitedCompany(db)
  await visited(company, ['a'])
  const key = { owner: company.owner, company: 'acme', external_id: 'a' }
  expect(await readPosting(db, key)).toMatchObject({ external_id: 'own' })
  expect(await readPostingHistory(db, key)).toMatchObject({ external_id: 'own', changes: [] })
  expect(await readRelated(db, key)).toEqual({ postings: [], complete: true })
  expect(await readPosting(db, { ...key, external_id: 'b' })).toBeUndefined()
})

test('a preview knows a posting by its alias', async () => {
  const company = new VisitedCompany(db)
  await visited(company, ['a'])
  const found = ['a', 'b'].map((external_id) => ({ external_id, posting: null }))
  const rule = { misses: 1, hold_percent: 100 }
  const compared = await comparePostings(db, {
    owner: company.owner,
    company: 'acme',
    found,
    ...rule,
  })
  expect([...compared.outcomes]).toEqual([
    ['a', 'known'],
    ['b', 'new'],
  ])
  expect(compared.gone.count).toBe(0)
})
