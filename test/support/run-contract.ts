import { expect } from 'vitest'

import type { RunStore } from '../../src/durable/run/store/run-store.ts'
import { addCheckpoint, begin, group, insert, job, type Proves, run } from './stored-run.ts'

/** The cases about the run itself, and about transactions over all of its storage. */
export function runCases(proves: Proves): void {
  proves('RUN-5: is empty before a run is created', (store) => {
    expect(store.readRun()).toBeUndefined()
  })

  proves('is read as it was written, also after a restart', (store, reopen) => {
    begin(store)
    expect(store.readRun()).toEqual(run)
    const later = { ...run, seq: 7, plans_sent: 2 }
    store.transaction(() => store.writeRun(later))
    expect(store.readRun()).toEqual(later)
    expect(reopen().readRun()).toEqual(later)
  })

  proves('returns what the work of a transaction returns', (store) => {
    begin(store)
    expect(store.transaction(() => 42)).toBe(42)
  })

  proves('undoes a transaction that throws', (store, reopen) => {
    begin(store)
    insert(store, [job(0, 0)])
    const entry = addCheckpoint(store)
    const before = readAll(store)
    expect(() =>
      store.transaction(() => {
        store.writeRun({ ...run, seq: 9 })
        store.writeGroup(group(0, { found: 3 }))
        store.insertJobs([job(0, 1)])
        store.writeJobs([[job(0, 0), job(0, 0, { status: 'ready' })]])
        store.addEntry({ ...entry, due: 1 })
        store.writeEntry({ ...entry, state: 'sent' })
        store.dropEntry(entry.id)
        store.revokeToken('a', 9, 1)
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(readAll(store)).toEqual(before)
    expect(readAll(reopen())).toEqual(before)
    insert(store, [job(0, 1)])
    expect(store.readJobs(0, [0, 1])).toHaveLength(2)
  })
}

function readAll(store: RunStore) {
  return {
    run: store.readRun(),
    groups: store.readGroups(),
    jobs: store.pageJobs({ after: null, limit: 100 }),
    entries: store.readEntries(),
    revoked: store.isTokenRevoked('a'),
  }
}
