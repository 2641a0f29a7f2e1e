import { describe, expect, it } from 'vitest'

import { RunEvent } from '../../src/protocol/events.ts'
import type { WatchedRun } from '../../src/protocol/fold.ts'
import { fold, unwatched } from '../../src/protocol/fold.ts'

/** Folds events from the wire. Skips an event that the schema does not know. */
function foldAll(
  ...events: readonly { readonly event: string; readonly data: string }[]
): WatchedRun {
  let state = unwatched
  for (const { event, data } of events) {
    const read = RunEvent.safeParse({ event, data: event === 'status' ? data : JSON.parse(data) })
    if (read.success) state = fold(state, read.data)
  }
  return state
}

function shown({ jobs: all }: WatchedRun): string[] {
  return [...all].flatMap(([group, jobs]) =>
    [...jobs.values()].map(({ external_id, title, status }) =>
      [group, external_id, title, status].join(' | '),
    ),
  )
}

function job(external_id: string, status = 'pending') {
  return { external_id, title: `T ${external_id}`, status }
}

const listed = {
  event: 'all_jobs',
  data: JSON.stringify({ a: [job('1'), job('2')], b: [job('1')] }),
}

describe('the fold', () => {
  it('EV-1: takes the status as it comes', () => {
    expect(foldAll({ event: 'status', data: 'ingesting' }).status).toBe('ingesting')
    expect(unwatched.status).toBe('pending')
  })

  it('EV-2: replaces its whole state by the full state', () => {
    const next = { event: 'all_jobs', data: JSON.stringify({ b: [job('9', 'ready')] }) }
    expect(shown(foldAll(listed, next))).toEqual(['b | 9 | T 9 | ready'])
  })

  it('EV-3: changes only the statuses of the jobs in an update', () => {
    const update = { event: 'update', data: '{"a":{"2":"ready"}}' }
    expect(shown(foldAll(listed, update))).toEqual([
      'a | 1 | T 1 | pending',
      'a | 2 | T 2 | ready',
      'b | 1 | T 1 | pending',
    ])
  })

  it('EV-3: does not change the state that it was given', () => {
    const before = foldAll(listed)
    const kept = shown(before)
    fold(before, RunEvent.parse({ event: 'update', data: { a: { 1: 'ready' } } }))
    expect(shown(before)).toEqual(kept)
  })

  it('EV-8: ignores events that it does not know', () => {
    const before = foldAll(listed)
    const unknown = { event: 'progress', data: '{"rate":3}' }
    expect(foldAll(listed, unknown)).toEqual(before)
    const known: RunEvent = { event: 'update', data: {} }
    expect(fold(before, Object.assign(known, { event: 'later' }))).toBe(before)
  })

  it('EV-8: accepts an update of a job or a group that was never listed', () => {
    const update = { event: 'update', data: '{"a":{"7":"crawling"},"z":{"1":"ready"}}' }
    const lines = shown(foldAll(listed, update))
    expect(lines).toContain('a | 7 |  | crawling')
    expect(lines).toContain('z | 1 |  | ready')
    expect(lines).toHaveLength(5)
  })

  it('EV-8, EV-10: a job or a group called __proto__ is like any other', () => {
    const all = {
      event: 'all_jobs',
      data: '{"__proto__":[{"external_id":"__proto__","title":"T","status":"pending"}]}',
    }
    const update = {
      event: 'update',
      data: '{"__proto__":{"__proto__":"ready","constructor":"failed"}}',
    }
    const state = foldAll(all, update)
    expect(shown(state)).toEqual([
      '__proto__ | __proto__ | T | ready',
      '__proto__ | constructor |  | failed',
    ])
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
  })

  it.each([
    ['all_jobs', '[]'],
    ['all_jobs', 'null'],
    ['all_jobs', '{"a":{}}'],
    ['all_jobs', '{"a":[{"external_id":"1","title":"T","status":"Lost!"}]}'],
    ['all_jobs', '{"__proto__":[7]}'],
    ['update', '{"a":{"1":"Lost!"}}'],
    ['update', '{"a":["ready"]}'],
    ['status', 'later'],
  ])('an event with another shape is refused: %s %s', (event, data) => {
    expect(foldAll(listed, { event, data })).toEqual(foldAll(listed))
  })
})
