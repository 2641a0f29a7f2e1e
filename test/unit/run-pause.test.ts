import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { pause, resume } from '../../src/durable/run/pause.ts'
import { claimPlan } from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { ready, TestRun } from '../support/test-run.ts'

const by = { by: 'alice' }

/** A run of one flight with two jobs, and two jobs that wait for theirs. */
function running() {
  const test = new TestRun({ settings: { window_jobs: 2 } })
  test.create('a', 'b')
  test.plan(0, 4)
  return test
}

describe('RUN-8: a paused run', () => {
  it('ends what is in flight, and sends and grants nothing before it is resumed', () => {
    const test = running()
    const flight = test.claim()
    const [sent] = test.take('plan').filter(({ subject }) => 'group' in subject && subject.group)
    expect(test.call(pause, by)).toMatchObject({ kind: 'set', paused: { by: 'alice' } })
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
    test.report(flight, { row: ready })
    expect(test.mail.filter(({ subject }) => 'group' in subject)).toEqual([])
    expect(test.jobs().map(({ status }) => status)).toEqual([
      'ready',
      'ready',
      'pending',
      'pending',
    ])
    test.pass(3_600_000)
    expect([test.take('plan'), test.take('flight')]).toEqual([[], []])
    test.call(resume, by)
    expect(test.take('plan').map(({ id }) => id)).toEqual([sent?.id])
    test.report(test.claim(), { row: ready })
    expect(test.jobs().every(({ status }) => status === 'ready')).toBe(true)
  })

  it('gives the jobs of a lost lease to nobody before it is resumed', () => {
    const test = running()
    test.claim()
    test.call(pause, by)
    test.pass(test.settings.lease_ms)
    expect(test.take('flight')).toEqual([])
    expect(test.jobs().map(({ losses }) => losses)).toEqual([1, 1, 0, 0])
    test.call(resume, by)
    expect(test.claim().jobs).toHaveLength(2)
  })

  it('says who paused it and when: its state, its progress, its log, and its owner’s list', () => {
    const test = running()
    const before = test.run.seq
    test.call(pause, by)
    const paused = { by: 'alice', at: new Date(test.now).toISOString() }
    expect(test.run.seq).toBe(before + 1)
    expect(viewRun(test.run, test.store).paused).toEqual(paused)
    expect(test.told.at(-1)?.facts).toMatchObject({
      paused,
      progress: { waits: [{ code: 'paused', since: paused.at, groups: 2 }] },
    })
    expect(test.store.readLines(0, 99).at(-1)?.message).toBe('The run is paused, by alice.')
    expect(test.take('checkpoint')).not.toEqual([])
    test.call(resume, by)
    expect(viewRun(test.run, test.store).paused).toBeUndefined()
    expect(test.told.at(-1)?.facts.progress.waits).toBeUndefined()
  })

  it('stays as it is under a repeated pause, and after an eviction', () => {
    const test = running()
    const first = test.call(pause, by)
    const { seq } = test.run
    test.now += 1_000
    expect(test.call(pause, { by: 'bob' })).toEqual(first)
    test.restart()
    expect(test.run).toMatchObject({ seq, paused: { by: 'alice' } })
    expect(test.engine.wakeDue()).toBe(test.armed)
    expect([test.call(resume, by), test.call(resume, by)]).toEqual([
      { kind: 'set' },
      { kind: 'set' },
    ])
  })

  it('can be aborted, and an ended run can be neither paused nor resumed', () => {
    const test = running()
    test.call(pause, by)
    expect(test.call(abort, by)).toMatchObject({ kind: 'aborted' })
    expect(test.run.paused).toBeUndefined()
    expect(test.call(pause, by)).toEqual({ kind: 'ended', status: 'aborted' })
    expect(test.call(resume, by)).toEqual({ kind: 'ended', status: 'aborted' })
  })

  it('takes a retry of what failed, and does it when it is resumed', () => {
    const test = running()
    test.call(pause, by)
    expect(test.call(retry, { status: 'failed' })).toMatchObject({ kind: 'nothing' })
    expect(test.run.paused).toBeDefined()
  })
})
