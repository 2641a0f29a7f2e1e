import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { openList, type Leases, askDue, silentRuns } from '../../src/durable/owner/owner-list.ts'
import type { RunStanding } from '../../src/durable/owner/owner-rpc.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { TestOwner } from '../support/test-owner.ts'
import { ready, TestRun } from '../support/test-run.ts'

const ids = ['a', 'b', 'c'].map((letter) => RunId.parse(letter.repeat(32)))
const [first = RunId.parse('a'.repeat(32))] = ids

function numbered(n: number): RunId {
  return RunId.parse(`${n}`.padStart(32, '0'))
}

function standing(given: Partial<RunStanding> = {}): RunStanding {
  return {
    run_id: first,
    epoch: 'e',
    seq: 1,
    named: 0,
    at: 0,
    title: 'Nightly',
    status: 'pending',
    round: 1,
    facts: {
      pipeline: 'letters',
      created_at: '2026-11-01T10:00:00.000Z',
      problems: { groups: 0, jobs: 0 },
      progress: { counts: { total: 0, by_status: {} }, groups_open: 1, rate: 0 },
    },
    ...given,
  }
}

describe('OWN-1: an owner’s list', () => {
  it('has a run from its first standing on, once, as it was last told', () => {
    const owner = new TestOwner()
    expect([...owner.read()]).toEqual([])
    owner.hear(standing())
    owner.hear(standing())
    expect([...owner.read().values()]).toMatchObject([{ external_id: first, title: 'Nightly' }])
    owner.hear(standing({ seq: 4, status: 'ingesting', title: 'Weekly' }))
    expect([...owner.read().values()]).toMatchObject([{ title: 'Weekly', status: 'ingesting' }])
    expect(owner.changes).toHaveLength(2)
  })

  it.each<[string, Partial<RunStanding>]>([
    ['an earlier seq', { seq: 4 }],
    ['an earlier name', { named: 1 }],
    ['an earlier time', { at: 4 }],
    [
      'an earlier start, whose object lost its storage',
      {
        epoch: 'd',
        seq: 9,
        facts: { ...standing().facts, created_at: '2026-11-01T09:00:00.000Z' },
      },
    ],
  ])('takes no standing of %s', (_, late) => {
    const owner = new TestOwner()
    const now = { seq: 5, named: 2, at: 5 }
    owner.hear(standing({ ...now, status: 'finished' }))
    owner.hear(standing({ ...now, title: 'Other', ...late }))
    expect([...owner.read().values()]).toMatchObject([{ title: 'Nightly', status: 'finished' }])
  })

  it('keeps all runs that go on, and the newest of those that have ended', () => {
    const owner = new TestOwner({ listed_runs: 2 })
    for (let n = 0; n < 6; n += 1)
      owner.hear(standing({ run_id: numbered(n), status: n < 2 ? 'ingesting' : 'finished' }))
    owner.restart()
    expect([...owner.read().keys()]).toEqual([0, 1, 4, 5].map(numbered))
  })

  it('goes on after a restart under the same epoch', () => {
    const owner = new TestOwner()
    owner.hear(standing())
    owner.read()
    owner.restart()
    owner.hear(standing({ seq: 2, status: 'ingesting' }))
    expect([...owner.read().values()]).toMatchObject([{ status: 'ingesting' }])
    expect(owner.client.cursor).toMatch(/^owner\./)
  })

  it('is folded by a client to the last standings, however they were lost, doubled and late', () => {
    const statuses = ['pending', 'initializing', 'ingesting', 'finished'] as const
    const sent = fc.array(
      fc.record({
        run: fc.nat(2),
        seq: fc.nat(3),
        title: fc.constantFrom('x', 'y'),
        read: fc.boolean(),
      }),
      { maxLength: 30 },
    )
    fc.assert(
      fc.property(sent, (calls) => {
        const owner = new TestOwner()
        const last = new Map<string, RunStanding>()
        for (const { run, seq, title, read } of calls) {
          const run_id = ids[run] ?? first
          // A run's title follows from its seq here: equal seqs are equal standings.
          const status = statuses[seq] ?? 'pending'
          const told = standing({ run_id, seq, status, title: `${title.length}-${seq}` })
          owner.hear(told)
          if ((last.get(run_id)?.seq ?? -1) <= seq) last.set(run_id, told)
          if (read) owner.read()
        }
        const shown = [...owner.read()].map(([id, job]) => [id, [job.status, job.title]])
        const due = [...last].map(([id, told]) => [id, [told.status, told.title]])
        expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(due))
      }),
      { numRuns: 60 },
    )
  })
})

