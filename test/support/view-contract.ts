import { expect } from 'vitest'

import { changeOf } from '../../src/durable/run/job-state.ts'
import type { RunStore } from '../../src/durable/run/store/run-store.ts'
import type { ListingRange } from '../../src/durable/watch/shown.ts'
import { begin, insert, job, type Proves, rewrite } from './stored-run.ts'

function counted(store: RunStore): string[] {
  return store
    .countJobs()
    .map(({ group, status, count }) => `${group} ${status} ${count}`)
    .toSorted()
}

/** The cases about views: what watchers, pages of jobs and checkpoints read of jobs. */
export function viewCases(proves: Proves): void {
  const error = { code: 'no', message: 'Just "no".' }
  const crawling = { status: 'crawling', progress: 7, message: 'Reading' } as const
  const jobs = [
    job(0, 0, { seq: 3, told: 3 }),
    job(0, 1, { status: 'ready', outcome: 'new', title: 'Named', titled: 5, seq: 5, told: 5 }),
    job(0, 2, { ...crawling, seq: 3, told: 5, attempt: 2, error }),
    job(1, 0, { status: 'ready', outcome: 'new', seq: 6, told: 6 }),
  ]
  const fill = (store: RunStore): void => {
    begin(store)
    insert(
      store,
      jobs.map(({ group: ord, n }) => job(ord, n)),
    )
    rewrite(store, jobs)
  }

  proves('EV-3, EV-5: returns the changes of jobs since a seq', (store) => {
    fill(store)
    expect(store.changesSince(0)).toEqual(jobs.map(changeOf))
    expect(store.changesSince(4)).toEqual(jobs.slice(1).map(changeOf))
    expect(store.changesSince(5)).toEqual(jobs.slice(3).map(changeOf))
    expect(store.changesSince(6)).toEqual([])
  })

  proves('EV-2, EV-4: lists jobs after a position, or the new and the renamed ones', (store) => {
    fill(store)
    const listed = (range: ListingRange) => [...store.listing(range)]
    expect(listed({ after: null, since: 0 })).toEqual(jobs.map(changeOf))
    expect(listed({ after: null, since: 1 })).toEqual(jobs.slice(1, 2).map(changeOf))
    expect(listed({ after: null, since: 5 })).toEqual([])
    expect(listed({ after: { group: 0, n: 1 }, since: 0 })).toEqual(jobs.slice(2).map(changeOf))
    expect(listed({ after: { group: 0, n: 1 }, since: 1 })).toEqual([])
    expect(listed({ after: { group: 1, n: 0 }, since: 0 })).toEqual([])
  })

  proves('EV-4: lets a listing stop anywhere, and go on after a write', (store) => {
    begin(store)
    const many = Array.from({ length: 1_201 }, (_, n) => job(0, n))
    insert(store, [...many, job(1, 0)])
    const readers = [700, 3, 1_100].map((n) => readUpTo(store, n))
    expect(readers).toEqual([700, 3, 1_100])
    const listing = store.listing({ after: null, since: 0 })[Symbol.iterator]()
    expect(listing.next().value).toMatchObject({ group: 0, n: 0 })
    insert(store, [job(1, 1)])
    rewrite(store, [job(0, 0, { status: 'ready' })])
    const whole = [...store.listing({ after: null, since: 0 })]
    expect(whole.map(({ group, n }) => [group, n])).toEqual([
      ...many.map(({ n }) => [0, n]),
      [1, 0],
      [1, 1],
    ])
    expect(listing.next().value).toMatchObject({ group: 0, n: 1 })
  })

  proves('counts by group and status, also after jobs were added and changed', (store, reopen) => {
    fill(store)
    expect(counted(store)).toEqual(['0 crawling 1', '0 pending 1', '0 ready 1', '1 ready 1'])
    insert(store, [job(1, 1), job(1, 2)])
    rewrite(store, [job(0, 0, { status: 'ready' }), job(1, 2, { status: 'failed' })])
    const now = ['0 crawling 1', '0 ready 2', '1 failed 1', '1 pending 1', '1 ready 1']
    expect(counted(store)).toEqual(now)
    expect(counted(reopen())).toEqual(now)
  })

  proves('counts as before after a transaction that was undone', (store) => {
    fill(store)
    const before = store.countJobs()
    const undone = () =>
      store.transaction(() => {
        store.insertJobs([job(1, 1)])
        throw new Error('no')
      })
    expect(undone).toThrow('no')
    expect(store.countJobs()).toEqual(before)
  })

  proves('returns pages of all jobs, of a group, or of a status', (store) => {
    fill(store)
    expect(store.pageJobs({ after: null, limit: 2 })).toEqual(jobs.slice(0, 2))
    expect(store.pageJobs({ after: { group: 0, n: 1 }, limit: 2 })).toEqual(jobs.slice(2))
    expect(store.pageJobs({ after: { group: 1, n: 0 }, limit: 2 })).toEqual([])
    expect(store.pageJobs({ after: null, limit: 9, group: 1 })).toEqual(jobs.slice(3))
    expect(store.pageJobs({ after: null, limit: 9, status: 'ready' })).toEqual([jobs[1], jobs[3]])
    const both = { after: null, limit: 9, group: 0, status: 'ready' } as const
    expect(store.pageJobs(both)).toEqual([jobs[1]])
  })
}

/** Reads the listing up to a job of the first group, and stops there. */
function readUpTo(store: RunStore, n: number): number {
  for (const one of store.listing({ after: null, since: 0 })) if (one.n === n) return one.n
  return -1
}
