import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { readPosting } from '../../src/db/posting-view.ts'
import type { PostingDetails } from '../../src/protocol/posting.ts'
import {
  engineer,
  newOwner,
  newRunId,
  openDatabase,
  readyRow,
  recorder,
} from '../support/database.ts'

const db = openDatabase()

function storedPostings(owner: string) {
  return db.query(
    `SELECT external_id, status, title, visit, run_id, changed_at > first_seen_at AS changed
      FROM postings WHERE owner = $1 ORDER BY company, external_id`,
    [owner],
  )
}

function storedJobs(owner: string) {
  return db.query(
    `SELECT external_id, status, outcome, attempt, error FROM run_jobs
      WHERE owner = $1 ORDER BY external_id`,
    [owner],
  )
}

const outcomes = async (recorded: ReturnType<ReturnType<typeof recorder>>) =>
  Object.fromEntries((await recorded).won.map((row) => [row.external_id, row.outcome]))

test('JOB-4: a result is new, changed or unchanged compared with the earlier posting', async () => {
  const owner = newOwner()
  const first = newRunId()
  await recorder(db, owner, first)(readyRow('1'), readyRow('2'), readyRow('3'))
  const second = newRunId()
  const said = await recorder(db, owner, second)(
    readyRow('1', { visit: 2 }),
    readyRow('2', { visit: 2, posting: { title: 'Lead engineer' } }),
    readyRow('3', { visit: 2, posting: { locations: ['Berlin'] } }),
    readyRow('4', { visit: 2 }),
  )
  expect(said.failed).toEqual([])
  expect(said.won).toEqual([
    { group: 'acme', external_id: '1', attempt: 1, outcome: 'unchanged' },
    { group: 'acme', external_id: '2', attempt: 1, outcome: 'changed' },
    { group: 'acme', external_id: '3', attempt: 1, outcome: 'changed' },
    { group: 'acme', external_id: '4', attempt: 1, outcome: 'new' },
  ])
  const kept = { status: 'open', visit: 2, run_id: second }
  expect(await storedPostings(owner)).toEqual([
    { ...kept, external_id: '1', title: 'Engineer', changed: false },
    { ...kept, external_id: '2', title: 'Lead engineer', changed: true },
    { ...kept, external_id: '3', title: 'Engineer', changed: true },
    { ...kept, external_id: '4', title: 'Engineer', changed: false },
  ])
})

test('JOB-4: the same time in another zone is no change', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1', { posting: { posted_at: '2026-10-01T09:00:00Z' } }))
  const moved = readyRow('1', { posting: { posted_at: '2026-10-01T11:00:00+02:00' } })
  expect(await outcomes(recorder(db, owner)(moved))).toEqual({ '1': 'unchanged' })
})

test.for(['salary', 'remote', 'department', 'employment_type'] as const)(
  'JOB-4: a %s that disappears is a change',
  async (name) => {
    const owner = newOwner()
    await recorder(db, owner)(readyRow('1'))
    const said = recorder(db, owner)(readyRow('1', { posting: { [name]: null } }))
    expect(await outcomes(said)).toEqual({ '1': 'changed' })
  },
)

test('JOB-4: a touched date, address or token in a link alone is no change, and is stored', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1'))
  const touched = {
    url: 'https://boards.example/acme/1?token=b',
    apply_url: 'https://boards.example/acme/1/apply?token=b',
    description_html: '<p>We bake. <a href="/x?token=b" rel="nofollow noopener">More</a></p>',
    posted_at: '2026-10-05T09:00:00.000Z',
    updated_at: '2026-11-05T09:00:00.000Z',
    valid_through: '2026-12-05T09:00:00.000Z',
  }
  const said = recorder(db, owner)(readyRow('1', { visit: 2, posting: touched }))
  expect(await outcomes(said)).toEqual({ '1': 'unchanged' })
  const [row] = await db.query('SELECT * FROM postings WHERE owner = $1', [owner])
  expect(row).toMatchObject({ url: touched.url, description_html: touched.description_html })
  expect(row?.['changed_at']).toEqual(row?.['first_seen_at'])
})

const details: PostingDetails = {
  employer: 'Acme',
  team: 'Rye',
  workplace: 'hybrid',
  employment_types: [{ type: 'part_time', text: 'Teilzeit' }],
}

