import { describe, expect, it } from 'vitest'

import { claimPlan, renewPlan } from '../../src/durable/run/plans.ts'
import { viewRun } from '../../src/durable/run/run-views.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { RunView } from '../../src/protocol/run.ts'
import { alice, TestRun } from '../support/test-run.ts'

describe('before a run', () => {
  it('RUN-5: no call is answered, and nothing is stored, sent or armed', () => {
    const test = new TestRun()
    expect(test.engine.run).toBeUndefined()
    expect(test.engine.transact((tx) => claimPlan(tx, { group: 0 }))).toBeUndefined()
    test.wake()
    test.lose({ kind: 'flight', flight: 1 })
    test.postpone([])
    expect(test.engine.ownedBy(alice)).toBeUndefined()
    expect(test.store.readRun()).toBeUndefined()
    expect(test.store.readEntries()).toEqual([])
    expect(test.mail).toEqual([])
    expect(test.armed).toBeUndefined()
  })
})

describe('a start', () => {
  it('commits the run with its groups, and sends a plan for each and a checkpoint', () => {
    const test = new TestRun()
    const created_at = iso(test.now)
    expect(test.create('a', 'b')).toEqual({ kind: 'created', status: 'pending', created_at })
    expect(test.run).toMatchObject({
      seq: 1,
      epoch: 'epoch',
      round: 1,
      life: { status: 'pending' },
    })
    expect(test.store.readRun()).toEqual(test.run)
    expect(test.store.readGroups().map(({ key, status }) => [key, status])).toEqual([
      ['a', 'waiting'],
      ['b', 'waiting'],
    ])
    expect(test.mail.map(({ subject }) => subject)).toEqual([
      { kind: 'checkpoint' },
      // The owner's object has admitted the run.
      { kind: 'plan', group: 0 },
      { kind: 'plan', group: 1 },
    ])
    expect(test.armed).toBe(test.now + test.settings.unclaimed_ms)
    expect(test.changes).toHaveLength(1)
  })

  it.each([
    [['a', 'b'], { groups: 2 }],
    [['Müller ./. Schmidt'], { groups: 1, title: 'Müller ./. Schmidt' }],
    [['__proto__'], { groups: 1, title: '__proto__' }],
  ])('of %j has this subject', (keys, subject) => {
    const test = new TestRun()
    test.create(...keys)
    const view = RunView.parse(JSON.parse(JSON.stringify(viewRun(test.run, test.store))))
    expect(view.subject).toEqual(subject)
    expect(Object.keys(view.groups)).toEqual(keys)
  })

  it('has the title of its only group as its subject, once it is known', () => {
    const test = new TestRun()
    test.create('acme')
    test.call(renewPlan, { group: 0, attempt: test.grantPlan(0).attempt, title: 'Acme Ltd' })
    const view = viewRun(test.run, test.store)
    expect(view.subject).toEqual({ groups: 1, title: 'Acme Ltd' })
    expect(view.groups['acme']).toMatchObject({ title: 'Acme Ltd', status: 'planning' })
  })

  it('is one run however often it comes, and is refused with another body', () => {
    const test = new TestRun()
    const created_at = iso(test.now)
    test.create('a')
    test.now += 5
    test.mail = []
    const before = test.store.readRun()
    expect(test.create('a')).toEqual({ kind: 'exists', status: 'pending', created_at })
    const other = { ...test.start('a'), body_hash: 'another' }
    expect(test.engine.create(other, 'epoch')).toEqual({ kind: 'key_reused' })
    expect(test.store.readRun()).toEqual(before)
    expect(test.mail).toEqual([])
  })

  it('is answered again after a restart, only to the run’s owner', () => {
    const test = new TestRun()
    test.create('a')
    test.restart()
    expect(test.create('a')).toMatchObject({ kind: 'exists' })
    expect(test.engine.ownedBy(alice)).toEqual(test.run)
    expect(test.engine.ownedBy(Owner.parse('bob'))).toBeUndefined()
  })

  it('sends the plans that fit into the window, and the next ones when those are done', () => {
    const test = new TestRun({ settings: { window_plans: 2 } })
    test.create('a', 'b', 'c', 'd', 'e')
    const groups = () => test.take('plan').map(({ subject }) => 'group' in subject && subject.group)
    expect(groups()).toEqual([0, 1])
    test.plan(1, 0)
    expect(groups()).toEqual([2])
    test.plan(0, 0)
    test.plan(2, 0)
    expect(groups()).toEqual([3, 4])
    test.plan(3, 0)
    test.plan(4, 0)
    expect(test.run.life.status).toBe('finished')
  })
})

describe('a transaction', () => {
  it('that throws changes and sends nothing', () => {
    const test = new TestRun()
    test.create('a')
    test.mail = []
    const before = test.run
    expect(() =>
      test.engine.transact((tx) => {
        claimPlan(tx, { group: 0 })
        throw new Error('no')
      }),
    ).toThrow('no')
    expect(test.run).toBe(before)
    expect(test.store.readRun()).toEqual(before)
    expect(test.changes).toHaveLength(1)
    expect(test.call(claimPlan, { group: 0 })).toMatchObject({ kind: 'granted', attempt: 1 })
  })
})

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
