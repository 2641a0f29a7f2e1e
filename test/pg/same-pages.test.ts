import { expect, test } from 'vitest'

import { openDatabase, readyRow, recorder } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const page = { url: 'https://acme.example/1', sha256: 'x', etag: '"1"', last_modified: null }

/** The row of a job that found its page as the stored posting's was. */
function sameRow(visit: number, further: object = {}) {
  return { ...readyRow('1'), result: { visit, page: { ...page, etag: '"2"' }, ...further } }
}

async function crawledCompany() {
  const company = new VisitedCompany(db)
  const visit = await company.begin()
  await company.list(visit, '1')
  await recorder(db, company.owner)(readyRow('1', { visit, page }))
  await company.end(visit)
  return company
}

const postings = ({ owner }: VisitedCompany) =>
  db.query('SELECT * FROM postings WHERE owner = $1', [owner])

test('PLAN-5: a posting whose page is the same stays as it is, and belongs to the visit', async () => {
  const company = await crawledCompany()
  const [before] = await postings(company)
  const record = recorder(db, company.owner)
  const { won } = await record(sameRow(2, { updated_at: '2026-11-01T00:00:00Z' }))
  expect(won).toMatchObject([{ outcome: 'unchanged' }])
  const after = {
    ...before,
    visit: 2,
    digest_visit: 2,
    run_id: expect.any(String),
    page: { ...page, etag: '"2"' },
    updated_at: expect.stringContaining('2026-11-01'),
  }
  expect(await postings(company)).toEqual([after])
})

test('a posting that had expired opens again with the content that it had', async () => {
  const company = await crawledCompany()
  const gone = await company.begin()
  await company.end(gone)
  expect(await company.ids('expired')).toEqual(['1'])
  const { won } = await recorder(db, company.owner)(sameRow(await company.begin()))
  expect(won).toMatchObject([{ outcome: 'changed' }])
  expect(await postings(company)).toMatchObject([{ status: 'open', title: 'Engineer' }])
})

test('a posting that is gone, or belongs to a later visit, is not written', async () => {
  const company = await crawledCompany()
  const record = recorder(db, company.owner)
  expect((await record(sameRow(0))).won).toMatchObject([{ outcome: 'unchanged' }])
  expect(await postings(company)).toMatchObject([{ visit: 1, page }])
  await db.query('DELETE FROM postings WHERE owner = $1', [company.owner])
  expect((await record({ ...sameRow(3), attempt: 2 })).won).toMatchObject([
    { outcome: 'unchanged' },
  ])
  expect(await postings(company)).toEqual([])
})
