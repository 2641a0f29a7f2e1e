import { expect, test } from 'vitest'

import { readPostingHistory } from '../../src/db/posting-history.ts'
import { removeRows } from '../../src/db/retention.ts'
import type { PostingDetails, PostingRecord } from '../../src/protocol/posting.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'
import { deleteCompany } from '../support/deleted-company.ts'

const db = openDatabase()

const ISO = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** A posting of one owner, and how its visits find it. */
class FoundPosting {
  readonly owner = newOwner()
  visit = 0

  async find(posting: Partial<PostingRecord> = {}, run_id = newRunId()) {
    this.visit += 1
    await recorder(db, this.owner, run_id)(readyRow('1', { visit: this.visit, posting }))
    return run_id
  }

  async expire(at: string) {
    await db.query(`UPDATE postings SET status = 'expired', expired_at = $2 WHERE owner = $1`, [
      this.owner,
      at,
    ])
  }

  history() {
    return readPostingHistory(db, { owner: this.owner, company: 'acme', external_id: '1' })
  }
}

test('a posting that was only found again has no change', async () => {
  const posting = new FoundPosting()
  await posting.find()
  await posting.find({
    updated_at: '2026-11-01T00:00:00Z',
    url: 'https://boards.example/acme/1?t=2',
  })
  expect(await posting.history()).toEqual({
    company: 'acme',
    external_id: '1',
    status: 'open',
    first_seen_at: ISO,
    last_seen_at: null,
    listings: null,
    expired_at: null,
    changes: [],
    complete: true,
  })
})

test('each change has its fields before and after, the newest change first', async () => {
  const posting = new FoundPosting()
  const details: PostingDetails = {
    team: 'Rye',
    language: 'de',
    employment_types: [{ type: 'part_time', text: 'Teilzeit' }],
  }
  await posting.find()
  await posting.find({ details })
  const first = await posting.find({ details, title: 'Lead engineer', salary: null })
  const second = await posting.find({
    title: 'Lead engineer',
    salary: null,
    locations: ['Berlin'],
    description_text: 'Builds bridges.',
    closed_at: '2026-10-05T09:00:00Z',
    details: {
      ...details,
      team: 'Wheat',
      language: 'en',
      employment_types: [{ type: 'full_time', text: 'Vollzeit' }],
    },
  })
  const salary = { min: 50_000, max: 65_000.5, currency: 'EUR', period: 'year', text: null }
  expect((await posting.history())?.changes).toEqual([
    {
      at: ISO,
      run_id: second,
      kind: 'changed',
      expired_at: null,
      fields: {
        locations: { before: ['Berlin', 'Remote'], after: ['Berlin'] },
        description_text: { before: 'Builds things.', after: 'Builds bridges.' },
        team: { before: 'Rye', after: 'Wheat' },
        employment_words: { before: ['Teilzeit'], after: ['Vollzeit'] },
        closed: { before: false, after: true },
      },
    },
    {
      at: ISO,
      run_id: first,
      kind: 'changed',
      expired_at: null,
      fields: {
        title: { before: 'Engineer', after: 'Lead engineer' },
        salary: { before: salary, after: null },
      },
    },
  ])
})

test('a posting that had expired and is back has reopened, also without another change', async () => {
  const posting = new FoundPosting()
  await posting.find()
  await posting.expire('2026-10-05T09:00:00Z')
  expect(await posting.history()).toMatchObject({
    status: 'expired',
    expired_at: '2026-10-05T09:00:00.000Z',
    changes: [],
  })
  await posting.find()
  expect(await posting.history()).toMatchObject({
    status: 'open',
    expired_at: null,
    changes: [{ kind: 'reopened', expired_at: '2026-10-05T09:00:00.000Z', fields: {} }],
  })
})

test('JOB-4: a repeated result, and one behind the fence, is no further change', async () => {
  const posting = new FoundPosting()
  await posting.find()
  const run_id = await posting.find({ title: 'Other' })
  posting.visit -= 1
  await posting.find({ title: 'Other' }, run_id)
  posting.visit = 0
  await posting.find({ title: 'Late' })
  expect((await posting.history())?.changes).toHaveLength(1)
})

test('the last visit that found a posting is when it was last seen', async () => {
  const posting = new FoundPosting()
  await posting.find()
  await db.query(
    `INSERT INTO visits (owner, company, visit, run_id, floor, started_at)
      VALUES ($1, 'acme', 1, 'r', 1, '2126-10-05T09:00:00Z')`,
    [posting.owner],
  )
  expect(await posting.history()).toMatchObject({ last_seen_at: '2126-10-05T09:00:00.000Z' })
  // The first visit began before the posting was found.
  await db.query(`UPDATE visits SET started_at = '2026-10-05' WHERE owner = $1`, [posting.owner])
  const history = await posting.history()
  expect(history?.last_seen_at).toBe(history?.first_seen_at)
})

test('DB-2: a history is only its owner’s', async () => {
  const posting = new FoundPosting()
  await posting.find()
  const key = { company: 'acme', external_id: '1' }
  expect(await readPostingHistory(db, { ...key, owner: newOwner() })).toBeUndefined()
  const other = { ...key, owner: posting.owner, external_id: '2' }
  expect(await readPostingHistory(db, other)).toBeUndefined()
})

test('no more than two hundred changes are shown, and the history says so', async () => {
  const posting = new FoundPosting()
  await posting.find()
  await db.query(
    `INSERT INTO posting_changes (owner, company, external_id, visit, run_id, fields)
      SELECT $1, 'acme', '1', n, 'r', '{"title": ["a", "b"]}' FROM generate_series(1, 201) AS n`,
    [posting.owner],
  )
  const history = await posting.history()
  expect(history?.changes).toHaveLength(200)
  expect(history?.complete).toBe(false)
})

test('RUN-6: the changes that a run made go with its jobs', async () => {
  const posting = new FoundPosting()
  await posting.find()
  const run_id = await posting.find({ title: 'Other' })
  await posting.find({ title: 'Another' })
  const runs = [{ owner: posting.owner, run_id }]
  expect(await removeRows(db, 'changes', { runs, limit: 10 })).toBe(1)
  expect((await posting.history())?.changes).toMatchObject([
    { fields: { title: { before: 'Other', after: 'Another' } } },
  ])
})

test('the changes of a company’s postings are deleted with the company', async () => {
  const posting = new FoundPosting()
  await posting.find()
  await posting.find({ title: 'Other' })
  await db.query(
    `INSERT INTO companies (owner, slug, name, source, visit) VALUES ($1, 'acme', 'Acme', '{}', $2)`,
    [posting.owner, posting.visit],
  )
  expect(await deleteCompany(db, { owner: posting.owner, slug: 'acme' })).toBe(true)
  const rows = await db.query('SELECT FROM posting_changes WHERE owner = $1', [posting.owner])
  expect(rows).toEqual([])
})
