import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/ending.ts'
import { claim, release } from '../../src/durable/flying.ts'
import type { Job } from '../../src/durable/job-state.ts'
import { isOpen } from '../../src/durable/job-state.ts'
import { addJobs, claimPlan } from '../../src/durable/planning.ts'
import { everything } from '../support/run-whole.ts'
import { failed, ready, seeds, step, TestRun } from '../support/test-run.ts'

describe('an abort', () => {
  const states: Record<string, [(test: TestRun) => void, number]> = {
    pending: [() => {}, 0],
    initializing: [(test) => void test.grantPlan(1), 0],
    'initializing, with jobs': [
      (test) => {
        const { attempt } = test.grantPlan(0)
        test.call(addJobs, { group: 0, attempt, jobs: seeds(0, 3) })
        test.claim()
      },
      2,
    ],
    ingesting: [(test) => test.plan(0, 0), 0],
    'with sent flights': [(test) => test.plan(0, 7), 0],
    'with leased flights': [
      (test) => {
        test.plan(0, 7)
        const flight = test.claim()
        test.claim()
        test.report(flight, { last: false, row: (n) => (n === 0 ? ready() : step()) })
      },
      3,
    ],
    'with held flights': [
      (test) => {
        test.plan(0, 3)
        const { flight, grant } = test.claim()
        test.call(release, { flight, grant, wait_ms: 5_000 })
        test.report(test.claim(), { row: () => failed() })
      },
      0,
    ],
    'with jobs that no flight carries yet': [(test) => test.plan(0, 50), 0],
  }

  it.each(Object.entries(states))('RUN-2: %s', (_, [prepare, in_flight]) => {
    const test = new TestRun({ settings: { window_jobs: 12 } })
    test.create('a', 'b')
    prepare(test)
    const before = { run: test.run, jobs: test.jobs() }
    test.now += 3
    const answer = test.call(abort, { by: 'alice' })
    const seq = before.run.seq + 1
    const receipt = { by: 'alice', at: new Date(test.now).toISOString(), seq, in_flight }
    expect(answer).toEqual({ kind: 'aborted', receipt })
    expect(test.run).toMatchObject({
      seq,
      status_seq: seq,
      life: { status: 'aborted', receipt, ended_at: test.now },
    })
    const after = test.jobs()
    const aborted = (job: Job) => ({
      ...job,
      status: 'aborted',
      attempt: job.attempt + 1,
      seq,
      told: seq,
    })
    expect(after).toEqual(before.jobs.map((job) => (isOpen(job) ? aborted(job) : job)))
    for (const group of test.store.readGroups())
      expect(['closed', 'failed']).toContain(group.status)
    const { snapshot } = 'snapshot' in test.run.life ? test.run.life : { snapshot: undefined }
    expect(snapshot).toMatchObject({
      total: before.jobs.length,
      aborted: after.filter(({ status }) => status === 'aborted').length,
    })
    expect(test.entries('flight')).toEqual([])
    expect(test.entries('plan')).toEqual([])
  })

  it('RUN-2: asked twice, it answers with the same receipt, whoever asks', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 2)
    test.claim()
    const first = test.call(abort, { by: 'alice' })
    const before = everything(test)
    test.now += 1_000
    test.restart()
    expect(test.call(abort, { by: 'bob' })).toEqual(first)
    expect(everything(test)).toEqual(before)
  })

  it('RUN-2: after another end says so', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 0)
    expect(test.call(abort, { by: 'alice' })).toEqual({ kind: 'ended', status: 'finished' })
    expect(test.run.life.status).toBe('finished')
  })

  it('RUN-2: a late report changes nothing and tells its worker to stop', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 2)
    const flight = test.claim()
    test.call(abort, { by: 'alice' })
    const before = everything(test)
    expect(test.report(flight)).toEqual({ kind: 'gone' })
    expect(everything(test)).toEqual(before)
  })

  it('RUN-2: no message that is still on a queue is granted anything', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 2)
    const [flight] = test.take('flight')
    test.call(abort, { by: 'alice' })
    expect(test.call(claim, { flight: flight?.id ?? 0 })).toEqual({ kind: 'refused' })
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
  })
})
