import { describe, expect, it } from 'vitest'

import { withoutKnownLines } from '../../src/client/feed.ts'
import { apart, follow, isAhead, type LeaderMessage } from '../../src/client/tabs/tab-protocol.ts'
import {
  applyEvent,
  catchUp,
  emptyTabState,
  type TabState,
} from '../../src/client/tabs/tab-state.ts'
import type { JobEntry, RunEvent } from '../../src/protocol/events.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'

function line(seq: number, id?: string): RunEvent {
  const data = { seq, ts: '', level: 'info', message: `m${seq}` } as const
  return { event: 'log', data, ...(id === undefined ? {} : { id }) }
}

function dropped(count: number, after: number): RunEvent {
  return { event: 'log', data: { dropped: count, after } }
}

function stateAfter(...events: readonly RunEvent[]): TabState {
  return events.reduce(applyEvent, emptyTabState)
}

const job: JobEntry = { external_id: '__proto__', title: 'T', status: 'pending' }
const listed: RunEvent = { event: 'all_jobs', data: { a: [job] }, id: 'e.1' }
const moved: RunEvent = { event: 'update', data: { a: { ['__proto__']: 'ready' } } }
const reason = { code: 'http_500', message: 'no' }
const failedGroup: RunEvent = {
  event: 'groups',
  data: { a: { status: 'planning', found: 1, reason } },
}
const groups: RunEvent = { event: 'groups', data: { a: { status: 'planning', found: 1 } } }

describe('the state of a tab', () => {
  it.each<[string, boolean, readonly RunEvent[]]>([
    ['nothing', false, []],
    ['a first page', false, [{ event: 'all_jobs', data: {} }]],
    ['an id', true, [listed]],
    ['half a frame', false, [listed, moved]],
    ['a whole frame', true, [listed, moved, { event: 'update', data: {}, id: 'e.2' }]],
    ['the status as it was known', true, [listed, { event: 'status', data: 'pending' }]],
    ['another status', false, [listed, { event: 'status', data: 'ingesting' }]],
    ['groups that are news', false, [listed, groups]],
    ['groups as they were known', true, [groups, listed, groups]],
    ['a group with a reason that is news', false, [groups, listed, failedGroup]],
    ['a line of the log', true, [listed, line(1)]],
    ['a first page of another listing', false, [listed, { event: 'all_jobs', data: {} }]],
  ])('is exactly the run at its cursor after %s: %s', (_, whole, events) => {
    expect(stateAfter(...events).whole).toBe(whole)
  })

  it('EV-4: has no cursor from the first page of a listing to the last', () => {
    expect(stateAfter(listed, { event: 'all_jobs', data: {} }).cursor).toBeUndefined()
    expect(
      stateAfter({ event: 'all_jobs', data: {} }, { event: 'added', data: {}, id: 'e.3' }),
    ).toMatchObject({
      cursor: 'e.3',
      whole: true,
    })
  })

  it("EV-7: drops a log line that came before, but keeps the line's id as the cursor", () => {
    const known = stateAfter(line(1), line(2))
    expect(withoutKnownLines(known.line, line(2))).toBeUndefined()
    expect(withoutKnownLines(known.line, line(2, 'e.4'))).toEqual({
      event: 'update',
      data: {},
      id: 'e.4',
    })
    expect(withoutKnownLines(known.line, line(3))).toEqual(line(3))
    expect(withoutKnownLines(known.line, dropped(2, 0))).toBeUndefined()
    expect(withoutKnownLines(known.line, dropped(9, 2))).toEqual(dropped(9, 2))
  })
})

