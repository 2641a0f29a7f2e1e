import { expect, test } from 'vitest'

import { endVisit } from '../../src/db/visit-end.ts'
import { listVisits } from '../../src/db/visit-list.ts'
import { openDatabase } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()
const rule = { misses: 1, hold_percent: 100 }
const certificate = {
  claimed: 5,
  fetched: 4,
  unique: 3,
  answers: 2,
  proof: null,
  reason: 'The board counts 5 “postings”, but its job list holds 3.\u0000',
}

test("a company's visits are listed, the newest first, each with its certificate", async () => {
  const company = new VisitedCompany(db)
  const first = await company.begin()
  await endVisit(db, company.key(first), { listing: 'incomplete', certificate, ...rule })
  const second = await company.begin()
  const key = { owner: company.owner, company: company.key(first).company }

  const whole = await listVisits(db, { ...key, limit: 10 })
  const kept = { ...certificate, reason: certificate.reason.replace('\u0000', '') }
  expect(whole).toMatchObject({
    page: {
      visits: [
        { visit: second, status: 'open', ended_at: null, certificate: null, gone: 0 },
        { visit: first, status: 'incomplete', certificate: kept },
      ],
      next_cursor: null,
    },
  })

  const page = await listVisits(db, { ...key, limit: 1 })
  const cursor = page.kind === 'page' ? page.page.next_cursor : null
  expect(await listVisits(db, { ...key, limit: 1, cursor: cursor ?? '' })).toMatchObject({
    page: { visits: [{ visit: first }], next_cursor: null },
  })
  expect(await listVisits(db, { ...key, limit: 1, cursor: 'x' })).toEqual({ kind: 'bad_cursor' })
})

test('nobody sees the visits of another owner', async () => {
  const company = new VisitedCompany(db)
  const visit = await company.begin()
  const { company: slug } = company.key(visit)
  const other = await listVisits(db, { owner: 'somebody', company: slug, limit: 10 })
  expect(other).toMatchObject({ page: { visits: [] } })
})
