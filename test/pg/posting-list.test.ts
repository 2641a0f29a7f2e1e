import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { countFacets } from '../../src/db/posting-facets.ts'
import { listPostings, type PostingQuery } from '../../src/db/posting-list.ts'
import { readPosting } from '../../src/db/posting-view.ts'
import { wordsOf } from '../../src/protocol/posting-words.ts'
import type { PostingRecord } from '../../src/protocol/posting.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'

const db = openDatabase()

async function list(query: Pick<PostingQuery, 'owner'> & Partial<PostingQuery>) {
  const listed = await listPostings(db, { limit: 200, ...query })
  if (listed.kind !== 'page') throw new Error(listed.kind)
  return listed.page
}

const titles = async (query: Parameters<typeof list>[0]) =>
  (await list(query)).postings.map(({ title }) => title)

test('the list can be filtered by company, status and a part of the title', async () => {
  const owner = newOwner()
  await recorder(db, owner)(
    readyRow('1', { posting: { title: 'Data engineer, 100% remote' } }),
    readyRow('2', { posting: { title: 'Cook', words: 'cook' } }),
    readyRow('1', { group: 'globex', posting: { title: 'ENGINEER_2 (C:\\)' } }),
  )
  await db.query(`UPDATE postings SET status = 'expired' WHERE owner = $1 AND title = 'Cook'`, [
    owner,
  ])
  expect(await titles({ owner, company: 'globex' })).toEqual(['ENGINEER_2 (C:\\)'])
  expect(await titles({ owner, status: 'expired' })).toEqual(['Cook'])
  expect(await titles({ owner, q: 'engineer' })).toHaveLength(2)
  expect(await titles({ owner, q: '0%' })).toEqual(['Data engineer, 100% remote'])
  expect(await titles({ owner, q: 'r_' })).toEqual(['ENGINEER_2 (C:\\)'])
  expect(await titles({ owner, q: ':\\' })).toEqual(['ENGINEER_2 (C:\\)'])
  expect(await titles({ owner, q: 'co\0ok', company: 'acme' })).toEqual(['Cook'])
  expect(await titles({ owner, company: 'nobody' })).toEqual([])
  expect(await titles({ owner, external_id: '2' })).toEqual(['Cook'])
  expect(await titles({ owner, external_id: '1', company: 'globex' })).toHaveLength(1)
})

test('a search has every hit once, in order, for any limit, with few hits and with many', async () => {
  const owner = newOwner()
  const stored = Array.from({ length: 60 }, (_, n) => {
    const title = n % 20 === 0 ? `Zoologist ${n}` : `Cook ${n}`
    const posting = { title, words: title.toLowerCase() }
    return readyRow(String(n).padStart(3, '0'), { group: `company ${n % 3}`, posting })
  })
  await recorder(db, owner)(...stored)
  for (const q of ['zoologist', 'COOK', 'ok 1', 'o', 'none']) {
    const whole = (await titles({ owner })).filter((title) =>
      title.toLowerCase().includes(q.toLowerCase()),
    )
    for (const limit of [1, 2, 50]) {
      const paged: string[] = []
      for (let cursor: string | null | undefined; cursor !== null;) {
        const page = await list({ owner, q, limit, cursor })
        paged.push(...page.postings.map(({ title }) => title))
        cursor = page.next_cursor
      }
      expect(paged).toEqual(whole)
    }
  }
})

test('DB-2: a list has only the owner’s postings', async () => {
  const [one, other] = [newOwner(), newOwner()]
  await recorder(db, one)(readyRow('1'), readyRow('2'))
  await recorder(db, other)(readyRow('1', { posting: { title: 'Other' } }))
  const { next_cursor } = await list({ owner: one, limit: 1 })
  expect(await titles({ owner: other })).toEqual(['Other'])
  expect(await titles({ owner: other, cursor: next_cursor ?? '' })).toEqual([])
})

