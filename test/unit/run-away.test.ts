import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import {
  confirmCheckpoint,
  databaseAway,
  releaseCheckpoint,
} from '../../src/durable/run/checkpoints.ts'
import { claim, release, report } from '../../src/durable/run/flights.ts'
import { claimPlan, renewPlan } from '../../src/durable/run/plans.ts'
import type { Settings } from '../../src/settings.ts'
import { TestRun } from '../support/test-run.ts'

const settings: Partial<Settings> = {
  probe_ms: 5_000,
  unclaimed_ms: 10_000,
  statement_ms: 4_000,
  lease_ms: 60_000,
}

/** Makes a run of two groups, with the first one planned. Two of its flights were sent, and one is claimed. */
function begin() {
  const test = new TestRun({ settings })
  test.create('a', 'b')
  test.plan(0, 4)
  const claimed = test.claim()
  test.call(confirmCheckpoint, { seq: test.run.seq })
  test.take('checkpoint')
  return { test, claimed }
}

function goAway(test: TestRun, took_ms = 0): void {
  test.call(databaseAway, { took_ms })
}

/** Confirms the checkpoint, read from the run as it is or as it was at a seq. */
function comeBack(test: TestRun, seq = test.run.seq): void {
  test.call(confirmCheckpoint, { seq })
}

function lines(test: TestRun): string[] {
  return test.store.readLines(0, 100).map(({ level, message }) => `${level}: ${message}`)
}