test('PLAN-5, JOB-4: details that an earlier version did not store are stored, and are no change', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1'), readyRow('2'))
  await db.query('UPDATE postings SET details = NULL, facets = NULL WHERE owner = $1', [owner])
  const facets = ['workplace:hybrid']
  const said = recorder(db, owner)(
    readyRow('1', { visit: 2, posting: { details, facets } }),
    readyRow('2', { visit: 2, posting: { details, facets, title: 'Other' } }),
  )
  expect(await outcomes(said)).toEqual({ '1': 'unchanged', '2': 'changed' })
  const [row] = await db.query('SELECT * FROM postings WHERE owner = $1 AND external_id = $2', [
    owner,
    '1',
  ])
  expect(row).toMatchObject({ details, facets })
  expect(row?.['changed_at']).toEqual(row?.['first_seen_at'])
})

test.for<[string, PostingDetails, string]>([
  ['another workplace', { workplace: 'onsite' }, 'changed'],
  ['another employer', { employer: 'Globex' }, 'changed'],
  ['another team', { team: 'Wheat' }, 'changed'],
  [
    'other words for its employment',
    { employment_types: [{ type: 'part_time', text: 'Teilzeit, 20 h' }] },
    'changed',
  ],
  [
    'another kind read from the same words',
    { employment_types: [{ type: 'other', text: 'Teilzeit' }] },
    'unchanged',
  ],
  ['another language', { language: 'nl' }, 'unchanged'],
  ['another requisition', { requisition_id: 'R-2' }, 'unchanged'],
])('JOB-4: a posting with %s is %s', async ([, changed, outcome]) => {
  const owner = newOwner()
  const before = { ...details, language: 'de', requisition_id: 'R-1' }
  await recorder(db, owner)(readyRow('1', { posting: { details: before } }))
  const found = { details: { ...before, ...changed } }
  const said = recorder(db, owner)(readyRow('1', { visit: 2, posting: found }))
  expect(await outcomes(said)).toEqual({ '1': outcome })
  const gone = recorder(db, owner)(readyRow('1', { visit: 3, posting: { details: {} } }))
  expect(await outcomes(gone)).toEqual({ '1': 'unchanged' })
})

test('JOB-4: a posting whose page says that it is closed changed once, and keeps the first time', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1'))
  const closed = (visit: number, closed_at: string | null) =>
    outcomes(recorder(db, owner)(readyRow('1', { visit, posting: { closed_at } })))
  expect(await closed(2, '2026-10-05T09:00:00.000Z')).toEqual({ '1': 'changed' })
  expect(await closed(3, '2026-10-06T09:00:00.000Z')).toEqual({ '1': 'unchanged' })
  const key = { owner, company: 'acme', external_id: '1' }
  expect(await readPosting(db, key)).toMatchObject({
    status: 'closed',
    closed_at: '2026-10-05T09:00:00.000Z',
  })
  expect(await closed(4, null)).toEqual({ '1': 'changed' })
  expect(await readPosting(db, key)).toMatchObject({ status: 'open', closed_at: null })
})

test('JOB-4: a page that only says that its posting is closed closes the stored one, and keeps its content', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1'))
  const page = { url: 'https://acme.test/1', sha256: 'a', etag: null, last_modified: null }
  const closed = (id: string, visit: number) =>
    readyRow(id, { result: { visit, closed_at: '2026-10-05T09:00:00.000Z', page } })
  expect(await outcomes(recorder(db, owner)(closed('1', 2), closed('none', 2)))).toEqual({
    '1': 'changed',
    none: 'unchanged',
  })
  expect(await outcomes(recorder(db, owner)(closed('1', 3)))).toEqual({ '1': 'unchanged' })
  const key = { owner, company: 'acme', external_id: '1' }
  const { title, salary, description_html, description_text, department, remote } = engineer
  expect(await readPosting(db, key)).toMatchObject({
    title,
    salary,
    description_html,
    description_text,
    department,
    remote,
    locations: [{ text: 'Berlin' }, { text: 'Remote' }],
    updated_at: '2026-10-02T09:30:00.000Z',
    valid_through: '2099-12-31T23:59:59.000Z',
    status: 'closed',
    closed_at: '2026-10-05T09:00:00.000Z',
  })
  expect(await readPosting(db, { ...key, external_id: 'none' })).toBeUndefined()
  const rows = await db.query('SELECT visit, page FROM postings WHERE owner = $1', [owner])
  expect(rows).toEqual([{ visit: 3, page }])
})

const repeated = (attempt: number) => [
  readyRow('fresh', { attempt }),
  readyRow('old', { attempt, posting: { title: 'Moved' } }),
  readyRow('same', { attempt }),
]

