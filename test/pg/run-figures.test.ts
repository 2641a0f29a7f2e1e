import { expect, test } from 'vitest'

import { findEarlierRun, readRunFigures } from '../../src/db/run-figures.ts'
import { writeRun } from '../../src/db/runs.ts'
import { GroupKey } from '../../src/protocol/ids.ts'
import { noFigures } from '../../src/protocol/run-comparison.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { newOwner, newRunId, openDatabase, readyRow, recorder } from '../support/database.ts'
import { VisitedCompany } from '../support/visited-company.ts'

const db = openDatabase()

const reason = { code: 'x', message: 'It could not be read.' }

test('a run’s jobs are counted by group, status and outcome, and its changes by field', async () => {
  const owner = newOwner()
  const [first, second] = [newRunId(), newRunId()]
  await recorder(db, owner, first)(readyRow('1'), readyRow('2'), readyRow('3'))
  await recorder(db, owner, second)(
    readyRow('1', { visit: 2, posting: { title: 'Head', department: 'Rye' } }),
    readyRow('2', { visit: 2, posting: { title: 'Chief' } }),
    readyRow('3', { visit: 2 }),
    readyRow('4', { visit: 2 }),
    { ...readyRow('5'), status: 'skipped', result: null, error: reason },
    readyRow('1', { visit: 1, group: 'other' }),
  )
  expect(await readRunFigures(db, { owner, run_id: first })).toEqual({
    groups: new Map([['acme', { ...noFigures, ready: 3, new: 3 }]]),
    fields: {},
  })
  expect(await readRunFigures(db, { owner, run_id: second })).toEqual({
    groups: new Map([
      ['acme', { ...noFigures, ready: 4, skipped: 1, new: 1, changed: 2, unchanged: 1 }],
      ['other', { ...noFigures, ready: 1, new: 1 }],
    ]),
    fields: { title: 2, department: 1 },
  })
  expect(await readRunFigures(db, { owner: newOwner(), run_id: second })).toEqual({
    groups: new Map(),
    fields: {},
  })
})

test('postings are gone once they expired, and not while their expiry is held', async () => {
  const company = new VisitedCompany(db)
  const [applied, held] = [newRunId(), newRunId()]
  await company.visit(['a', 'b', 'c', 'd'])
  await company.visit(['a', 'b', 'c'], { run_id: applied, rule: { misses: 1, hold_percent: 100 } })
  await company.visit(['a'], { run_id: held, rule: { misses: 1, hold_percent: 30 } })
  const goneIn = async (run_id: typeof held) => {
    const { groups } = await readRunFigures(db, { owner: company.owner, run_id })
    return groups.get(GroupKey.parse('acme'))?.gone ?? 0
  }
  expect([await goneIn(applied), await goneIn(held)]).toEqual([1, 0])
})

test('the earlier run is the last one of the same pipeline and groups', async () => {
  const owner = newOwner()
  const store = async (minute: number, keys: readonly string[], pipeline = 'ingestion') => {
    const group = { status: 'closed', found: 0, counts: { total: 0, by_status: {} } } as const
    const view: RunView = {
      run_id: newRunId(),
      pipeline,
      status: 'finished',
      round: 1,
      cursor: 'e.1',
      counts: { total: 0, by_status: {} },
      groups: Object.fromEntries(keys.map((key) => [key, group])),
      watchers: 0,
      created_at: `2026-01-02T03:${minute}:05.678Z`,
    }
    await writeRun(db, { owner, seq: 1, view })
    return view
  }
  const before = (view: RunView, of = owner) =>
    findEarlierRun(db, {
      ...view,
      owner: of,
      groups: Object.keys(view.groups).map((key) => GroupKey.parse(key)),
    })
  const first = await store(10, ['b', 'Ä', 'a'])
  const second = await store(11, ['a', 'b', 'Ä'])
  await store(12, ['a', 'b'])
  await store(13, ['a', 'b', 'Ä'], 'documents')
  const last = await store(14, ['Ä', 'b', 'a'])
  expect(await before(last)).toBe(second.run_id)
  expect(await before(second)).toBe(first.run_id)
  expect(await before(first)).toBeUndefined()
  expect(await before(last, newOwner())).toBeUndefined()
})
