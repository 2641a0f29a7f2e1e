import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/ending.ts'
import { addJobs } from '../../src/durable/planning.ts'
import { Unacked } from '../../src/durable/watch/unacked.ts'
import { formatCursor } from '../../src/protocol/cursor.ts'
import { FakeSockets } from '../support/fake-sockets.ts'
import { seeds, step, TestRun } from '../support/test-run.ts'
import { watchRun } from '../support/test-watch.ts'

const settings = {
  tick_ms: 1,
  relist_ms: 1,
  progress_ms: 60_000,
  unacked_bytes: 200,
  page_bytes: 500,
}

/** A run of so many jobs at work, in flights of one. */
function begin(count = 20) {
  const { test, watch } = watchRun((changed) => new TestRun({ flight_jobs: 1, settings, changed }))
  test.create('a', 'b')
  test.plan(0, count)
  return { test, watch, fake: new FakeSockets(watch) }
}

function settle(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(5)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a socket', () => {
  it('EV-1, EV-2, W-5: is told the same events, one a message, and closed with 1000 at the end', async () => {
    const { test, watch, fake } = begin(2)
    const socket = fake.open()
    await settle()
    expect(socket.names()).toEqual(['status', 'groups', 'all_jobs'])
    fake.ack(socket)
    test.report(test.claim(), { last: false, row: step })
    await settle()
    expect(socket.names().at(-1)).toBe('update')
    expect(socket.cursor).toBe(formatCursor(test.run))
    fake.ack(socket)
    test.call(abort, { by: 'alice' })
    await settle()
    expect(socket.names().slice(-2)).toEqual(['complete', 'status'])
    expect(socket.picture()).toEqual(watch.picture())
    expect(socket.closedWith).toBe(1000)
    expect(watch.watchers.size).toBe(0)
  })

  it('W-1: that acknowledges nothing is passed over, and gets one diff when it does', async () => {
    const { test, watch, fake } = begin()
    const socket = fake.open()
    await settle()
    expect(socket.names()).toHaveLength(3)
    for (let n = 0; n < 20; n += 1) {
      test.report(test.claim())
      await settle()
    }
    expect(socket.names()).toHaveLength(3)
    fake.ack(socket)
    await settle()
    expect(socket.names().slice(3)).toEqual(['update'])
    expect(socket.picture()).toEqual(watch.picture())
  })

  it('W-1: that acknowledges some of what it was sent has as much room again', async () => {
    const { test, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.ack(socket)
    const sent = () => socket.names().filter((name) => name === 'update').length
    const report = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n += 1) {
        test.report(test.claim(), { last: false, row: step })
        await settle()
      }
    }
    await report(1)
    const first = socket.cursor
    await report(10)
    const full = sent()
    expect(full).toBeGreaterThan(1)
    expect(full).toBeLessThan(11)
    fake.ack(socket, 'epoch.1')
    await settle()
    expect(sent()).toBe(full)
    fake.ack(socket, first)
    await settle()
    expect(sent()).toBe(full + 1)
  })

  it('EV-4, W-1: is sent the next page of a listing when it has taken the one before', async () => {
    const { watch, fake } = begin(50)
    const socket = fake.open({ wanted: { lean: true, detail: false, log: false } })
    const pages = () => socket.names().filter((name) => name === 'added').length
    await vi.advanceTimersByTimeAsync(50)
    expect(socket.names().at(-1)).toBe('all_jobs')
    for (let page = 1; socket.cursor === undefined; page += 1) {
      fake.sockets.message(socket, '{"ack": ""}')
      await vi.advanceTimersByTimeAsync(50)
      expect(pages()).toBe(page)
    }
    expect(pages()).toBeGreaterThan(3)
    expect(socket.picture()).toEqual(watch.picture())
  })

  it('W-7: whose client is gone is watched no more, and its close is answered', async () => {
    const { watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.sockets.closed(socket)
    expect(socket.closedWith).toBeDefined()
    expect(watch.watchers.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('W-7: that was closed unseen is removed at the next write', async () => {
    const { test, watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.ack(socket)
    socket.readyState = 3
    test.report(test.claim())
    await settle()
    expect(watch.watchers.size).toBe(0)
    expect(watch.errors).toEqual([])
  })

  it('W-8: that is cut is told to come back', async () => {
    const { test, watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.ack(socket)
    watch.synced = () => Promise.reject(new Error('the disk is gone'))
    test.report(test.claim())
    await settle()
    expect(socket.closedWith).toBe(1012)
  })

  it('W-12: is closed with 4401 when its watch token is revoked, also after its object slept', async () => {
    const { watch, fake } = begin()
    const [first, second, other] = [
      fake.open({ token_id: 'x' }),
      fake.open({ token_id: 'y' }),
      fake.open(),
    ]
    watch.watchers.revoke('x')
    expect(first.closedWith).toBe(4401)
    fake.wake()
    watch.watchers.revoke('y')
    expect(second.closedWith).toBe(4401)
    expect(other.closedWith).toBeUndefined()
  })

  it('keeps no timer, so that its object may hibernate', async () => {
    const { fake } = begin()
    fake.open()
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a socket whose object slept', () => {
  it('W-4, W-5: goes on from what it has acknowledged, without being greeted again', async () => {
    const { test, watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.ack(socket)
    test.report(test.claim())
    await settle()
    const before = socket.names().length
    fake.wake()
    await settle()
    expect(socket.names().slice(before)).toEqual(['update'])
    fake.ack(socket)
    fake.wake()
    await settle()
    expect(socket.names()).toHaveLength(before + 1)
    test.report(test.claim())
    await settle()
    expect(socket.names().slice(before)).toEqual(['update', 'update'])
    expect(socket.picture()).toEqual(watch.picture())
  })

  it('W-4: that has acknowledged nothing is shown the full state again', async () => {
    const { fake, watch } = begin()
    const [fresh, back] = [fake.open(), fake.open({ cursor: 'epoch.3' })]
    await settle()
    fake.wake()
    await settle()
    expect(fresh.names()).toEqual(['status', 'groups', 'all_jobs', 'status', 'groups', 'all_jobs'])
    expect(fresh.picture()).toEqual(watch.picture())
    expect(back.names().filter((name) => name === 'status')).toHaveLength(2)
  })

  it('is told at once what was added meanwhile', async () => {
    const { test, watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.ack(socket)
    const { attempt } = test.grantPlan(1)
    test.call(addJobs, { group: 1, attempt, jobs: seeds(1, 3) })
    fake.wake()
    await settle()
    expect(socket.picture()).toEqual(watch.picture())
  })

  it('keeps what it needs in its attachment alone, written on arrival and by higher cursors', async () => {
    const { test, fake } = begin()
    const socket = fake.open({ token_id: 'x' })
    expect(socket.attached).toBe(1)
    await settle()
    expect(socket.attached).toBe(1)
    fake.ack(socket)
    fake.ack(socket)
    fake.ack(socket, 'epoch.1')
    expect(socket.attached).toBe(2)
    expect(socket.deserializeAttachment()).toEqual({
      wanted: { lean: false, detail: false, log: false },
      cursor: socket.cursor,
      acked: true,
      token_id: 'x',
    })
    test.report(test.claim())
    await settle()
    expect(socket.attached).toBe(2)
  })

  it('whose attachment cannot be read is told to come back', () => {
    const { watch, fake } = begin()
    const socket = fake.open()
    socket.serializeAttachment({ of: 'another version' })
    fake.wake()
    expect(socket.closedWith).toBe(1012)
    expect(watch.watchers.size).toBe(0)
  })
})

describe('a message of a socket', () => {
  it.each([
    ['that is binary', new ArrayBuffer(3), 1003],
    ['that is no JSON', 'hello', 1008],
    ['that is JSON of another kind', '[1]', 1008],
    ['whose cursor is no text', '{"ack": 3}', 1008],
    ['whose cursor is none', '{"ack": "3"}', 1008],
    ['that acknowledges another epoch', '{"ack": "other.1"}', 1008],
    ['that acknowledges the future', '{"ack": "epoch.999"}', 1008],
    ['of 2 KB', JSON.stringify({ ack: 'epoch.1', more: 'x'.repeat(2_000) }), 1008],
  ])('%s closes it', async (...[, message, code]) => {
    const { watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.sockets.message(socket, message)
    expect(socket.closedWith).toBe(code)
    expect(watch.watchers.size).toBe(0)
  })

  it('with members that are not known yet is an acknowledgement all the same', async () => {
    const { fake } = begin()
    const socket = fake.open()
    await settle()
    fake.sockets.message(socket, JSON.stringify({ ack: socket.cursor, of: 1 }))
    expect(socket.closedWith).toBeUndefined()
    expect(socket.attached).toBe(2)
  })

  it('after its close changes nothing', async () => {
    const { test, fake } = begin()
    const socket = fake.open()
    test.call(abort, { by: 'alice' })
    await settle()
    expect(socket.closedWith).toBe(1000)
    fake.ack(socket)
    fake.sockets.message(socket, 'hello')
    expect([socket.closedWith, socket.attached]).toEqual([1000, 1])
  })
})

describe('what is not acknowledged', () => {
  type Sent = { readonly bytes: number; readonly seq: number | undefined }

  /** The same with nothing left out: every frame that was sent and is not known to be read. */
  function exactly(unread: readonly Sent[]): number {
    return unread.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  const acts = fc.array(
    fc.oneof(
      fc.record({ bytes: fc.integer({ min: 1, max: 100 }), id: fc.boolean() }),
      fc.record({ ack: fc.integer({ min: 0, max: 60 }) }),
    ),
    { maxLength: 60 },
  )

  it('W-1: is never counted too low, and not at all once the last cursor is acknowledged', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const unacked = new Unacked()
        let unread: Sent[] = []
        let seq = 0
        const exceeds = (limit: number): boolean => unacked.exceeds(limit)
        for (const act of list) {
          if ('ack' in act) {
            const read = unread.findLastIndex((one) => one.seq !== undefined && one.seq <= act.ack)
            unread = unread.slice(read + 1)
            unacked.acked(act.ack)
          } else {
            seq += 1
            const sent = { bytes: act.bytes, seq: act.id ? seq : undefined }
            unread.push(sent)
            unacked.sent(sent.bytes, sent.seq)
          }
          const bytes = exactly(unread)
          expect(bytes > 0 && !exceeds(bytes - 1)).toBe(false)
        }
        unacked.acked(seq)
        unacked.taken()
        expect(exceeds(0)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})
