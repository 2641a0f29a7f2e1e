import { expect, it } from 'vitest'

import { type WatchedJob, type WatchedRun } from '../../src/protocol/fold.ts'
import { tallyRun } from '../../web/parts/tally.ts'
import { failuresOf } from '../../web/run/failures.ts'
import { itemRows } from '../../web/run/item-rows.ts'

const all = { group: '', status: '', outcome: '', q: '' } as const

function jobsOf(...ids: readonly string[]): ReadonlyMap<string, WatchedJob> {
  return new Map(
    ids.map((id) => [
      id,
      { external_id: id, title: `Team ${id.toUpperCase()}`, status: 'pending' },
    ]),
  )
}

const runWith = (jobs: WatchedRun['jobs']): WatchedRun => ({
  status: 'ingesting',
  groups: new Map(),
  jobs,
})

const acme = jobsOf('a1', 'a2')
const globex = jobsOf('g1')
const run = runWith(
  new Map([
    ['acme', acme],
    ['globex', globex],
  ]),
)
const ids = (now: WatchedRun, wanted: Partial<Record<keyof typeof all, string>>) =>
  itemRows(now, { ...all, ...wanted }).map(({ external_id }) => external_id)

it('finds the jobs of a group, of a status, and of a text in any case', () => {
  expect(ids(run, {})).toEqual(['a1', 'a2', 'g1'])
  expect(ids(run, { group: 'acme' })).toEqual(['a1', 'a2'])
  expect(ids(run, { q: ' team A2 ' })).toEqual(['a2'])
  expect(ids(run, { status: 'ready' })).toEqual([])
})

it('finds a job again after it changed, whatever was asked before', () => {
  const ready = new Map(acme).set('a2', { external_id: 'a2', title: 'Team A2', status: 'ready' })
  const later = runWith(new Map(run.jobs).set('acme', ready))
  expect(ids(run, { status: 'ready' })).toEqual([])
  expect(ids(later, { status: 'ready' })).toEqual(['a2'])
  expect(ids(later, { status: 'pending' })).toEqual(['a1', 'g1'])
  expect(ids(later, { status: 'ready' })).toEqual(['a2'])
  expect(tallyRun(later).done).toBe(1)
})

it('keeps the rows of groups and of jobs that did not change', () => {
  const [a1, , g1] = itemRows(run, all)
  const ready = new Map(acme).set('a2', { external_id: 'a2', title: 'Team A2', status: 'ready' })
  const [kept, changed, other] = itemRows(runWith(new Map(run.jobs).set('acme', ready)), all)
  expect(kept).toBe(a1)
  expect(other).toBe(g1)
  expect(changed?.status).toBe('ready')
})

it('lists a group of 200,000 jobs', () => {
  const jobs = new Map<string, ReadonlyMap<string, WatchedJob>>()
  const many = jobsOf(...Array.from({ length: 200 }, (_, n) => String(n)))
  const large = new Map(
    Array.from({ length: 200_000 }, (_, n) => [
      String(n),
      { external_id: String(n), title: '', status: 'pending' as const },
    ]),
  )
  jobs.set('many', many).set('large', large)
  expect(itemRows(runWith(jobs), all)).toHaveLength(200_200)
})

it('groups what failed by its code, and finds a failure that came later', () => {
  expect(failuresOf(run)).toEqual([])
  const error = { code: 'no_text', message: 'no text' }
  const failed: WatchedJob = {
    external_id: 'g1',
    title: 'Team G1',
    status: 'failed',
    detail: { attempt: 1, error },
  }
  const later = runWith(new Map(run.jobs).set('globex', new Map([['g1', failed]])))
  expect(failuresOf(later)).toMatchObject([
    { code: 'no_text', jobs: [{ group: 'globex', external_id: 'g1' }] },
  ])
})
