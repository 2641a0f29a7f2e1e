import { describe, expect, it } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { claim, release } from '../../src/durable/run/flights.ts'
import { addJobs, closeGroup, renewPlan } from '../../src/durable/run/plans.ts'
import { Frames } from '../../src/durable/watch/frames.ts'
import { type Position, positionOf, subscriptionAt } from '../../src/durable/watch/position.ts'
import { begin, frameOf, fresh, here, jobs, read } from '../support/frame-reader.ts'
import { failed, ready, step, TestRun } from '../support/test-run.ts'
import { plain } from '../support/test-watch.ts'

describe('the first frame', () => {
  it('EV-1, EV-2, EV-9: is the status and then the full state, with the cursor on the last event', () => {
    const test = begin(2)
    const { events, to, listed, unlisted } = read(test, fresh)
    const status = 'pending'
    expect(events).toEqual([
      { event: 'status', data: 'initializing' },
      {
        event: 'groups',
        data: { a: { status: 'planning', found: 2 }, b: { status: 'waiting', found: 0 } },
      },
      {
        event: 'all_jobs',
        data: {
          a: [
            { external_id: '0', title: 'Title 0', status },
            { external_id: '1', title: 'Title 1', status },
          ],
        },
        id: `epoch.${test.run.seq}`,
      },
    ])
    expect({ to, listed, unlisted }).toEqual({ to: here(test), listed: true, unlisted: false })
  })

  it('EV-5: shows a group by its title, if it has one', () => {
    const test = begin(2)
    test.call(renewPlan, { group: 0, attempt: 1, title: 'Acme Ltd' })
    expect(read(test, fresh).events[1]).toEqual({
      event: 'groups',
      data: {
        a: { title: 'Acme Ltd', status: 'planning', found: 2 },
        b: { status: 'waiting', found: 0 },
      },
    })
  })

  it('EV-2: has everything, even if there is nothing', () => {
    const test = new TestRun()
    test.create('a')
    expect(read(test, fresh).events).toEqual([
      { event: 'status', data: 'pending' },
      { event: 'groups', data: { a: { status: 'waiting', found: 0 } } },
      { event: 'all_jobs', data: {}, id: 'epoch.1' },
    ])
  })

  it.each([{}, { lean: true }, { lean: true, detail: true, log: true }])(
    'EV-6: of the end has a progress with the counts of the snapshot, for new and for resuming watchers: %j',
    (wanted) => {
      const test = begin(4)
      const places: Position[] = [fresh, positionOf(test.run, 'epoch.1'), here(test)]
      test.report(test.claim(), { row: (n) => (n === 0 ? ready() : failed(false)) })
      places.push(positionOf(test.run, `epoch.${test.run.seq}`), here(test))
      test.call(abort, { by: 'alice' })
      const by_status = { ready: 1, failed: 1, aborted: 2 }
      for (const place of places) {
        const { events } = frameOf(test, place, wanted)
        expect(events.slice(-3).map(({ event }) => event)).toEqual([
          'progress',
          'complete',
          'status',
        ])
        expect(events.filter(({ id }) => id !== undefined)).toHaveLength(1)
        expect(JSON.parse(events.at(-3)?.data ?? '')).toEqual({
          counts: { total: 4, by_status },
          groups_open: 0,
          rate: 0,
        })
        expect(JSON.parse(events.at(-2)?.data ?? '')).toMatchObject({ total: 4, ...by_status })
      }
    },
  )

  it('EV-1, W-8: of an ended run has its only status last', () => {
    const test = begin(2)
    test.call(abort, { by: 'alice' })
    const { events, names } = read(test, fresh)
    expect(names).toEqual(['groups', 'all_jobs', 'complete', 'status'])
    expect(events.at(-1)).toEqual({ event: 'status', data: 'aborted', id: `epoch.${test.run.seq}` })
  })
})