describe('DB-3: while Postgres is away', () => {
  it('nothing but one probe is sent, every probe_ms', () => {
    const { test } = begin()
    const { seq } = test.run
    goAway(test)
    expect(test.run.seq).toBe(seq + 1)
    expect(test.take('checkpoint')).toHaveLength(1)
    test.take('plan')
    test.take('flight')
    for (let probe = 0; probe < 3; probe += 1) {
      goAway(test)
      expect(test.take('checkpoint')).toEqual([])
      test.call(releaseCheckpoint, { wait_ms: 1, took_ms: 0 })
      test.pass(4_999)
      expect(test.mail).toEqual([])
      test.pass(1)
      expect(test.take('checkpoint')).toHaveLength(1)
    }
    expect(test.mail).toEqual([])
    expect(test.run.seq).toBe(seq + 1)
  })

  it('a lost probe is sent again, but not while it may still hang', () => {
    const { test } = begin()
    goAway(test)
    expect(test.take('checkpoint')).toHaveLength(1)
    test.pass(13_999)
    expect(test.take('checkpoint')).toEqual([])
    test.pass(1)
    expect(test.take('checkpoint')).toHaveLength(1)
  })

  it('earlier messages are refused, wait at no cost, and go out at once on the return', () => {
    const { test } = begin()
    const [flight] = test.take('flight')
    const [plan] = test
      .take('plan')
      .filter(({ subject }) => 'group' in subject && subject.group === 1)
    if (flight === undefined || plan === undefined) throw new Error('nothing was sent')
    goAway(test)
    expect(test.call(claim, { flight: flight.id })).toEqual({ kind: 'refused' })
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
    expect([...test.entries('flight'), ...test.entries('plan')]).toMatchObject([
      { state: 'leased' },
      { id: flight.id, state: 'held', sends: 0 },
      { id: plan.id, state: 'held', sends: 0 },
    ])
    expect(test.job(0, 2)).toMatchObject({ attempt: 0, losses: 0, failures: 0 })
    test.pass(20_000)
    test.mail = []
    comeBack(test)
    expect(test.mail.map(({ id }) => id)).toEqual([plan.id, flight.id])
    expect(test.call(claim, { flight: flight.id })).toMatchObject({ kind: 'granted' })
  })

  it('an unclaimed message is not sent again, and neither is one that was given back', () => {
    const { test, claimed } = begin()
    goAway(test)
    test.call(release, { ...claimed, wait_ms: 100 })
    test.mail = []
    test.pass(12_000)
    expect(test.mail).toEqual([])
    comeBack(test)
    expect(test.take('flight')).toHaveLength(2)
  })

  it('each renewal and report of a worker is told of the outage', () => {
    const { test, claimed } = begin()
    const plan = { group: 1, attempt: test.grantPlan(1).attempt }
    const renewal = { flight: claimed.flight, grant: claimed.grant, rows: [], last: false }
    expect(test.call(renewPlan, plan)).toEqual({ kind: 'ok' })
    expect(test.call(report, renewal)).not.toHaveProperty('away')
    goAway(test)
    expect(test.call(renewPlan, plan)).toEqual({ kind: 'ok', away: true })
    expect(test.call(report, renewal)).toMatchObject({ kind: 'held', away: true })
    expect(test.report(claimed, { last: false })).toMatchObject({ kind: 'held', away: true })
    comeBack(test)
    expect(test.call(renewPlan, plan)).toEqual({ kind: 'ok' })
    expect(test.call(report, renewal)).not.toHaveProperty('away')
  })

  it('the log has its beginning and its duration', () => {
    const { test } = begin()
    goAway(test)
    goAway(test)
    test.pass(61_400)
    comeBack(test)
    comeBack(test)
    expect(lines(test).filter((line) => line.includes('Postgres'))).toEqual([
      'warn: Postgres cannot be reached. Workers keep their results, and no new work is sent out.',
      'info: Postgres answers again after 61 s.',
    ])
  })

  it('only a checkpoint that was read after its beginning, and reached Postgres, ends it', () => {
    const { test } = begin()
    const { seq } = test.run
    goAway(test)
    comeBack(test, seq)
    expect(test.run.database).toMatchObject({ kind: 'away', since: test.now })
    expect(test.entries('checkpoint')).toHaveLength(1)
    comeBack(test, seq + 1)
    expect(test.run.database).toEqual({ kind: 'back', at: test.now })
  })

  it('a statement that began before the return and fails late does not begin another outage', () => {
    const { test } = begin()
    goAway(test)
    test.pass(30_000)
    comeBack(test)
    test.pass(8_000)
    const { seq } = test.run
    goAway(test, 8_001)
    test.call(releaseCheckpoint, { wait_ms: 100, took_ms: 9_000 })
    expect(test.run).toMatchObject({ seq, database: { kind: 'back' } })
    goAway(test, 8_000)
    expect(test.run.database).toMatchObject({ kind: 'away', since: test.now })
  })

  it('a refusal of Postgres is an answer too', () => {
    const { test } = begin()
    goAway(test)
    test.call(releaseCheckpoint, { wait_ms: 700, refused: { seq: test.run.seq } })
    expect(test.run.database).toMatchObject({ kind: 'back' })
    expect(test.entries('checkpoint')).toMatchObject([{ state: 'held', due: test.now + 700 }])
  })

  it('a checkpoint may be the first to find the outage', () => {
    const test = new TestRun({ settings })
    test.create('a')
    const [plan] = test.take('plan')
    test.call(releaseCheckpoint, { wait_ms: 60_000, took_ms: 10 })
    expect(test.run.database?.kind).toBe('away')
    expect(test.entries('checkpoint')).toMatchObject([{ due: test.now + 5_000 }])
    expect(plan).toBeDefined()
    expect(test.call(claimPlan, { group: 0 })).toEqual({ kind: 'refused' })
  })

  it('the outage is still known after a restart', () => {
    const { test } = begin()
    goAway(test)
    test.restart()
    test.mail = []
    test.call(releaseCheckpoint, { wait_ms: 1 })
    test.pass(5_000)
    expect(test.mail.map(({ subject }) => subject.kind)).toEqual(['checkpoint'])
    comeBack(test)
    expect(test.take('plan')).toHaveLength(0)
    test.pass(5_000)
    expect(test.take('flight')).toHaveLength(1)
  })

  it('RUN-2, RUN-1: an abort works, and nothing of the state changes after its end', () => {
    const { test, claimed } = begin()
    goAway(test)
    expect(test.call(abort, { by: 'alice' })).toMatchObject({ kind: 'aborted' })
    expect(test.report(claimed)).toEqual({ kind: 'gone' })
    const { seq } = test.run
    goAway(test)
    test.call(releaseCheckpoint, { wait_ms: 100, took_ms: 0 })
    comeBack(test)
    expect(test.run.seq).toBe(seq)
    expect(test.run.database).toBeUndefined()
    expect(lines(test).at(-1)).toBe('info: The run is aborted: 1 of 2 groups aborted, 4 aborted.')
    expect(test.store.readEntries().filter(({ subject }) => 'group' in subject)).toEqual([])
  })

  it('an ended run needs no probe, and its checkpoint waits for the given time', () => {
    const test = new TestRun({ settings })
    test.create('a')
    test.plan(0, 1)
    test.flyAll()
    const { seq } = test.run
    goAway(test)
    test.call(releaseCheckpoint, { wait_ms: 100, took_ms: 0 })
    expect(test.run).toMatchObject({ seq })
    expect(test.run.database).toBeUndefined()
    expect(test.entries('checkpoint')).toMatchObject([{ due: test.now + 100 }])
  })
})