test('JOB-4: a repeat has the same outcome, under the same attempt and under a later one', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('old'), readyRow('same'))
  const record = recorder(db, owner)
  const said = { fresh: 'new', old: 'changed', same: 'unchanged' }
  expect(await outcomes(record(...repeated(1)))).toEqual(said)
  const [posting] = await storedPostings(owner)
  expect(await outcomes(record(...repeated(1)))).toEqual(said)
  expect(await outcomes(record(...repeated(3)))).toEqual(said)
  expect((await storedPostings(owner))[0]).toEqual(posting)
})

test('JOB-4: a stale attempt is refused and writes no posting', async () => {
  const owner = newOwner()
  const record = recorder(db, owner)
  await record(readyRow('1', { attempt: 2 }))
  const stale = await record(
    readyRow('1', { attempt: 1, posting: { title: 'Stale' } }),
    readyRow('2', { attempt: 1 }),
  )
  expect(stale.won.map((row) => row.external_id)).toEqual(['2'])
  expect(stale.failed).toEqual([])
  expect(await storedPostings(owner)).toMatchObject([
    { external_id: '1', title: 'Engineer' },
    { external_id: '2', title: 'Engineer' },
  ])
})

test('JOB-4: a posting is fenced by its visit, and the job of an older visit is done nevertheless', async () => {
  const owner = newOwner()
  const newer = newRunId()
  await recorder(db, owner, newer)(readyRow('1', { visit: 5, posting: { title: 'Newer' } }))
  const said = recorder(db, owner)(readyRow('1', { visit: 4, posting: { title: 'Older' } }))
  expect(await outcomes(said)).toEqual({ '1': 'unchanged' })
  expect(await storedPostings(owner)).toMatchObject([{ title: 'Newer', visit: 5, run_id: newer }])
})

test('JOB-4: a later attempt under the same visit writes its posting', async () => {
  const owner = newOwner()
  const record = recorder(db, owner)
  await record(readyRow('1'))
  await record(readyRow('1', { attempt: 2, posting: { title: 'Later' } }))
  expect(await storedPostings(owner)).toMatchObject([{ title: 'Later', visit: 1 }])
})

test('JOB-4: an expired posting that comes back is open and changed', async () => {
  const owner = newOwner()
  await recorder(db, owner)(readyRow('1'))
  await db.query(`UPDATE postings SET status = 'expired' WHERE owner = $1`, [owner])
  const record = recorder(db, owner)
  expect(await outcomes(record(readyRow('1', { visit: 2 })))).toEqual({ '1': 'changed' })
  expect(await outcomes(record(readyRow('1', { visit: 2 })))).toEqual({ '1': 'changed' })
  expect(await storedPostings(owner)).toMatchObject([{ status: 'open', changed: true }])
})

test('a long text keeps its stored bytes while it does not change, and follows a change', async () => {
  const owner = newOwner()
  const long = randomBytes(20_000).toString('hex')
  const stored = () =>
    db.query(
      `SELECT length(description_html) AS html, length(description_text) AS text, title
        FROM postings WHERE owner = $1`,
      [owner],
    )
  const texts = { description_html: `<p>${long}</p>`, description_text: long }
  await recorder(db, owner)(readyRow('1', { posting: texts }))
  await recorder(db, owner)(readyRow('1', { posting: { ...texts, title: 'Lead engineer' } }))
  expect(await stored()).toEqual([{ html: 40_007, text: 40_000, title: 'Lead engineer' }])
  await recorder(db, owner)(readyRow('1', { posting: { ...texts, description_text: 'Short.' } }))
  expect(await stored()).toEqual([{ html: 40_007, text: 6, title: 'Engineer' }])
})

test('JOB-4: a skipped job keeps its reason and writes no posting', async () => {
  const owner = newOwner()
  const reason = { code: 'robots', message: 'robots.txt forbids it' }
  const { won } = await recorder(db, owner)(
    readyRow('1', { status: 'skipped', result: null, error: reason }),
    readyRow('2'),
  )
  expect(won).toMatchObject([{ outcome: null }, { outcome: 'new' }])
  expect(await storedJobs(owner)).toEqual([
    { external_id: '1', status: 'skipped', outcome: null, attempt: 1, error: reason },
    { external_id: '2', status: 'ready', outcome: 'new', attempt: 1, error: null },
  ])
  expect(await storedPostings(owner)).toMatchObject([{ external_id: '2' }])
})