test('pages have every posting once, in order, for any keys and limit', async () => {
  const key = fc.string({ minLength: 1, maxLength: 4, unit: 'grapheme' })
  const keys = fc.uniqueArray(fc.tuple(key, key), { maxLength: 20, selector: String })
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 7 }), async (given, limit) => {
      const owner = newOwner()
      await recorder(db, owner)(...given.map(([group, id]) => readyRow(id, { group })))
      const whole = (await list({ owner })).postings
      const paged = []
      for (let cursor: string | undefined, more = true; more;) {
        const page = await list({ owner, limit, cursor })
        expect(page.postings.length).toBeLessThanOrEqual(limit)
        paged.push(...page.postings)
        more = page.next_cursor !== null
        cursor = page.next_cursor ?? undefined
      }
      expect(whole).toHaveLength(given.length)
      expect(paged).toEqual(whole)
    }),
    { numRuns: 15 },
  )
})

const position = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test.for([
  ['empty', ''],
  ['no UTF-8', '_____w'],
  ['another shape', position(['acme'])],
  ['holding a NUL', position(['acme', '\0'])],
])('a cursor that is %s gets an answer, not an error', async ([, cursor = '']) => {
  expect(await listPostings(db, { owner: newOwner(), limit: 5, cursor })).toEqual({
    kind: 'bad_cursor',
  })
})

test('a posting whose own closing time has passed is closed, and open again when its source moves the time', async () => {
  const owner = newOwner()
  const record = recorder(db, owner)
  const past = '2026-01-31T23:59:59.000Z'
  await record(
    readyRow('gone', { posting: { title: 'gone' } }),
    readyRow('open', { posting: { title: 'open', valid_through: null } }),
    readyRow('past', { posting: { title: 'past', valid_through: past } }),
  )
  await db.query(`UPDATE postings SET status = 'expired' WHERE owner = $1 AND title = 'gone'`, [
    owner,
  ])
  expect(await titles({ owner, status: 'open' })).toEqual(['open'])
  expect(await titles({ owner, status: 'closed' })).toEqual(['past'])
  expect(await titles({ owner, status: 'expired' })).toEqual(['gone'])
  const key = { owner, company: 'acme', external_id: 'past' }
  expect(await readPosting(db, key)).toMatchObject({
    status: 'closed',
    valid_through: past,
    closed_at: past,
  })
  await record(readyRow('past', { visit: 2, posting: { title: 'past' } }))
  expect(await titles({ owner, status: 'open' })).toEqual(['open', 'past'])
})

/** Postings of one company, each a day older than the one before. */
async function store(owner: string, ...postings: Partial<PostingRecord>[]) {
  await recorder(
    db,
    owner,
  )(
    ...postings.map((posting, n) => {
      const posted_at = `2026-10-${String(28 - n).padStart(2, '0')}T09:00:00.000Z`
      return readyRow(posting.title ?? String(n), { posting: { posted_at, words: '', ...posting } })
    }),
  )
}

describe('a list has the postings that match its filter, the newest first', async () => {
  const owner = newOwner()
  await store(
    owner,
    { title: 'a', facets: ['workplace:remote', 'country:DE', 'country:AT', 'language:de'] },
    { title: 'b', facets: ['workplace:hybrid', 'country:DE', 'language:en', 'department:R: D'] },
    { title: 'c', facets: ['workplace:remote', 'country:FR', 'employment_type:intern'] },
    { title: 'd', facets: [], posted_at: null },
  )
  test.for<[string, Partial<PostingQuery>, string]>([
    ['no filter', {}, 'dabc'],
    ['a workplace', { workplace: ['remote'] }, 'ac'],
    ['two workplaces', { workplace: ['remote', 'hybrid'] }, 'abc'],
    ['a country', { country: ['AT'] }, 'a'],
    ['a country and a workplace', { country: ['DE'], workplace: ['hybrid'] }, 'b'],
    ['a language', { language: ['de'] }, 'a'],
    ['a kind of employment', { employment_type: ['intern'] }, 'c'],
    ['a department', { department: 'R: D' }, 'b'],
    ['a department in other letters', { department: 'r: d' }, ''],
    ['a company', { company: 'acme', country: ['DE'] }, 'ab'],
    ['a date', { posted_since: '2026-10-27T00:00:00Z' }, 'dab'],
    ['a change', { changed_since: { time: '2026-10-27T00:00:00Z' } }, 'dabc'],
    ['a change to come', { changed_since: { time: '2999-01-01T00:00:00Z' } }, ''],
    ['a run that is not stored', { changed_since: { run_id: newRunId() } }, ''],
  ])('%s', async ([, query, found]) => {
    expect((await titles({ owner, ...query })).join('')).toBe(found)
  })
})

