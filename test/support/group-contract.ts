import { expect } from 'vitest'

import { begin, group, type Proves } from './stored-run.ts'

export function groupCases(proves: Proves): void {
  proves('groups are read in order, with their inputs', (store) => {
    begin(store)
    expect(store.readGroups()).toEqual([group(0), group(1)])
    expect(store.readGroup(1)).toEqual(group(1))
    expect(store.readGroup(2)).toBeUndefined()
    expect(store.readInput(1)).toBe('{"at":1}')
  })

  proves('groups are read as they were written', (store, reopen) => {
    begin(store)
    const reason = { code: 'gone', message: 'It "is" gone.' }
    const failed = group(1, {
      status: 'failed',
      attempt: 3,
      failures: 2,
      losses: 1,
      reason,
      gone: 7,
      title: 'Müller ./. Schmidt',
      seq: 9,
    })
    store.transaction(() => store.writeGroup(failed))
    expect(store.readGroups()).toEqual([group(0), failed])
    expect(reopen().readGroup(1)).toEqual(failed)
  })

  proves('EV-5: groups are returned in order if they changed since a seq', (store, reopen) => {
    begin(store)
    const changed = [group(0, { seq: 7 }), group(1, { seq: 5 })]
    store.transaction(() => {
      for (const one of changed.toReversed()) store.writeGroup(one)
    })
    expect(store.groupsSince(0)).toEqual(changed)
    expect(store.groupsSince(4)).toEqual(changed)
    expect(reopen().groupsSince(5)).toEqual(changed.slice(0, 1))
    expect(store.groupsSince(7)).toEqual([])
  })

  proves(
    'groups are returned if they have jobs that no flight has carried, the least dispatched first',
    (store) => {
      begin(store)
      expect(store.undispatchedJobs(10)).toEqual([])
      store.transaction(() => {
        store.writeGroup(group(0, { found: 5, dispatched: 2 }))
        store.writeGroup(group(1, { found: 3, dispatched: 0, flight_jobs: 6 }))
      })
      expect(store.undispatchedJobs(10)).toEqual([
        { group: 1, from: 0, count: 3, flight_jobs: 6 },
        { group: 0, from: 2, count: 3, flight_jobs: null },
      ])
      expect(store.undispatchedJobs(1)).toEqual([{ group: 1, from: 0, count: 3, flight_jobs: 6 }])
      store.transaction(() => store.writeGroup(group(1, { found: 3, dispatched: 3 })))
      expect(store.undispatchedJobs(10)).toEqual([
        { group: 0, from: 2, count: 3, flight_jobs: null },
      ])
    },
  )
}
