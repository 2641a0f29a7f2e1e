import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { confirmCheckpoint, releaseCheckpoint } from '../../src/durable/run/checkpoints.ts'
import { claim, release, report } from '../../src/durable/run/flights.ts'
import {
  addJobs,
  claimPlan,
  closeGroup,
  failPlan,
  releasePlan,
  renewPlan,
} from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import { checkpointRun, viewRun } from '../../src/durable/run/run-views.ts'
import { storedState, failGroup, hopeless } from '../support/stored-state.ts'
import { failed, ready, seed, seeds, step, TestRun } from '../support/test-run.ts'

/** Makes every call that a caller may still make to a run. */
function callAll(test: TestRun): void {
  const lease = { group: 0, attempt: 1, title: 'Late Ltd' }
  for (let flight = 0; flight < 10; flight += 1) {
    test.call(claim, { flight })
    const rows = [0, 1, 2].map((n) => ({ n, attempt: 1, ...ready() }))
    test.call(report, { flight, grant: 1, rows, last: true })
    test.call(release, { flight, grant: 1, wait_ms: 1 })
    test.lose({ kind: 'flight', flight })
  }
  test.call(claimPlan, { group: 0 })
  test.call(claimPlan, { group: 1 })
  test.call(addJobs, { ...lease, jobs: [seed('late')] })
  test.call(renewPlan, lease)
  test.call(closeGroup, lease)
  test.call(failPlan, { ...lease, failure: hopeless })
  test.call(releasePlan, { ...lease, wait_ms: 1 })
  test.call(abort, { by: 'mallory' })
  test.call(releaseCheckpoint, { wait_ms: 1 })
  test.lose({ kind: 'plan', group: 0 })
  test.lose({ kind: 'checkpoint' })
  test.postpone(test.store.readEntries())
  test.create('a', 'b')
  for (let i = 0; i < 5; i += 1) test.pass(test.settings.unclaimed_max_ms)
}

