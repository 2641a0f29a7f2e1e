import { expect, test } from 'vitest'

import { listPostings } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import type { PostingDetails } from '../../src/protocol/posting.ts'
import { engineer, newOwner, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

test('a posting is shown as its source gave it, in ISO 8601 and UTC', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1', { posting: { posted_at: null } }))
  const listed = await listPostings(db, { owner, limit: 200 })
  const iso = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const { details: _details, facets: _facets, words: _words, ...record } = engineer
  const bare = { city: null, region: null, country: null, derived: [] }
  const view = {
    ...record,
    locations: record.locations.map((text) => ({ text, ...bare })),
    employer: null,
    workplace: 'unknown',
    team: null,
    employment_types: [],
    language: null,
    requisition_id: null,
    read_from: 'structured',
    listings: null,
    company: 'acme',
    company_name: null,
    external_id: '1',
    status: 'open',
    posted_at: null,
    updated_at: '2026-10-02T09:30:00.000Z',
    valid_through: '2099-12-31T23:59:59.000Z',
    first_seen_at: iso,
    changed_at: iso,
    expired_at: null,
  }
  expect(listed).toEqual({ kind: 'page', page: { postings: [view], next_cursor: null } })
  expect(await readPosting(db, { owner, company: 'acme', external_id: '1' })).toEqual(view)
})

test('a posting is shown with its details, and the parts of the places that it still names', async () => {
  const owner = newOwner()
  const berlin = { text: 'Berlin', city: 'Berlin', region: null, country: 'DE', derived: [] }
  const details: PostingDetails = {
    employer: 'Acme',
    team: 'Rye',
    workplace: 'hybrid',
    employment_types: [{ type: null, text: 'nach Absprache' }],
    language: 'de',
    requisition_id: 'R-1',
  }
  const places = [berlin, { ...berlin, text: 'Wien' }]
  await recorder(db, owner)(readyRow('1', { posting: { details: { ...details, places } } }))
  const key = { owner, company: 'acme', external_id: '1' }
  const bare = { text: 'Remote', city: null, region: null, country: null, derived: [] }
  expect(await readPosting(db, key)).toMatchObject({ ...details, locations: [berlin, bare] })
})

test.for<[boolean | null, string]>([
  [true, 'remote'],
  [false, 'unknown'],
  [null, 'unknown'],
])('a posting of an earlier version, remote: %j, is shown: %s', async ([remote, workplace]) => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1', { posting: { remote } }))
  await db.query('UPDATE postings SET details = NULL, facets = NULL WHERE owner = $1', [owner])
  expect(await readPosting(db, { owner, company: 'acme', external_id: '1' })).toMatchObject({
    workplace,
    employer: null,
    employment_types: [],
    locations: [{ text: 'Berlin' }, { text: 'Remote' }],
  })
})

test('a posting with few fields is shown with those', async () => {
  const owner = newOwner()
  const little = {
    apply_url: null,
    remote: null,
    department: null,
    employment_type: null,
    salary: null,
    updated_at: null,
    valid_through: null,
    locations: [],
  }
  await recorder(db, owner)(readyRow('1', { posting: little }))
  const key = { owner, company: 'acme', external_id: '1' }
  expect(await readPosting(db, key)).toMatchObject(little)
  const [row] = await db.query('SELECT salary IS NULL AS unsaid FROM postings WHERE owner = $1', [
    owner,
  ])
  expect(row).toEqual({ unsaid: true })
})

test('DB-2: a posting is read only by its whole key', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1\0'))
  const key = { owner, company: 'acme', external_id: '1' }
  expect(await readPosting(db, { ...key, company: 'ac\0me' })).toMatchObject({ external_id: '1' })
  expect(await readPosting(db, { ...key, owner: newOwner() })).toBeUndefined()
  expect(await readPosting(db, { ...key, company: 'globex' })).toBeUndefined()
  expect(await readPosting(db, { ...key, external_id: '2' })).toBeUndefined()
})
