import { expect } from 'vitest'

import { tombstoneOf, type Tombstone } from '../../src/durable/run/tombstone.ts'
import { begin, insert, job, type Proves, run } from './stored-run.ts'

const receipt = { by: 'alice', at: '2026-01-01T00:00:00.000Z', seq: 9, in_flight: 1 }

function tombstone(): Tombstone {
  const { run_id, owner, pipeline, epoch, seq, round, body_hash, created_at } = run
  const life = { status: 'aborted', receipt } as const
  return { run_id, owner, pipeline, epoch, seq, round, body_hash, created_at, life }
}

export function tombstoneCases(proves: Proves): void {
  proves('RUN-1: has no tombstone while there is a run, or before there was one', (store) => {
    expect(store.readTombstone()).toBeUndefined()
    begin(store)
    expect(store.readTombstone()).toBeUndefined()
    expect(tombstoneOf(run)).toBeUndefined()
  })

  proves(
    'RUN-1: has only the tombstone after the archive, also after a restart',
    (store, reopen) => {
      begin(store)
      insert(store, [job(0, 0), job(1, 0)])
      store.transaction(() => store.archive(tombstone(), 50))
      for (const opened of [store, reopen()]) {
        expect(opened.readRun()).toBeUndefined()
        expect(opened.readTombstone()).toEqual(tombstone())
      }
    },
  )

  proves('W-12: refuses revoked tokens after the archive until they expire', (store, reopen) => {
    begin(store)
    store.transaction(() => {
      store.revokeToken('a', 50, 10)
      store.revokeToken('b', 90, 10)
    })
    store.transaction(() => store.archive(tombstone(), 50))
    store.transaction(() => store.revokeToken('c', 99, 60))
    expect(['a', 'b', 'c'].map((id) => reopen().isTokenRevoked(id))).toEqual([false, true, true])
  })

  proves('loses nothing by an archive that fails', (store, reopen) => {
    begin(store)
    insert(store, [job(0, 0)])
    store.transaction(() => store.revokeToken('a', 50, 10))
    const archive = () =>
      store.transaction(() => {
        store.archive(tombstone(), 60)
        throw new Error('no')
      })
    expect(archive).toThrow('no')
    for (const opened of [store, reopen()]) {
      expect(opened.readRun()).toEqual(run)
      expect(opened.readTombstone()).toBeUndefined()
      expect(opened.readJobs(0, [0])).toHaveLength(1)
      expect(opened.isTokenRevoked('a')).toBe(true)
    }
  })
}