describe('a later frame', () => {
  it('EV-3: has only the changes, each job once with its present status', () => {
    const test = begin(4)
    const before = here(test)
    test.report(test.claim(), { last: false, row: step })
    const between = here(test)
    const second = test.claim()
    test.report(second, { last: false, row: (n) => (n === 2 ? step() : undefined) })
    test.report(second, { last: false, row: (n) => (n === 2 ? ready() : undefined) })
    const id = `epoch.${test.run.seq}`
    expect(read(test, before).events).toEqual([
      { event: 'update', data: { a: { 0: 'crawling', 1: 'crawling', 2: 'ready' } }, id },
    ])
    expect(read(test, between).events).toEqual([
      { event: 'update', data: { a: { 2: 'ready' } }, id },
    ])
  })

  it('EV-3: does not repeat a status after a grant in the meantime', () => {
    const test = begin(4)
    const { flight, grant } = test.claim()
    test.call(release, { flight, grant, wait_ms: 1 })
    const before = here(test)
    test.pass(1)
    test.call(claim, { flight })
    expect(test.run.seq).toBeGreaterThan(before.shown)
    expect(read(test, before).events).toEqual([])
    expect(read(test, before, { lean: true }).events).toEqual([])
  })

  it.each([{}, { lean: true }, { lean: true, detail: true }, { detail: true }])(
    'EV-3, EV-5: is the same from the changes noted since the last tick as from storage: %j',
    (wanted) => {
      const test = begin(2)
      const frames = new Frames(test.store, 200_000)
      const subscription = subscriptionAt(here(test), { ...plain, ...wanted })
      frames.ticked(test.run.seq)
      const told = test.changes.length
      const flight = test.claim()
      test.report(flight, { last: false, row: step })
      test.report(flight, { last: false, row: (n) => (n === 0 ? ready() : undefined) })
      for (const change of test.changes.slice(told)) frames.note(change)
      const scanned = frameOf(test, subscription.position, wanted)
      expect(scanned.isEmpty).toBe(false)
      expect(frames.frame(test.run, subscription, false).events).toEqual(scanned.events)
      test.call(abort, { by: 'alice' })
      for (const change of test.changes.slice(-1)) frames.note(change)
      const ended = frameOf(test, subscription.position, wanted)
      expect(frames.frame(test.run, subscription, false).events).toEqual(ended.events)
    },
  )

  it('EV-1, EV-5: has each new status and each changed group, and nothing else', () => {
    const test = new TestRun()
    test.create('a', 'b')
    const pending = here(test)
    test.grantPlan(0)
    expect(read(test, pending).events).toEqual([
      { event: 'status', data: 'initializing' },
      {
        event: 'groups',
        data: { a: { status: 'planning', found: 0 } },
        id: `epoch.${test.run.seq}`,
      },
    ])
    const initializing = here(test)
    test.call(addJobs, { group: 0, attempt: 1, jobs: [] })
    expect(read(test, initializing).events).toEqual([])
  })

  it('EV-2: has the full state after the run turned ingesting', () => {
    const test = begin(1)
    const before = here(test)
    test.call(closeGroup, { group: 0, attempt: 1 })
    const frame = read(test, before)
    expect(frame.names).toEqual(['status', 'groups', 'all_jobs'])
    expect(frame.events[0]).toEqual({ event: 'status', data: 'ingesting' })
    expect(frame.listed).toBe(true)
    expect(read(test, here(test)).events).toEqual([])
  })

  it('EV-2, EV-9: leaves added jobs for later, without a cursor, until it may list them', () => {
    const test = begin(1)
    const before = here(test)
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('x', 2) })
    test.report(test.claim(), { row: step })
    test.report(test.claim(), { row: ready })
    const later = read(test, before)
    expect(later.events).toEqual([
      { event: 'groups', data: { a: { status: 'planning', found: 3 } } },
      { event: 'update', data: { a: { 0: 'crawling' } } },
    ])
    expect(later).toMatchObject({ listed: false, unlisted: true })
    const listed = read(test, later.to, { relist: true })
    expect(listed.names).toEqual(['all_jobs'])
    expect(listed.frame.id).toBe(`epoch.${test.run.seq}`)
    expect(listed.to).toEqual(here(test))
    expect(read(test, listed.to, { relist: true }).events).toEqual([])
  })

  it("EV-4: has a job's new title beside its status", () => {
    const test = begin(2)
    const before = here(test)
    test.report(test.claim(), { row: () => ({ ...ready(), title: 'A better name' }) })
    const added = ['0', '1'].map((external_id) => ({
      external_id,
      title: 'A better name',
      status: 'ready',
    }))
    const id = `epoch.${test.run.seq}`
    expect(read(test, before).events).toEqual([
      { event: 'added', data: { a: added } },
      { event: 'update', data: { a: { 0: 'ready', 1: 'ready' } }, id },
    ])
    expect(read(test, before, { lean: true }).events).toEqual([
      { event: 'added', data: { a: added }, id },
    ])
  })

  it('EV-1, EV-2, W-8: of the end has the full state, the snapshot, and the status last', () => {
    const test = begin(2)
    const before = here(test)
    test.call(abort, { by: 'alice' })
    const { names, events, frame } = read(test, before)
    expect(names).toEqual(['groups', 'all_jobs', 'complete', 'status'])
    expect(events.at(-2)).toMatchObject({ data: { total: 2, aborted: 2 } })
    expect(frame.final).toBe(true)
  })
})

describe('a cursor', () => {
  it('W-4: of this epoch and up to now gives the changes since then', () => {
    const { run } = begin(1)
    expect(positionOf(run, `epoch.${run.seq}`)).toEqual({ kind: 'resumed', shown: run.seq })
    expect(positionOf(run, 'epoch.0')).toEqual({ kind: 'resumed', shown: 0 })
  })

  it.each([
    ['another epoch', 'other.1'],
    ['the future', 'epoch.999'],
    ['nonsense', 'nonsense'],
    ['12 KB', 'e'.repeat(12_288)],
    ['nothing', ''],
  ])('W-4: of %s gives the full state', (_, cursor) => {
    const { run } = begin(1)
    expect(positionOf(run, cursor)).toEqual(fresh)
    expect(positionOf(run, null)).toEqual(fresh)
  })

  it.each([{}, { lean: true }])('W-4: is resumed from with the diff since it: %j', (wanted) => {
    const test = begin(3)
    const back = positionOf(test.run, `epoch.${test.run.seq}`)
    test.report(test.claim())
    expect(read(test, back, wanted).events).toEqual([
      { event: 'status', data: 'initializing' },
      { event: 'update', data: { a: { 0: 'ready', 1: 'ready' } }, id: `epoch.${test.run.seq}` },
    ])
  })

  it('EV-2, W-4: from before jobs were added gives the full state', () => {
    const test = begin(1)
    const back = positionOf(test.run, `epoch.${test.run.seq}`)
    test.call(addJobs, { group: 0, attempt: 1, jobs: jobs('x', 1) })
    expect(read(test, back).names).toEqual(['status', 'groups', 'all_jobs'])
    expect(read(test, back, { lean: true }).names).toEqual(['status', 'groups', 'added'])
  })
})
