import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import {
  addJobs,
  claimPlan,
  closeGroup,
  failPlan,
  releasePlan,
  renewPlan,
} from '../../src/durable/run/plans.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { seed, seeds, TestRun } from '../support/test-run.ts'

function begin(settings = {}): TestRun {
  const test = new TestRun({ settings })
  test.create('a', 'b')
  return test
}

type Lease = Parameters<typeof renewPlan>[1]

const broken = { code: 'listing_broken', message: 'No JSON.', retryable: true }

describe('a plan’s lease', () => {
  it('PLAN-1: is granted once for a message that was sent, with the input', () => {
    const test = begin()
    expect(test.call(claimPlan, { group: 1 })).toEqual({
      kind: 'granted',
      owner: 'alice',
      pipeline: 'letters',
      group: 'b',
      attempt: 1,
      input: '{"key":"b"}',
      renew_ms: test.settings.renew_ms,
    })
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
    expect(test.call(claimPlan, { group: 7 })).toEqual({ kind: 'refused' })
    expect(test.run.life.status).toBe('initializing')
  })

  it('PLAN-1: that expires is sent again, under a higher attempt', () => {
    const test = begin()
    const { attempt } = test.grantPlan(0)
    test.mail = []
    test.pass(test.settings.lease_ms - 1)
    expect(test.take('plan').map(({ subject }) => subject)).toEqual([{ kind: 'plan', group: 1 }])
    test.pass(1)
    expect(test.take('plan').map(({ subject }) => subject)).toEqual([{ kind: 'plan', group: 0 }])
    expect(test.store.readGroup(0)).toMatchObject({ status: 'waiting', losses: 1, failures: 0 })
    expect(test.call(renewPlan, { group: 0, attempt })).toEqual({ kind: 'stale' })
    expect(test.grantPlan(0).attempt).toBe(2)
  })

  it('PLAN-1: is kept by renewals and by added jobs', () => {
    const test = begin({ losses_max: 1 })
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    for (let i = 0; i < 6; i += 1) {
      test.pass(test.settings.lease_ms - 1)
      const jobs = [seed(`${i}`)]
      const renewed = i % 2 === 0
      const answer = renewed ? test.call(renewPlan, lease) : test.call(addJobs, { ...lease, jobs })
      expect(answer).toEqual({ kind: 'ok' })
    }
    expect(test.store.readGroup(0)).toMatchObject({ status: 'planning', found: 3, losses: 0 })
  })

  it('PLAN-2: ends with its last jobs, which close the group and send their flights', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    const lines = [{ level: 'info', message: 'Three.' }] as const
    const last = { ...lease, jobs: seeds(0, 3), close: { lines, gone: 2 } }
    const { seq } = test.run
    expect(test.call(addJobs, last)).toEqual({ kind: 'ok', closed: true })
    expect(test.run).toMatchObject({ seq: seq + 1, life: { status: 'ingesting' } })
    const closed = { status: 'closed', found: 3, dispatched: 3, gone: 2, seq: seq + 1 }
    expect(test.store.readGroup(0)).toMatchObject(closed)
    expect(test.store.readLines(0, 10)).toContainEqual(
      expect.objectContaining({ message: 'Three.', group: 'a' }),
    )
    expect(test.take('flight')).toHaveLength(2)
    expect(test.entries('plan').map(({ subject }) => subject)).toEqual([{ kind: 'plan', group: 1 }])
    expect(test.call(addJobs, last)).toEqual({ kind: 'stale' })
    expect(test.call(closeGroup, lease)).toEqual({ kind: 'ok' })
    expect(test.store.readGroup(0)).toMatchObject(closed)
  })

  it('PLAN-1: a message that nobody claims is sent again after growing waits', () => {
    const test = new TestRun({ settings: { unclaimed_ms: 10, unclaimed_max_ms: 35 } })
    test.create('a')
    test.mail = []
    const waits: number[] = []
    let last = test.now
    for (let i = 0; i < 5; i += 1) {
      test.pass((test.armed ?? Infinity) - test.now)
      expect(test.take('plan')).toHaveLength(1)
      waits.push(test.now - last)
      last = test.now
    }
    expect(waits).toEqual([10, 20, 35, 35, 35])
    expect(test.store.readGroup(0)).toMatchObject({ attempt: 0, losses: 0, failures: 0 })
  })

  it('PLAN-1: that is lost too often fails its group', () => {
    const test = begin({ losses_max: 2 })
    for (let i = 0; i < 3; i += 1) {
      test.grantPlan(0)
      test.pass(test.settings.lease_ms)
    }
    expect(test.store.readGroup(0)).toMatchObject({
      status: 'failed',
      losses: 3,
      reason: { code: 'lease_lost' },
    })
    expect(test.entries('plan').map(({ subject }) => subject)).toEqual([{ kind: 'plan', group: 1 }])
  })

  it('JOB-5: is taken back at once by a dead letter of its message', () => {
    const test = begin()
    test.grantPlan(0)
    test.mail = []
    test.lose({ kind: 'plan', group: 0 })
    expect(test.take('plan')).toHaveLength(1)
    expect(test.store.readGroup(0)).toMatchObject({ status: 'waiting', losses: 1 })
  })

  it('JOB-5: loses nothing by a dead letter of an unclaimed message', () => {
    const test = begin()
    test.mail = []
    test.lose({ kind: 'plan', group: 0 })
    expect(test.take('plan')).toHaveLength(1)
    expect(test.store.readGroup(0)).toMatchObject({ status: 'waiting', losses: 0 })
    test.lose({ kind: 'plan', group: 9 })
    expect(test.mail).toEqual([])
  })
})

