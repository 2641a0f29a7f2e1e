import { expect, test } from 'vitest'

import { readCompany } from '../../src/db/companies.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { endVisit } from '../../src/db/visit-end.ts'
import { visitCompany } from '../../src/db/visits.ts'
import type { PostingRecord } from '../../src/protocol/posting.ts'
import { DriftField } from '../../src/protocol/visit.ts'
import { newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'
import { acme, VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const full: Partial<PostingRecord> = {
  remote: true,
  details: {
    employer: 'Acme',
    team: 'Bread',
    workplace: 'remote',
    employment_types: [{ type: 'full_time', text: 'Vollzeit' }],
    places: [{ text: 'Berlin', city: 'Berlin', region: null, country: 'DE', derived: [] }],
  },
  facets: ['workplace:remote', 'country:DE', 'employment_type:full_time', 'department:Engineering'],
}
const bare: Partial<PostingRecord> = {
  locations: [],
  remote: null,
  department: null,
  employment_type: null,
  salary: null,
  posted_at: null,
  apply_url: null,
  details: { language: 'en' },
  facets: ['workplace:unknown', 'language:en'],
}

/** Stores a posting with all fields, then writes it again with these, and keeps what the source has lost. */
async function rewritten(posting: Partial<PostingRecord>, keep: readonly string[]) {
  const company = new VisitedCompany(db)
  const { owner } = company
  const key = { owner, company: 'acme', external_id: 'a' }
  const first = await company.begin()
  await recorder(db, owner)(readyRow('a', { visit: first, posting: full }))
  const before = await readPosting(db, key)
  const row = readyRow('a', { visit: await company.begin(), posting })
  const { won } = await recorder(db, owner)({ ...row, result: { ...Object(row.result), keep } })
  const facets = await db.query('SELECT facets FROM postings WHERE owner = $1', [owner])
  return { before, after: await readPosting(db, key), won, facets: facets[0]?.['facets'] }
}

test('the values of fields that a source has lost stay, and the posting is unchanged', async () => {
  const { before, after, won, facets } = await rewritten(bare, DriftField.options)
  expect(won).toMatchObject([{ outcome: 'unchanged' }])
  expect(after).toEqual({ ...before, language: 'en' })
  expect(facets).toEqual(['language:en', ...(full.facets ?? [])])
})

test('a field that is not lost is written as it is, and a value of a lost one too', async () => {
  const salary = { min: 1, max: 2, currency: 'EUR', period: null, text: null } as const
  const { after, won, facets } = await rewritten({ ...bare, salary, remote: false }, [
    'salary',
    'remote',
  ])
  expect(won).toMatchObject([{ outcome: 'changed' }])
  expect(after).toMatchObject({
    salary,
    remote: false,
    department: null,
    employer: null,
    team: null,
  })
  expect(after?.locations).toEqual([])
  expect(facets).toEqual(['language:en', 'workplace:remote'])
})

test('a new posting is written as it is', async () => {
  const company = new VisitedCompany(db)
  const row = readyRow('a', { visit: await company.begin(), posting: bare })
  const { won } = await recorder(
    db,
    company.owner,
  )({
    ...row,
    result: { ...Object(row.result), keep: DriftField.options },
  })
  expect(won).toMatchObject([{ outcome: 'new' }])
})

test('a visit begins with the counts of the last five complete listings, and a company says that its last visit lacked fields', async () => {
  const company = new VisitedCompany(db)
  const { owner } = company
  const certificate = {
    claimed: 7,
    fetched: 7,
    unique: 7,
    answers: 1,
    proof: 'claim',
    reason: null,
  } as const
  const rule = { misses: 1, hold_percent: 100 }
  const attention = async () => (await readCompany(db, { owner, slug: 'acme' }))?.attention
  for (const [n, listing] of (
    ['complete', 'incomplete', ...Array<'complete'>(6).fill('complete')] as const
  ).entries()) {
    const visit = await company.begin()
    const fields = { source: n === 3 ? 'lever' : 'greenhouse', of: n + 1, have: { salary: n } }
    await endVisit(db, company.key(visit), {
      listing,
      certificate: { ...certificate, fields },
      ...rule,
    })
  }
  expect(await attention()).toBeNull()
  const begun = await visitCompany(db, {
    owner,
    run_id: newRunId(),
    company: acme,
    visit_ms: 600_000,
  })
  expect(begun?.recent.map(({ of }) => of)).toEqual([8, 7, 6, 5, 3])

  const fallen = [{ field: 'salary', usual: 0.8, share: 0 }]
  const visit = begun?.visit ?? 0
  await endVisit(db, company.key(visit), {
    listing: 'complete',
    certificate: { ...certificate, fallen },
    ...rule,
  })
  await company.begin()
  expect(await attention()).toEqual({ visit, fallen })
})
