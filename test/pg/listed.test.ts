import { expect, test } from 'vitest'

import { knownPages } from '../../src/db/listed.ts'
import { openDatabase, readyRow, recorder } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const page = {
  url: 'https://acme.example/jobs/1',
  sha256: 'ab'.repeat(32),
  etag: '"1"',
  last_modified: null,
}

/** The fields of the posting that are stored. */
const has = [
  'locations',
  'department',
  'employment_type',
  'salary',
  'remote',
  'posted_at',
  'apply_url',
]

test('the next visit knows the page of a crawled posting, whatever its outcome was', async () => {
  const company = new VisitedCompany(db)
  await company.begin()
  await recorder(db, company.owner)(
    readyRow('crawled', { page }),
    readyRow('gone\0', { page: { ...page, etag: null } }),
    readyRow('listed'),
  )
  await db.query(
    `UPDATE postings SET status = 'expired' WHERE owner = $1 AND external_id = 'gone'`,
    [company.owner],
  )
  const known = await knownPages(db, company.key(2), ['gone\0', 'listed', 'new', 'crawled'])
  expect([...known]).toEqual([
    ['gone\0', { ...page, etag: null, title: 'Engineer', has }],
    ['crawled', { ...page, title: 'Engineer', has }],
  ])
  expect(await knownPages(db, company.key(2), [])).toEqual(new Map())
})

test('DB-2: another owner’s pages are unknown', async () => {
  const [one, other] = [new VisitedCompany(db), new VisitedCompany(db)]
  await recorder(db, one.owner)(readyRow('1', { page }))
  expect(await knownPages(db, other.key(1), ['1'])).toEqual(new Map())
  expect(await knownPages(db, one.key(1), ['1'])).toEqual(
    new Map([['1', { ...page, title: 'Engineer', has }]]),
  )
})

test('the next visit knows which fields a posting has and lost', async () => {
  const company = new VisitedCompany(db)
  const lost = { salary: 1 }
  const posting = {
    locations: [],
    department: null,
    employment_type: null,
    salary: null,
    remote: null,
    posted_at: null,
    apply_url: null,
    details: { employer: 'Acme', team: 'Bread' },
  }
  await recorder(db, company.owner)(readyRow('1', { page: { ...page, lost }, posting }))
  const known = await knownPages(db, company.key(2), ['1'])
  expect(known.get('1')).toMatchObject({ has: ['employer', 'team'], lost })
})