describe('a group’s title', () => {
  const title = 'Acme Ltd'

  it('EV-5: is the one of the start, until a plan tells another', () => {
    const test = new TestRun()
    const start = test.start('a', 'b')
    const groups = start.groups.map((group) => ({ ...group, title: 'Before' }))
    test.engine.create({ ...start, groups }, 'epoch')
    expect(test.store.readGroups().map((group) => group.title)).toEqual(['Before', 'Before'])
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    const { seq } = test.run
    expect(test.call(renewPlan, { ...lease, title })).toEqual({ kind: 'ok' })
    expect(test.store.readGroup(0)).toMatchObject({ title, status: 'planning', seq: seq + 1 })
    expect(test.store.readGroup(1)).toMatchObject({ title: 'Before' })
    expect(test.call(renewPlan, { ...lease, title })).toEqual({ kind: 'ok' })
    expect(test.run.seq, 'told again, it changes nothing').toBe(seq + 1)
  })

  it.each([
    ['jobs', (test: TestRun, lease: Lease) => test.call(addJobs, { ...lease, jobs: seeds(0, 2) })],
    ['no jobs', (test: TestRun, lease: Lease) => test.call(addJobs, { ...lease, jobs: [] })],
    ['its end', (test: TestRun, lease: Lease) => test.call(closeGroup, lease)],
    [
      'its failure',
      (test: TestRun, lease: Lease) => test.call(failPlan, { ...lease, failure: broken }),
    ],
    [
      'its release',
      (test: TestRun, lease: Lease) => test.call(releasePlan, { ...lease, wait_ms: 1 }),
    ],
  ])('EV-5: comes with %s', (_, tell) => {
    const test = begin()
    tell(test, { group: 0, attempt: test.grantPlan(0).attempt, title })
    expect(test.store.readGroup(0)).toMatchObject({ title })
  })

  it('PLAN-2: of a stale attempt changes nothing', () => {
    const test = begin()
    const { attempt } = test.grantPlan(0)
    expect(test.call(renewPlan, { group: 0, attempt: attempt + 1, title })).toEqual({
      kind: 'stale',
    })
    expect(test.store.readGroup(0)).toMatchObject({ title: null })
  })
})

describe('jobs that a plan finds', () => {
  it('PLAN-2: are inserted if they are absent, and nothing of the others is reset', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    test.call(addJobs, { ...lease, jobs: seeds(0, 2) })
    test.flyAll()
    const before = test.jobs()
    expect(before.map(({ status }) => status)).toEqual(['ready', 'ready'])
    const { seq } = test.run
    expect(test.call(addJobs, { ...lease, jobs: [seed('0-0', 'Other')] })).toEqual({ kind: 'ok' })
    expect(test.run.seq).toBe(seq)
    test.call(addJobs, { ...lease, jobs: [seed('0-1', 'Other'), seed('x'), seed('x', 'Twice')] })
    expect(test.jobs().slice(0, 2)).toEqual(before)
    expect(test.jobs()[2]).toMatchObject({ n: 2, external_id: 'x', title: 'Twice', added: seq + 1 })
    expect(test.store.readGroup(0)?.found).toBe(3)
    expect(test.run.tally.jobs).toMatchObject({ ready: 2, pending: 1 })
  })

  it('PLAN-2: may be an empty batch, which changes nothing', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    const { seq } = test.run
    expect(test.call(addJobs, { ...lease, jobs: [] })).toEqual({ kind: 'ok' })
    expect(test.run.seq).toBe(seq)
  })

  it('PLAN-2: stay distinct under names with a meaning in JavaScript', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    const names = ['__proto__', 'constructor', '1', '01', ' 1']
    test.call(addJobs, { ...lease, jobs: names.map((name) => seed(name)) })
    test.call(addJobs, { ...lease, jobs: names.map((name) => seed(name)) })
    expect(test.jobs().map(({ external_id }) => external_id)).toEqual(names.map(toId))
  })

  it('PLAN-2: stay after an abandoned attempt, and the next one adds the rest', () => {
    const test = begin()
    const first = { group: 0, attempt: test.grantPlan(0).attempt }
    test.call(addJobs, { ...first, jobs: seeds(0, 2) })
    test.pass(test.settings.lease_ms)
    test.pass(test.settings.unclaimed_ms)
    const second = { group: 0, attempt: test.grantPlan(0).attempt }
    expect(test.call(addJobs, { ...first, jobs: seeds(0, 9) })).toEqual({ kind: 'stale' })
    expect(test.call(closeGroup, first)).toEqual({ kind: 'stale' })
    expect(test.call(failPlan, { ...first, failure: broken })).toEqual({ kind: 'stale' })
    test.call(releasePlan, { ...first, wait_ms: 1 })
    expect(test.call(addJobs, { ...second, jobs: seeds(0, 3) })).toEqual({ kind: 'ok' })
    expect(test.call(closeGroup, second)).toEqual({ kind: 'ok' })
    expect(test.jobs().map(({ external_id }) => external_id)).toEqual(
      ['0-0', '0-1', '0-2'].map(toId),
    )
  })

  it("PLAN-2: are stale when their attempt's lease has expired, before another is granted", () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    test.pass(test.settings.lease_ms)
    expect(test.call(addJobs, { ...lease, jobs: seeds(0, 1) })).toEqual({ kind: 'stale' })
    expect(test.jobs()).toEqual([])
  })
})

