import { expect, test } from 'vitest'

import {
  changeCompany,
  createCompany,
  findCompany,
  listCompanies,
  readCompany,
} from '../../src/db/companies.ts'
import { listExpiries } from '../../src/db/expiries.ts'
import { listPostings } from '../../src/db/posting-list.ts'
import { visitCompany } from '../../src/db/visits.ts'
import { Company } from '../../src/protocol/company.ts'
import type { WantedLabel } from '../../src/protocol/naming.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { deleteCompany } from '../support/deleted-company.ts'
import { acme, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const iso = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const slugged = (slug: string) => Company.parse({ ...acme, slug })

async function list(owner: string, given: { cursor?: string; limit?: number } = {}) {
  const listed = await listCompanies(db, { owner, limit: 50, ...given })
  if (listed.kind !== 'page') throw new Error(listed.kind)
  return listed.page
}

test('a company is created once, and read unchanged', async () => {
  const owner = newOwner()
  const view = { ...acme, labels: {}, created_at: iso, updated_at: iso, attention: null }
  expect(await createCompany(db, { owner, company: acme })).toEqual({
    kind: 'created',
    company: view,
  })
  const other = { ...acme, name: 'Other' }
  expect(await createCompany(db, { owner, company: other })).toEqual({ kind: 'exists' })
  expect(await readCompany(db, { owner, slug: 'acme' })).toEqual(view)
  expect(await findCompany(db, { owner, slug: 'acme' })).toEqual(acme)
})

test('name and source can be changed separately', async () => {
  const owner = newOwner()
  await createCompany(db, { owner, company: acme })
  const named = await changeCompany(db, { owner, slug: 'acme', name: 'A\0cme Ltd' })
  expect(named).toMatchObject({ name: 'Acme Ltd', source: acme.source })
  const source = { type: 'site', url: 'https://acme.example/jobs', match: 'jo\0b' } as const
  const moved = await changeCompany(db, { owner, slug: 'acme', source })
  expect(moved).toMatchObject({ name: 'Acme Ltd', source: { ...source, match: 'job' } })
  if (typeof moved !== 'object') throw new Error(`the change answered ${moved}`)
  expect(moved.updated_at >= moved.created_at).toBe(true)
  expect(await readCompany(db, { owner, slug: 'acme' })).toEqual(moved)
})

test('labels are given, changed one by one up to ten, and filtered by', async () => {
  const owner = newOwner()
  const labels = { team: 'growth', 'a.b': 'ü “x”' }
  const made = await createCompany(db, { owner, company: acme, labels })
  expect(made).toMatchObject({ company: { labels } })
  await createCompany(db, { owner, company: slugged('globex'), labels: { team: 'core' } })
  const key = { owner, slug: 'acme' }
  const ten = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`l${n}`, 'x']))
  expect(await changeCompany(db, { ...key, label_change: ten })).toBe('too_many_labels')
  expect(await readCompany(db, key)).toMatchObject({ labels })
  const swapped = await changeCompany(db, { ...key, label_change: { ...ten, 'a.b': null } })
  expect(swapped).toMatchObject({ labels: { ...ten, team: 'growth' } })
  const nobody = { owner: newOwner(), slug: 'acme', label_change: { team: 'x' } }
  expect(await changeCompany(db, nobody)).toBeUndefined()

  const slugsOf = async (label: WantedLabel) => {
    const listed = await listCompanies(db, { owner, label, limit: 50 })
    return listed.kind === 'page' ? listed.page.companies.map(({ slug }) => slug) : listed.kind
  }
  expect(await slugsOf({ key: 'team' })).toEqual(['acme', 'globex'])
  expect(await slugsOf({ key: 'team', value: 'growth' })).toEqual(['acme'])
  expect(await slugsOf({ key: 'a.b' })).toEqual([])
  // A run that is given the company in full changes no labels.
  await visitCompany(db, { owner, run_id: newRunId(), company: acme, visit_ms: 1_000 })
  expect(await readCompany(db, key)).toMatchObject({ labels: { team: 'growth' } })
  expect(await changeCompany(db, { ...key, labels: {} })).toMatchObject({ labels: {} })
})