describe('the end of a run', () => {
  const endings: Record<string, (test: TestRun) => void> = {
    finished(test) {
      test.plan(0, 3)
      test.plan(1, 1)
      test.flyAll()
    },
    error(test) {
      failGroup(test, 0)
      failGroup(test, 1)
    },
    aborted(test) {
      test.plan(0, 3)
      test.claim()
      test.call(abort, { by: 'alice' })
    },
  }

  it.each(Object.entries(endings))('RUN-1: nothing changes after %s', (status, end) => {
    const test = new TestRun()
    test.create('a', 'b')
    end(test)
    expect(test.run.life.status).toBe(status)
    const before = storedState(test)
    const changes = test.changes.length
    callAll(test)
    expect(storedState(test)).toEqual(before)
    expect(test.run).toEqual(before.run)
    expect(test.changes).toHaveLength(changes)
    test.restart()
    callAll(test)
    expect(storedState(test)).toEqual(before)
  })

  it.each(Object.entries(endings))(
    'Q-2: %s, the run owes its checkpoint until the checkpoint is confirmed',
    (_, end) => {
      const test = new TestRun()
      test.create('a', 'b')
      const early = checkpointRun(test.run, test.store)
      end(test)
      expect(test.store.readEntries()).toMatchObject([{ subject: { kind: 'checkpoint' } }])
      test.call(confirmCheckpoint, early)
      expect(test.entries('checkpoint')).toHaveLength(1)
      test.call(releaseCheckpoint, { wait_ms: 5_000 })
      test.mail = []
      expect(test.armed).toBe(test.now + 5_000)
      test.pass(5_000)
      expect(test.take('checkpoint')).toHaveLength(1)
      const last = checkpointRun(test.run, test.store)
      expect(last).toMatchObject({ terminal: true, seq: test.run.seq, owner: 'alice' })
      test.call(confirmCheckpoint, last)
      const due = test.now - 5_000 + test.settings.archive_ms
      expect(test.store.readEntries()).toMatchObject([{ subject: { kind: 'archive' }, due }])
      expect(test.armed).toBe(due)
    },
  )

  it('DB-2: a checkpoint is owed at the start and at each new status, one at a time', () => {
    const test = new TestRun()
    test.create('a')
    test.call(confirmCheckpoint, checkpointRun(test.run, test.store))
    expect(test.entries('checkpoint')).toEqual([])
    test.grantPlan(0)
    test.call(closeGroup, { group: 0, attempt: 1 })
    expect(test.entries('checkpoint')).toHaveLength(1)
    expect(test.take('checkpoint').length).toBeGreaterThanOrEqual(1)
  })

  it('RUN-3: comes only when every group is closed or failed, and every job is terminal', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 1)
    test.flyAll()
    expect(test.run.life.status).toBe('ingesting')
    const { attempt } = test.grantPlan(1)
    test.call(addJobs, { group: 1, attempt, jobs: seeds(1, 1) })
    test.flyAll()
    expect(test.run.life.status).toBe('ingesting')
    test.call(addJobs, { group: 1, attempt, jobs: seeds(1, 2) })
    test.call(closeGroup, { group: 1, attempt })
    expect(test.run.life.status).toBe('ingesting')
    test.report(test.claim(), { last: false, row: step })
    expect(test.run.life.status).toBe('ingesting')
    test.pass(test.settings.lease_ms)
    test.flyAll()
    expect(test.run.life.status).toBe('finished')
  })

  it('RUN-3: waits for the jobs of a group whose plan failed', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 0)
    const { attempt } = test.grantPlan(1)
    test.call(addJobs, { group: 1, attempt, jobs: seeds(1, 1) })
    test.call(failPlan, { group: 1, attempt, failure: hopeless })
    expect(test.run.life.status).toBe('ingesting')
    test.flyAll()
    expect(test.run.life).toMatchObject({ status: 'finished', snapshot: { total: 1, ready: 1 } })
  })

  it('RUN-4: is finished with failed jobs and groups, and counts them', () => {
    const test = new TestRun({ flight_jobs: 4 })
    test.create('a', 'b')
    test.plan(0, 4)
    failGroup(test, 1)
    const reason = { code: 'robots', message: 'Forbidden.' }
    test.report(test.claim(), {
      row: (n) =>
        [ready(), { kind: 'ready', outcome: 'changed' } as const, failed(false)][n] ?? {
          kind: 'skipped',
          reason,
        },
    })
    const snapshot = {
      total: 4,
      ready: 2,
      failed: 1,
      skipped: 1,
      aborted: 0,
      new: 1,
      changed: 1,
      unchanged: 0,
      groups_closed: 1,
      groups_failed: 1,
    }
    expect(test.run.life).toMatchObject({ status: 'finished', ended_at: test.now, snapshot })
    expect(viewRun(test.run, test.store)).toMatchObject({ status: 'finished', snapshot })
  })

  it('RUN-4: names the first failed ones, up to the size of a frame', () => {
    const many = 4_000
    const test = new TestRun({ settings: { window_plans: many } })
    const keys = Array.from({ length: many }, (_, n) => `${n} ${'ä'.repeat(190)}`)
    test.create(...keys)
    test.plan(0, 1)
    for (let group = 1; group < many; group += 1) failGroup(test, group)
    test.flyAll()
    const { snapshot } = viewRun(test.run, test.store)
    expect(snapshot).toMatchObject({
      groups_failed: many - 1,
      group_counts: { total: many, by_status: { closed: 1, failed: many - 1 } },
    })
    expect(snapshot?.failed_groups).toEqual(
      keys.slice(1, 21).map((group) => ({ group, code: hopeless.code })),
    )
    expect(JSON.stringify(snapshot).length).toBeLessThan(10_000)
  })

  it("PLAN-4: counts the gone postings by each group's last report, including retries", () => {
    const test = new TestRun()
    test.create('a', 'b', 'c')
    const close = (group: number, gone: number) => {
      const { attempt } = test.grantPlan(group)
      for (let time = 0; time < 2; time += 1) test.call(closeGroup, { group, attempt, gone })
    }
    close(0, 2)
    const { attempt } = test.grantPlan(1)
    test.call(failPlan, { group: 1, attempt, failure: hopeless, gone: 4 })
    test.call(closeGroup, { group: 1, attempt, gone: 9 })
    close(2, 0)
    expect(viewRun(test.run, test.store).snapshot).toMatchObject({ gone: 6, groups_failed: 1 })
    test.call(retry, { status: 'failed' })
    close(1, 5)
    expect(viewRun(test.run, test.store).snapshot).toMatchObject({ gone: 7, groups_failed: 0 })
  })

  it('PLAN-4: has no number of gone postings if no plan has counted any', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 0)
    expect(viewRun(test.run, test.store).snapshot).not.toHaveProperty('gone')
  })

  it('RUN-4: is an error if every group failed', () => {
    const test = new TestRun()
    test.create('a', 'b')
    failGroup(test, 0)
    expect(test.run.life.status).toBe('initializing')
    failGroup(test, 1)
    expect(test.run.life).toMatchObject({ status: 'error', started_at: null })
    expect(viewRun(test.run, test.store).error?.code).toBe('no_group_planned')
  })

  it('RUN-4: is an error if jobs failed and none is ready', () => {
    const test = new TestRun()
    test.create('a')
    test.plan(0, 2)
    test.report(test.claim(), { row: () => failed(false) })
    expect(test.run.life.status).toBe('error')
    expect(viewRun(test.run, test.store).error?.code).toBe('no_job_ready')
  })

  it('RUN-4: is finished if there was nothing to do', () => {
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 0)
    test.plan(1, 0)
    expect(test.run.life).toMatchObject({ status: 'finished', snapshot: { total: 0, ready: 0 } })
    const view = viewRun(test.run, test.store)
    expect(view).toMatchObject({ counts: { total: 0, by_status: {} } })
    expect(view.error).toBeUndefined()
  })
})
