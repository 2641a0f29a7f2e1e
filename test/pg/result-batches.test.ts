import { randomBytes } from 'node:crypto'

import { expect, test } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { postingTail } from '../../src/db/postings.ts'
import { recordResults } from '../../src/db/results.ts'
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
    'SELECT external_id, title FROM postings WHERE owner = $1 ORDER BY company, external_id',
    [owner],
  )
}

// Random text, so that no compression brings the key below the limit of an index.
const longKey = randomBytes(3_000).toString('base64')

test.for([
  ['an invalid date', '22', readyRow('bad', { posting: { posted_at: '2026-02-30T00:00:00Z' } })],
  ['a result without a posting', '23', readyRow('bad', { result: { visit: 1 } })],
  [
    'an unknown employment type',
    '23',
    readyRow('bad', { result: { visit: 1, posting: { ...engineer, employment_type: 'serf' } } }),
  ],
  ['a key longer than an index holds', '54', readyRow(longKey)],
] as const)('JOB-4: %s fails alone', async ([, state, bad]) => {
  const owner = newOwner()
  const good = Array.from({ length: 30 }, (_, n) => readyRow(`good-${n}`))
  const { won, failed } = await recorder(db, owner)(...good.slice(0, 17), bad, ...good.slice(17))
  expect(failed).toMatchObject([{ row: bad, code: expect.stringMatching(`^${state}`) }])
  expect(failed[0]?.message).not.toBe('')
  expect(won.map((row) => row.external_id).toSorted()).toEqual(
    good.map((row) => row.external_id).toSorted(),
  )
  expect(await storedPostings(owner)).toHaveLength(good.length)
})

test('JOB-4: all faulty rows of a batch are returned, and the others are stored', async () => {
  const rows = Array.from({ length: 20 }, (_, n) =>
    readyRow(`${n}`, n % 3 === 0 ? { posting: { updated_at: 'soon' } } : {}),
  )
  const { won, failed } = await recorder(db, newOwner())(...rows)
  expect(failed.map(({ row }) => row)).toEqual(rows.filter((_, n) => n % 3 === 0))
  expect(won).toHaveLength(13)
})

test('JOB-4: NUL and half a surrogate pair are removed before the row is stored', async () => {
  const owner = newOwner()
  const { won, failed } = await recorder(db, owner)(
    readyRow('a\0b\uD800', {
      title: '\0title\uDC00',
      posting: { title: 'Eng\0ineer \uD83D', locations: ['Ber\0lin', '😀'] },
    }),
    readyRow('literal', { posting: { title: String.raw`C:\u0000` } }),
  )
  expect(failed).toEqual([])
  expect(won.map((row) => row.external_id)).toEqual(['a\0b\uD800', 'literal'])
  const rows = await db.query(
    'SELECT external_id, title, locations FROM postings WHERE owner = $1 ORDER BY 1',
    [owner],
  )
  expect(rows).toEqual([
    { external_id: 'ab\uFFFD', title: 'Engineer \uFFFD', locations: ['Berlin', '😀'] },
    { external_id: 'literal', title: String.raw`C:\u0000`, locations: ['Berlin', 'Remote'] },
  ])
})

test('JOB-4: the last of two rows with one key is stored, and is returned once', async () => {
  const owner = newOwner()
  const { won } = await recorder(db, owner)(
    readyRow('1', { posting: { title: 'First' } }),
    readyRow('1', { posting: { title: 'Last' } }),
  )
  expect(won).toEqual([{ group: 'acme', external_id: '1', attempt: 1, outcome: 'new' }])
  expect(await storedPostings(owner)).toMatchObject([{ title: 'Last' }])
})

test('JOB-4: keys that differ only in characters that Postgres cannot store are both returned', async () => {
  const { won } = await recorder(db, newOwner())(readyRow('1'), readyRow('1\0', { attempt: 2 }))
  expect(won).toEqual([
    { group: 'acme', external_id: '1', attempt: 1, outcome: 'new' },
    { group: 'acme', external_id: '1\0', attempt: 2, outcome: 'new' },
  ])
})

test('JOB-4: statements with the same keys in different orders do not block each other', async () => {
  const owner = newOwner()
  const runs = [newRunId(), newRunId()]
  const rows = Array.from({ length: 300 }, (_, n) => readyRow(`${n}`))
  for (let round = 0; round < 5; round += 1) {
    const statements = [rows, rows.toReversed(), rows.slice(150), rows.toReversed().slice(150)]
    const said = await Promise.all(
      statements.map((some, n) => recorder(db, owner, runs[n >> 1])(...some)),
    )
    expect(said.map(({ won, failed }) => [won.length, failed.length])).toEqual(
      statements.map((some) => [some.length, 0]),
    )
  }
  expect(await storedPostings(owner)).toHaveLength(300)
})

test('JOB-4: without rows no statement is sent', async () => {
  const silent = { ...db, query: () => Promise.reject(new DatabaseUnavailable({})) }
  const scope = { owner: newOwner(), run_id: newRunId(), tail: postingTail }
  expect(await recordResults(silent, scope, [])).toEqual({ won: [], failed: [] })
})

test('JOB-4: an error that no single row causes is thrown, without a split', async () => {
  const wrong = { ...postingTail, outcome: 'no_such_column' }
  const scope = { owner: newOwner(), run_id: newRunId(), tail: wrong }
  const recorded = recordResults(db, scope, [readyRow('1'), readyRow('2')])
  await expect(recorded).rejects.toMatchObject({ code: '42703' })
})
