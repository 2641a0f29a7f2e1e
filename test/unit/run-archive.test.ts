import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import {
  archiveJobs,
  archiveLines,
  archiveRun,
  releaseArchive,
} from '../../src/durable/run/archival.ts'
import { confirmCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { report } from '../../src/durable/run/flights.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { checkpointPage } from '../../src/durable/run/run-views.ts'
import { abortAfterEnd } from '../../src/durable/run/tombstone.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { alice, failed, ready, TestRun } from '../support/test-run.ts'

const DAY_MS = 86_400_000

/** Makes an ended run with a failed job, whose end is in Postgres. */
function endedRun(): TestRun {
  const test = new TestRun({ settings: { archive_ms: DAY_MS, backoff_ms: 1 } })
  test.create('a', 'b')
  test.plan(0, 3)
  test.plan(1, 1)
  while (test.mail.some(({ subject }) => subject.kind === 'flight'))
    test.report(test.claim(), { row: (n) => (n === 1 ? failed(false) : ready()) })
  test.mail = []
  test.call(confirmCheckpoint, test.run)
  return test
}

/** Makes a run that ended a day ago, whose archive is due. */
function dueRun(): TestRun {
  const test = endedRun()
  test.pass(DAY_MS)
  return test
}

function mark({ run, store }: TestRun) {
  return { seq: run.seq, last_line: store.lastLine() }
}

describe('the archive of a run', () => {
  it('RUN-1: is owed a day after the end is in Postgres', () => {
    const test = endedRun()
    const due = test.now + DAY_MS
    expect(test.store.readEntries()).toMatchObject([{ subject: { kind: 'archive' }, due }])
    expect(test.armed).toBe(due)
    test.call(confirmCheckpoint, test.run)
    expect(test.store.readEntries()).toHaveLength(1)
    expect(archiveRun(test.run, test.store)).toBeUndefined()
    test.pass(DAY_MS - 1)
    expect(test.take('archive')).toEqual([])
    test.pass(1)
    expect(test.take('archive')).toHaveLength(1)
    expect(archiveRun(test.run, test.store)).toMatchObject({
      ...mark(test),
      owner: alice,
      group_keys: ['a', 'b'],
      view: { status: 'finished' },
    })
  })

  it('RUN-1: is dropped by a retry, and the next round owes its own', () => {
    const test = endedRun()
    test.pass(DAY_MS / 2)
    expect(test.call(retry, { status: 'failed' })).toMatchObject({ kind: 'retried' })
    expect(test.entries('archive')).toEqual([])
    test.flyAll()
    expect(test.run.round).toBe(2)
    test.call(confirmCheckpoint, test.run)
    expect(test.entries('archive')).toMatchObject([{ due: test.now + DAY_MS }])
  })

  it('Q-2: is sent again if its message is lost, and a message before its time is ignored', () => {
    const test = endedRun()
    test.lose({ kind: 'archive' })
    expect(test.take('archive')).toEqual([])
    test.pass(DAY_MS)
    test.mail = []
    test.lose({ kind: 'archive' })
    expect(test.take('archive')).toHaveLength(1)
    test.pass(test.settings.unclaimed_max_ms)
    expect(test.take('archive')).toHaveLength(1)
  })

  it('waits longer after each failure, up to a day', () => {
    const test = dueRun()
    const waits: number[] = []
    for (let i = 0; i < 22; i += 1) {
      test.call(releaseArchive, { wait_ms: 1_000 })
      expect(archiveRun(test.run, test.store)).toBeUndefined()
      waits.push((test.armed ?? 0) - test.now)
      test.pass(waits.at(-1) ?? 0)
      expect(test.take('archive')).not.toEqual([])
    }
    expect(waits.slice(0, 5)).toEqual([1_000, 1_000, 2_000, 4_000, 8_000])
    expect(waits.slice(-2)).toEqual([DAY_MS, DAY_MS])
  })

  it("has every job in its place, with everything that a checkpoint's page has", () => {
    const test = dueRun()
    const source = { run: test.run, store: test.store }
    const { seq } = test.run
    const all = archiveJobs(source, { seq, after: null, limit: 100 })
    const { rows } = checkpointPage(test.store, { after: null, limit: 100 })
    const places = [0, 1, 2].map((n) => ({ group_ord: 0, n, url: null }))
    const due = [...places, { group_ord: 1, n: 0, url: null }]
    const attempts = expect.any(Array)
    const whole = rows.map((row, i) => ({ ...row, ...due[i], attempts }))
    expect(all).toEqual({ rows: whole, next: null })
    const first = archiveJobs(source, { seq, after: null, limit: 2 })
    expect(first).toEqual({ rows: all?.rows.slice(0, 2), next: { group: 0, n: 1 } })
    const after = first?.next ?? null
    expect(archiveJobs(source, { seq, after, limit: 9 })?.rows).toEqual(all?.rows.slice(2))
  })

  it('has every line of the log, and the fields that a stream needs', () => {
    const test = dueRun()
    const source = { run: test.run, store: test.store }
    const { seq } = test.run
    const page = archiveLines(source, { seq, after: 0, limit: 1_000 })
    expect(page?.next).toBeNull()
    const plain = page?.lines.map(({ as_of: _as_of, late: _late, ...line }) => line)
    expect(plain).toEqual(test.store.readLines(0, 1_000))
    expect(page?.lines.at(-1)).toMatchObject({ as_of: seq, late: false })
    const first = archiveLines(source, { seq, after: 0, limit: 2 })
    expect(first).toEqual({ lines: page?.lines.slice(0, 2), next: 2 })
  })

  it("JOB-4: is not read while the run goes on, so that a worker's committed result stands", () => {
    const test = dueRun()
    const { seq } = test.run
    const asked = { seq, after: null, limit: 9 }
    test.call(retry, { status: 'failed' })
    const source = { run: test.run, store: test.store }
    expect(archiveJobs(source, asked)).toBeUndefined()
    expect(archiveJobs(source, { ...asked, seq: test.run.seq })).toBeUndefined()
    expect(archiveLines(source, { seq, after: 0, limit: 9 })).toBeUndefined()
  })
})

describe('a tombstone', () => {
  it('RUN-1, RUN-5: is the only thing that stays, and all other calls find no run', () => {
    const test = dueRun()
    const { run_id, owner, pipeline, epoch, seq, round, body_hash, created_at } = test.run
    const kept = { run_id, owner, pipeline, epoch, seq, round, body_hash, created_at }
    expect(test.archive(mark(test))).toBe(true)
    for (const again of [false, true]) {
      if (again) test.restart()
      expect(test.engine.run).toBeUndefined()
      expect(test.engine.tombstone).toEqual({ ...kept, life: { status: 'finished' } })
      expect(test.engine.transact(() => 'a change')).toBeUndefined()
      expect(test.engine.wakeDue()).toBeUndefined()
      expect(test.engine.ownedBy(alice)).toBeUndefined()
      expect(test.engine.belongsTo(alice)).toBe(true)
      expect(test.engine.belongsTo(Owner.parse('bob'))).toBe(false)
      test.wake()
      test.lose({ kind: 'flight', flight: 1 })
      test.postpone([])
    }
    const { store } = test
    expect([store.readRun(), store.readGroups(), test.jobs()]).toEqual([undefined, [], []])
    expect([store.readEntries(), store.readLines(0, 9)]).toEqual([[], []])
  })

  it('is the same run for an equal start, and refuses another one', () => {
    const test = dueRun()
    const start = test.start('a', 'b')
    const before = test.engine.create(start, 'another')
    test.archive(mark(test))
    expect(test.engine.create(start, 'another')).toEqual(before)
    expect(before).toMatchObject({ kind: 'exists', status: 'finished' })
    const other = { ...start, body_hash: 'of another body' }
    expect(test.engine.create(other, 'another')).toEqual({ kind: 'key_reused' })
  })

  it('RUN-2: keeps the receipt of an abort', () => {
    const test = new TestRun()
    test.create('a')
    const receipt = test.call(abort, { by: 'alice' })
    const finished = dueRun()
    for (const run of [test, finished]) run.archive(mark(run))
    const answers = [test, finished].map(
      ({ engine: { tombstone } }) => tombstone && abortAfterEnd(tombstone),
    )
    expect(answers).toEqual([receipt, { kind: 'ended', status: 'finished' }])
  })

  it('is not set on a run that has changed since, or that goes on', () => {
    const test = dueRun()
    const asOf = mark(test)
    const stays = () => {
      expect(test.archive(asOf)).toBe(false)
      expect(test.engine.tombstone).toBeUndefined()
      expect(test.store.readRun()).toEqual(test.run)
    }
    const lines = [{ level: 'info', message: 'late' }] as const
    test.call(report, { flight: 1, grant: 1, rows: [], lines, last: true })
    expect(test.run.seq).toBe(asOf.seq)
    stays()
    test.call(retry, { status: 'failed' })
    stays()
    expect(test.archive(mark(test))).toBe(false)
    test.flyAll()
    stays()
    test.archive(mark(test))
    expect(test.engine.tombstone).toMatchObject({ round: 2 })
  })
})