describe('the events by which a tab catches up', () => {
  it("EV-2: fold to the leader's run, whatever names it has, and the last event has the cursor", () => {
    const detail = { event: 'detail', data: { a: { ['__proto__']: { attempt: 2 } } } } as const
    const counts = { total: 1, by_status: { ready: 1 } } as const
    const progress = { event: 'progress', data: { counts, groups_open: 1, rate: 2 } } as const
    const all = stateAfter(
      { event: 'status', data: 'ingesting' },
      groups,
      listed,
      detail,
      progress,
      {
        ...moved,
        id: 'e.2',
      },
    )
    const events = catchUp(0, all)
    expect(events.reduce(fold, unwatched)).toEqual(all.run)
    expect(events.map(({ id }) => id).filter((id) => id !== undefined)).toEqual(['e.2'])
    expect(events.at(-1)?.id).toBe('e.2')
    expect(events[0]).toEqual({ event: 'status', data: 'ingesting' })
  })

  it('EV-1: end with the terminal status, after the final counts, when the run has ended', () => {
    const data = { total: 0, ready: 0, failed: 0, skipped: 0, aborted: 0, new: 0, changed: 0 }
    const complete: RunEvent = {
      event: 'complete',
      data: { ...data, unchanged: 0, groups_closed: 1, groups_failed: 0 },
    }
    const ended = stateAfter(listed, complete, { event: 'status', data: 'finished', id: 'e.9' })
    const events = catchUp(0, ended)
    expect(events.slice(-2)).toEqual([complete, { event: 'status', data: 'finished', id: 'e.9' }])
    expect(events.filter((event) => event.event === 'status')).toHaveLength(1)
  })

  it.each<[number, readonly RunEvent[], readonly RunEvent[]]>([
    [0, [line(1), line(2)], [line(1), line(2)]],
    [1, [line(1), line(2)], [line(2)]],
    [2, [line(1), line(2)], []],
    [0, [line(5), line(6)], [dropped(4, 0), line(5), line(6)]],
    [3, [line(5), line(6)], [dropped(1, 3), line(5), line(6)]],
    [1, [line(1), dropped(3, 1), line(5)], [dropped(3, 1), line(5)]],
    [1, [line(1), line(2), dropped(3, 2)], [line(2), dropped(3, 2)]],
  ])('EV-7: send the rest to a tab that knows the log up to %i', (known, said, told) => {
    const events = catchUp(known, stateAfter(...said))
    expect(events.filter(({ event }) => event === 'log')).toEqual(told)
  })

  it('EV-7: have at most the newest 200 log lines', () => {
    const said = Array.from({ length: 250 }, (_, i) => line(i + 1))
    const log = catchUp(0, stateAfter(...said)).filter(({ event }) => event === 'log')
    expect(log).toHaveLength(201)
    expect(log[0]).toEqual(dropped(50, 0))
  })
})

function at(cursor: string | undefined) {
  return { cursor, whole: cursor !== undefined }
}

describe('following', () => {
  const item: ItemMessage = { kind: 'item', item: moved }
  const inStep = { kind: 'in_step', term: 'A', n: 4 } as const
  const connection = { status: 'connecting' } as const
  type ItemMessage = Pick<Extract<LeaderMessage, { kind: 'item' }>, 'kind' | 'item'>

  it.each<[string, LeaderMessage, string]>([
    ['takes the next item', { ...item, term: 'A', n: 5 }, 'take'],
    ['passes by one that it has', { ...item, term: 'A', n: 4 }, 'ignore'],
    ['asks where one is missing', { ...item, term: 'A', n: 6 }, 'ask'],
    ['asks a new leader', { ...item, term: 'B', n: 1 }, 'ask'],
    ['is there', { kind: 'here', term: 'A', n: 4, cursor: 'e.8', connection }, 'ignore'],
    ['missed the last', { kind: 'here', term: 'A', n: 5, cursor: 'e.8', connection }, 'ask'],
    ['joins a new one', { kind: 'here', term: 'B', n: 0, cursor: 'e.7', connection }, 'join'],
  ])('in step with a leader: %s', (_, message, action) => {
    expect(follow(inStep, message, at('e.7')).action).toBe(action)
  })

  it('sends each leader one request', () => {
    const first = follow(apart, { ...item, term: 'B', n: 3 }, at(undefined))
    expect(first.action).toBe('ask')
    expect(follow(first.state, { ...item, term: 'B', n: 4 }, at(undefined)).action).toBe('ignore')
    expect(follow(first.state, { ...item, term: 'C', n: 1 }, at(undefined)).action).toBe('ask')
  })

  it('W-3: a tab that is ahead of its cursor is not in step with a leader at that cursor', () => {
    const ahead = { cursor: 'e.1', whole: false }
    const here = { kind: 'here', term: 'B', n: 2, cursor: 'e.1', connection } as const
    const state = { kind: 'state', term: 'B', n: 2, ...stateAfter(listed) } as const
    expect(follow(apart, here, ahead).action).toBe('ask')
    expect(follow(apart, state, ahead).action).toBe('catch_up')
  })

  it('W-4: a tab never goes back, except to a run with another epoch', () => {
    const state = { kind: 'state', term: 'B', n: 2, ...stateAfter(listed) } as const
    expect(follow(apart, state, at(undefined)).action).toBe('catch_up')
    expect(follow(apart, state, at('e.0')).action).toBe('catch_up')
    expect(follow(apart, state, at('e.1')).action).toBe('join')
    expect(follow(apart, state, at('e.2')).action).toBe('ask')
    expect(follow(apart, state, at('f.2')).action).toBe('catch_up')
    expect([isAhead('e.10', 'e.9'), isAhead('e.9', 'e.9'), isAhead('f.9', 'e.1')]).toEqual([
      true,
      false,
      false,
    ])
  })
})
