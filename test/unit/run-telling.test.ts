import { describe, expect, it } from 'vitest'

import { takeAnswer, takeOrder } from '../../src/durable/run/admission.ts'
import { releasePlan } from '../../src/durable/run/plans.ts'
import { rename } from '../../src/durable/run/rename.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { confirmTelling, postponeTelling } from '../../src/durable/run/telling.ts'
import { failed, ready, TestRun } from '../support/test-run.ts'

const answer = { followed_ms: 0, order: { kind: 'go', n: 1, round: 1 } } as const
const go = { kind: 'go', n: 1, round: 1 } as const

const statuses = (test: TestRun) => test.told.map(({ status }) => status)

describe('OWN-1: a run tells its owner’s list', () => {
  it('of its start at once, and of each status', () => {
    const test = new TestRun()
    test.create('a')
    expect(statuses(test)).toEqual(['pending'])
    test.plan(0, 2)
    test.report(test.claim(), { row: ready })
    expect(statuses(test)).toEqual(['pending', 'initializing', 'ingesting', 'finished'])
    expect(test.told.at(-1)).toMatchObject({ epoch: 'epoch', seq: test.run.seq, round: 1 })
    expect(test.run.telling).toBeUndefined()
  })

  it('of another name, and of the round that a retry begins', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 1)
    test.report(test.claim(), { row: () => failed(false) })
    expect(statuses(test).at(-1)).toBe('error')
    expect(test.told.at(-1)).toMatchObject({ error: { code: 'no_job_ready' } })
    test.call(rename, { name: 'Nightly' })
    expect(test.told.at(-1)).toMatchObject({ title: 'Nightly', named: 1 })
    test.call(retry, { status: 'failed' })
    expect(test.told.at(-1)).toMatchObject({ status: 'ingesting', round: 2 })
  })

  it('of problems within a second, many of them in one call', () => {
    const test = new TestRun({ flight_jobs: 1 })
    test.create('a')
    test.plan(0, 3)
    const before = test.told.length
    test.report(test.claim(), { row: () => failed(false) })
    test.report(test.claim(), { row: () => failed(false) })
    expect(test.told).toHaveLength(before)
    expect(test.armed).toBe(test.now + 1_000)
    test.pass(1_000)
    expect(test.told).toHaveLength(before + 1)
    expect(test.told.at(-1)).toMatchObject({ facts: { problems: { groups: 0, jobs: 2 } } })
  })

  it('not of its jobs’ progress', () => {
    const test = new TestRun({ flight_jobs: 1 })
    test.create('a')
    test.plan(0, 3)
    const before = test.told.length
    test.report(test.claim(), { row: ready })
    expect(test.told).toHaveLength(before)
  })

  it('again, while nobody answers, and with longer waits while the call fails', () => {
    const test = new TestRun({ mute: true })
    test.create('a')
    expect(test.told).toHaveLength(1)
    test.pass(test.settings.unclaimed_ms)
    expect(test.told).toHaveLength(2)
    const waits = [1, 2, 3].map(() => {
      test.engine.transact(postponeTelling)
      const wait = (test.run.telling?.due ?? 0) - test.now
      test.pass(wait)
      return wait
    })
    expect(waits).toEqual([2_000, 4_000, 8_000])
    expect(test.told).toHaveLength(5)
  })

  it('again after an answer to an earlier standing', () => {
    const test = new TestRun({ mute: true })
    test.create('a')
    const [before = test.standing()] = test.told
    test.call(takeOrder, go)
    test.plan(0, 1)
    test.call(confirmTelling, before)
    expect(test.run.telling).toBeDefined()
    test.call(confirmTelling, test.standing())
    expect(test.run.telling).toBeUndefined()
  })

  it('NOTE-6: of what a plan found, until a version that knows notices answers', () => {
    const test = new TestRun({ mute: true })
    test.create('a')
    test.call(takeOrder, go)
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    test.call(takeAnswer, { standing: test.standing(), answer })
    const held = { kind: 'expiry.held', gone: 9, open: 10 } as const
    const until = { until: test.now + 5_000, waits: { code: 'x', message: 'x' } }
    test.call(releasePlan, { ...lease, ...until, notices: [held] })
    expect(test.run.telling?.due).toBe(test.now + 1_000)
    const notices = [{ group: 'a', title: null, notice: held }]
    expect(test.standing()).toMatchObject({ notices })
    test.call(takeAnswer, { standing: test.standing(), answer })
    expect(test.standing()).toMatchObject({ notices })
    test.call(takeAnswer, { standing: test.standing(), answer: { ...answer, noticed: true } })
    expect(test.standing().notices).toBeUndefined()
  })

  it('before its archive, since a tombstone could tell nothing', () => {
    const test = new TestRun({ mute: true })
    test.create('a')
    test.call(takeOrder, go)
    test.plan(0, 0)
    const mark = { seq: test.run.seq, last_line: test.store.lastLine() }
    expect(test.archive(mark)).toBe(false)
    test.call(confirmTelling, test.standing())
    expect(test.archive(mark)).toBe(true)
  })

  it('after a restart, too', () => {
    const test = new TestRun({ mute: true })
    test.create('a')
    test.restart()
    expect(test.engine.wakeDue()).toBe(test.now + test.settings.unclaimed_ms)
    test.pass(test.settings.unclaimed_ms)
    expect(test.told).toHaveLength(2)
  })
})