describe('OWN-4: a run in the list', () => {
  it('is an item: its name, status and round, its percent, its wait and its facts', () => {
    const owner = new TestOwner()
    const test = new TestRun()
    test.create('a', 'b')
    test.plan(0, 4)
    test.report(test.claim(), { row: ready })
    owner.hear(test.standing())
    const [run] = owner.read().values()
    expect(run).toMatchObject({
      external_id: test.run.run_id,
      title: '2 groups',
      status: 'ingesting',
      detail: {
        attempt: 1,
        progress: 50,
        run: {
          pipeline: 'letters',
          problems: { groups: 0, jobs: 0 },
          progress: { counts: { total: 4, by_status: { ready: 2, pending: 2 } }, groups_open: 1 },
        },
      },
    })
    expect(run?.detail).not.toHaveProperty('step')
  })

  it('has no status of the list, which never ends, and a progress that counts its runs', () => {
    const owner = new TestOwner()
    owner.hear(standing({ status: 'finished' }))
    owner.read()
    expect(owner.client.names()).not.toContain('status')
    expect(owner.client.closed).toBe('no')
    expect(owner.engine.progress().events).toEqual([
      {
        event: 'progress',
        data: '{"counts":{"total":1,"by_status":{"finished":1}},"groups_open":0,"rate":0}',
      },
    ])
  })
})

describe('OWN-3: a run that may have been silent', () => {
  const leases: Leases = new Map(ids.slice(0, 1).map((run_id) => [run_id, 100]))
  const [one = first, other = first] = ids

  it('is asked when its lease is over', () => {
    expect(silentRuns([one, other], leases, 99)).toEqual([other])
    expect(silentRuns([one, other], leases, 100)).toEqual([one, other])
    expect(askDue([one], leases)).toBe(100)
    expect(askDue([one, other], leases)).toBe(0)
    expect(askDue([], leases)).toBeUndefined()
  })

  it('is put right, whatever the list said of it', () => {
    const owner = new TestOwner()
    owner.hear(standing({ status: 'pending' }))
    expect(owner.engine.silent()).toEqual([first])
    expect(owner.engine.follow(first)).toBe(owner.settings.follow_ms)
    expect(owner.engine.silent()).toEqual([])
    owner.now += owner.settings.follow_ms
    expect(owner.engine.silent()).toEqual([first])
    owner.engine.heard(first, { kind: 'live', standing: standing({ seq: 9, status: 'finished' }) })
    expect([...owner.read().values()]).toMatchObject([{ status: 'finished' }])
    expect(owner.engine.silent()).toEqual([])
    expect(owner.engine.askDue()).toBeUndefined()
  })

  it.each([
    [{ kind: 'archived', status: 'aborted' } as const, { status: 'aborted' }],
    [{ kind: 'unknown' } as const, { status: 'error', detail: { error: { code: 'unknown' } } }],
  ])('does not go on in the list where its object says %j', (answer, shown) => {
    const owner = new TestOwner()
    owner.hear(standing({ status: 'ingesting', at: 5 }))
    owner.engine.heard(first, answer)
    const [run] = owner.read().values()
    expect(run).toMatchObject(shown)
    expect(owner.engine.silent()).toEqual([])
  })
})

it('a list begins without runs', () => {
  expect(openList('e')).toEqual({ epoch: 'e', seq: 1, added_seq: 0, titled_seq: 0, last: 0 })
})