describe('a group', () => {
  it('PLAN-2: is closed once if it is closed twice, and the first one turns the run ingesting', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    test.call(addJobs, { ...lease, jobs: seeds(0, 1) })
    test.now += 7
    expect(test.call(closeGroup, lease)).toEqual({ kind: 'ok' })
    expect(test.run.life).toEqual({ status: 'ingesting', started_at: test.now })
    const { seq } = test.run
    expect(test.run.status_seq).toBe(seq)
    expect(test.call(closeGroup, lease)).toEqual({ kind: 'ok' })
    expect(test.call(closeGroup, { group: 0, attempt: 0 })).toEqual({ kind: 'stale' })
    expect(test.call(addJobs, { ...lease, jobs: [seed('late')] })).toEqual({ kind: 'stale' })
    expect(test.run.seq).toBe(seq)
    expect(test.run.tally).toMatchObject({ groups_open: 1, groups_closed: 1, groups_failed: 0 })
    expect(test.entries('plan')).toHaveLength(1)
    test.now += 7
    test.plan(1, 1)
    expect(test.run.life).toMatchObject({ started_at: test.now - 7 })
  })

  it('PLAN-3: with a failed plan gets the reason, and the others go on', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    const failure = { ...broken, retryable: false }
    expect(test.call(failPlan, { ...lease, failure })).toEqual({ kind: 'ok' })
    expect(test.store.readGroup(0)).toMatchObject({
      status: 'failed',
      failures: 1,
      reason: { code: 'listing_broken', message: 'No JSON.' },
    })
    expect(test.call(claimPlan, { group: 0 })).toEqual({ kind: 'refused' })
    test.plan(1, 1)
    test.flyAll()
    expect(test.run.life).toMatchObject({
      status: 'finished',
      snapshot: { groups_closed: 1, groups_failed: 1 },
    })
  })

  it('PLAN-3: is planned again after a failure that may pass, three times with growing waits', () => {
    const test = begin({ backoff_ms: 100 })
    const waits: number[] = []
    for (let i = 0; i < 3; i += 1) {
      const lease = { group: 0, attempt: test.grantPlan(0).attempt }
      test.mail = []
      test.call(failPlan, { ...lease, failure: broken })
      const [entry] = test.entries('plan')
      if (i < 2) waits.push((entry?.due ?? 0) - test.now)
      expect(test.take('plan')).toEqual([])
      test.pass(200)
    }
    expect(waits).toEqual([100, 200])
    expect(test.store.readGroup(0)).toMatchObject({ status: 'failed', failures: 3 })
  })

  it('Q-2: with a released plan waits for the given time, at no cost', () => {
    const test = begin({ unclaimed_ms: 60_000 })
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    test.mail = []
    test.call(releasePlan, { ...lease, wait_ms: 5_000 })
    expect(test.store.readGroup(0)).toMatchObject({ status: 'waiting', failures: 0, losses: 0 })
    expect(test.call(claimPlan, { group: 0 })).toEqual({ kind: 'refused' })
    expect(test.armed).toBe(test.now + 5_000)
    test.pass(4_999)
    expect(test.mail).toEqual([])
    test.pass(1)
    expect(test.take('plan')).toHaveLength(1)
    expect(test.grantPlan(0).attempt).toBe(2)
  })

  it('PLAN-2: of an aborted run answers aborted to every call', () => {
    const test = begin()
    const lease = { group: 0, attempt: test.grantPlan(0).attempt }
    test.call(abort, { by: 'alice' })
    const aborted = { kind: 'aborted' }
    expect(test.call(addJobs, { ...lease, jobs: seeds(0, 1) })).toEqual(aborted)
    expect(test.call(renewPlan, lease)).toEqual(aborted)
    expect(test.call(closeGroup, lease)).toEqual(aborted)
    expect(test.call(failPlan, { ...lease, failure: broken })).toEqual(aborted)
    expect(test.call(claimPlan, { group: 1 })).toEqual({ kind: 'refused' })
    expect(test.jobs()).toEqual([])
  })
})

function toId(text: string): ExternalId {
  return ExternalId.parse(text)
}