test('a list has what changed since a run began', async () => {
  const owner = newOwner()
  await store(owner, { title: 'a' })
  const run_id = newRunId()
  await db.query(
    `INSERT INTO runs (owner, run_id, pipeline, status, seq, round, created_at, total, view)
      VALUES ($1, $2, 'ingestion', 'ingesting', 1, 1, now(), 0, '{}')`,
    [owner, run_id],
  )
  await store(owner, { title: 'b' })
  expect(await titles({ owner, changed_since: { run_id } })).toEqual(['b'])
})

const found: readonly [q: string, newest: string, rank?: string][] = [
  ['ovens', 'acd', 'cad'],
  ['OVEN', 'acd', 'cad'],
  ['bakes ovens', 'a'],
  ['C++', 'b'],
  ['烤面', 'e'],
  ['ven', 'c'],
  ['none', ''],
  ['"ovens', 'acd', 'cad'],
  ['c', 'bc', 'cb'],
]

const words = (text: string) => wordsOf(text).join(' ')

describe('a search finds the words of titles and descriptions', async () => {
  const owner = newOwner()
  await store(
    owner,
    { title: 'a', words: words('You bake in our ovens') },
    { title: 'b', words: words('C++ and C#, not C') },
    { title: 'c ovens', words: words('c ovens') },
    { title: 'd', words: words('An oven.') },
    { title: 'e', words: words('我们正在寻找一位会烤面包') },
  )
  test.for(found)('%s', async ([q, newest, rank = newest]) => {
    const first = async (sort: 'newest' | 'rank') =>
      (await titles({ owner, q, sort })).map((title) => title[0]).join('')
    expect(await first('newest')).toBe(newest)
    expect(await first('rank')).toBe(rank)
  })
})

test.for<[string, Partial<PostingQuery>]>([
  ['of a search by rank', { q: 'oven', sort: 'rank' }],
  ['of a search', { q: 'oven' }],
  ['of a filter', { workplace: ['remote'] }],
  ['of a filter of one company', { workplace: ['remote'], company: 'acme' }],
])('the pages %s have every posting once, in one order', async ([, query]) => {
  const owner = newOwner()
  await store(
    owner,
    ...Array.from({ length: 27 }, (_, n) => ({
      title: n % 4 === 0 ? `oven ${n}` : `cook ${n}`,
      words: n % 3 === 0 ? 'cook' : 'cook oven',
      facets: n % 3 === 0 ? ['workplace:onsite'] : ['workplace:remote'],
    })),
  )
  const whole = await titles({ owner, ...query })
  expect(whole.length).toBeGreaterThan(15)
  for (const limit of [1, 4, 50]) {
    const paged: string[] = []
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await list({ owner, ...query, limit, cursor })
      paged.push(...page.postings.map(({ title }) => title))
      cursor = page.next_cursor
    }
    expect(paged).toEqual(whole)
  }
})

test('facets count the values of all postings that match', async () => {
  const owner = newOwner()
  await store(
    owner,
    { title: 'a', facets: ['workplace:remote', 'country:DE', 'country:AT', 'department:R: D'] },
    { title: 'b', facets: ['workplace:remote', 'country:DE'] },
    {
      title: 'c',
      facets: ['workplace:onsite', 'country:DE'],
      valid_through: '2026-10-30T00:00:00Z',
    },
  )
  const names = ['country', 'department', 'company', 'status', 'language']
  expect(await countFacets(db, { owner }, names)).toEqual({
    counted: 3,
    complete: true,
    values: {
      country: [
        { value: 'DE', count: 3 },
        { value: 'AT', count: 1 },
      ],
      department: [{ value: 'R: D', count: 1 }],
      company: [{ value: 'acme', count: 3 }],
      status: [
        { value: 'open', count: 2 },
        { value: 'closed', count: 1 },
      ],
      language: [],
    },
  })
  const remote = await countFacets(db, { owner, workplace: ['remote'], q: 'b' }, ['country'])
  expect(remote).toMatchObject({ counted: 1, values: { country: [{ value: 'DE', count: 1 }] } })
})