test('DB-2: an owner’s companies are hidden from other owners', async () => {
  const [owner, other] = [newOwner(), newOwner()]
  await createCompany(db, { owner, company: acme })
  const key = { owner: other, slug: 'acme' }
  expect(await readCompany(db, key)).toBeUndefined()
  expect(await findCompany(db, key)).toBeUndefined()
  expect(await changeCompany(db, { ...key, name: 'Mine' })).toBeUndefined()
  expect(await deleteCompany(db, key)).toBe(false)
  expect((await list(other)).companies).toEqual([])
  expect((await list(owner)).companies).toMatchObject([{ slug: 'acme', name: 'Acme' }])
})

test('pages hold every company once, by slug', async () => {
  const owner = newOwner()
  const slugs = ['globex', 'acme', 'initech', 'acme-2', 'umbrella']
  for (const slug of slugs) await createCompany(db, { owner, company: slugged(slug) })
  const paged = []
  for (let cursor: string | undefined, more = true; more;) {
    const page = await list(owner, { limit: 2, ...(cursor === undefined ? {} : { cursor }) })
    paged.push(...page.companies)
    more = page.next_cursor !== null
    cursor = page.next_cursor ?? undefined
  }
  expect(paged).toEqual((await list(owner)).companies)
  expect(paged.map(({ slug }) => slug)).toEqual(slugs.toSorted())
})

test.for([
  ['empty', ''],
  ['another shape', Buffer.from('["a","b"]').toString('base64url')],
  ['holding a NUL', Buffer.from(String.raw`["\u0000"]`).toString('base64url')],
])('a cursor that is %s gets an answer, not an error', async ([, cursor = '']) => {
  expect(await listCompanies(db, { owner: newOwner(), limit: 5, cursor })).toEqual({
    kind: 'bad_cursor',
  })
})

test('a company is deleted with its postings, visits and listed ids, and with no other’s', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  await createCompany(db, { owner, company: slugged('globex') })
  const run_id = newRunId()
  await company.visit(['a', 'b', 'c'])
  await company.visit(['a'], { run_id, rule: { misses: 1, hold_percent: 0 } })
  const bystander = new VisitedCompany(db)
  await bystander.visit(['a'])

  expect(await deleteCompany(db, { owner, slug: 'acme' })).toBe(true)
  expect(await deleteCompany(db, { owner, slug: 'acme' })).toBe(false)
  expect((await list(owner)).companies).toMatchObject([{ slug: 'globex' }])
  expect(await listPostings(db, { owner, limit: 5 })).toMatchObject({ page: { postings: [] } })
  expect(await listExpiries(db, { owner, run_id })).toEqual([])
  expect(await db.query('SELECT FROM listed WHERE owner = $1', [owner])).toEqual([])
  expect(await db.query('SELECT FROM posting_aliases WHERE owner = $1', [owner])).toEqual([])
  expect(await bystander.ids()).toEqual(['a'])
  await createCompany(db, { owner, company: acme })
  expect(await listExpiries(db, { owner, run_id })).toEqual([])
})

test.for(['created', 'visited'])(
  'JOB-4: late writes for a deleted company do not change one that is %s again',
  async (how) => {
    const company = new VisitedCompany(db)
    const { owner } = company
    await company.visit(['a'])
    const late = await company.begin(newRunId(), 0)
    await deleteCompany(db, { owner, slug: 'acme' })
    if (how === 'created') await createCompany(db, { owner, company: acme })
    expect(await company.visit(['a'])).toMatchObject({ visit: late + 1 })
    await company.found(late, 'a')
    expect(await company.row('a')).toMatchObject({ title: `a of ${late + 1}` })
  },
)
