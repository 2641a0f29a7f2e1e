import { expect, test } from 'vitest'

import { comparePostings } from '../../src/db/comparison.ts'
import type { PostingRecord } from '../../src/protocol/posting.ts'
import { engineer, newOwner, openDatabase, readyRow, recorder } from '../support/database.ts'
import { atOnce, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

type Found = { external_id: string; posting: PostingRecord | null }

const found = (external_id: string, changes: Partial<PostingRecord> = {}): Found => ({
  external_id,
  posting: { ...engineer, ...changes },
})

const unread = (external_id: string): Found => ({ external_id, posting: null })

function compare(owner: string, given: readonly Found[], rule = atOnce) {
  return comparePostings(db, { owner, company: 'acme', found: given, ...rule })
}

const changes: Partial<PostingRecord>[] = [
  { title: 'Lead engineer' },
  { locations: ['Remote', 'Berlin'] },
  { remote: true },
  { remote: null },
  { department: null },
  { employment_type: 'part_time' },
  { salary: null },
  { salary: { min: 50_000, max: 65_000, currency: 'EUR', period: 'year', text: null } },
  { description_text: 'Builds other things.' },
]

/** Sources touch these on every visit. Such a difference alone is stored, and is no change. */
const touches: Partial<PostingRecord>[] = [
  { url: 'https://boards.example/acme/moved' },
  { apply_url: null },
  { description_html: '<p>Builds <b>things</b>.</p>' },
  { posted_at: null },
  { updated_at: '2026-10-02T11:30:01+02:00' },
  { valid_through: null },
]

test('a comparison gives each posting the outcome that a run’s result would have', async () => {
  const owner = newOwner()
  const ids = changes.map((_, n) => `changed-${n}`)
  const touched = touches.map((_, n) => `touched-${n}`)
  await recorder(
    db,
    owner,
  )(...['same', 'unread', 'back', 'again', ...ids, ...touched].map((id) => readyRow(id)))
  await db.query(
    `UPDATE postings SET status = 'expired'
      WHERE owner = $1 AND external_id IN ('back', 'again', 'gone')`,
    [owner],
  )
  const given = [
    found('same', { updated_at: '2026-10-02T09:30:00.000Z' }),
    found('fresh'),
    found('back'),
    ...changes.map((change, n) => found(`changed-${n}`, change)),
    ...touches.map((touch, n) => found(`touched-${n}`, touch)),
  ]
  const { outcomes, gone, held } = await compare(owner, [
    ...given,
    unread('unread'),
    unread('unheard'),
    unread('again'),
  ])
  expect(Object.fromEntries(outcomes)).toEqual({
    same: 'unchanged',
    fresh: 'new',
    back: 'changed',
    ...Object.fromEntries(ids.map((id) => [id, 'changed'])),
    ...Object.fromEntries(touched.map((id) => [id, 'unchanged'])),
    unread: 'known',
    unheard: 'new',
    again: 'changed',
  })
  expect({ gone, held }).toEqual({ gone: { count: 0, sample: [] }, held: false })

  const said = await recorder(
    db,
    owner,
  )(
    ...given.flatMap(({ external_id, posting: record }) =>
      record ? [readyRow(external_id, { visit: 2, posting: record })] : [],
    ),
  )
  expect(said.won).toHaveLength(given.length)
  for (const { external_id, outcome } of said.won) expect(outcomes.get(external_id)).toBe(outcome)
})

test('the page of a crawled posting does not count as its content', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1'))
  const page = { url: 'https://acme.example/1', sha256: '0', etag: null, last_modified: null }
  const { won } = await recorder(db, owner)(readyRow('1', { visit: 2, page }))
  expect(won).toMatchObject([{ outcome: 'unchanged' }])
  expect((await compare(owner, [found('1')])).outcomes.get('1')).toBe('unchanged')
})

test('missing postings are judged as at the end of a visit', async () => {
  const company = new VisitedCompany(db)
  const ids = Array.from({ length: 20 }, (_, n) => `id-${String(n).padStart(2, '0')}`)
  await company.visit(ids)
  const half = ids.slice(0, 10).map(unread)
  for (const rule of [
    { misses: 1, hold_percent: 50 },
    { misses: 1, hold_percent: 49 },
    { misses: 2, hold_percent: 49 },
  ]) {
    const { gone, held } = await compare(company.owner, half, rule)
    expect(gone.count).toBe(rule.misses === 1 ? 10 : 0)
    expect(gone.sample.map(({ external_id }) => external_id)).toEqual(
      rule.misses === 1 ? ids.slice(10) : [],
    )
    const visited = await company.visit(ids.slice(0, 10), { rule: { ...rule, hold_percent: 0 } })
    expect(visited.expiry).toMatchObject({ gone: rule.misses === 1 ? 10 : 0 })
    expect(held).toBe(rule.misses === 1 && rule.hold_percent < 50)
    await company.visit(ids)
  }
})

test('many postings are compared in parts, also those with names that Postgres cannot store', async () => {
  const owner = newOwner()
  const ids = Array.from({ length: 1_203 }, (_, n) => `id-${n}`)
  await recorder(db, owner)(...ids.slice(0, 600).map((id) => readyRow(id)), readyRow('nul\0'))
  const { outcomes, gone } = await compare(owner, [...ids.map((id) => found(id)), found('nul\0')])
  const said = [...outcomes.values()]
  expect(said.filter((outcome) => outcome === 'unchanged')).toHaveLength(601)
  expect(said.filter((outcome) => outcome === 'new')).toHaveLength(603)
  expect(outcomes.get('nul\0')).toBe('unchanged')
  expect(gone.count).toBe(0)
})

test('DB-2: a comparison reads only its owner’s postings, and with no found posting all are missing', async () => {
  const company = new VisitedCompany(db)
  await company.visit(['a', 'b'])
  expect((await compare(newOwner(), [found('a')])).outcomes.get('a')).toBe('new')
  expect(await compare(newOwner(), [])).toMatchObject({ gone: { count: 0 }, held: false })
  const nothing = await compare(company.owner, [], { misses: 1, hold_percent: 30 })
  expect(nothing).toMatchObject({ gone: { count: 2 }, held: true })
})
