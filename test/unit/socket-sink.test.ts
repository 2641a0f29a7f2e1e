import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { formatCursor } from '../../src/protocol/cursor.ts'
import { watchBySockets as begin } from '../support/socket-clients.ts'
import { step } from '../support/test-run.ts'

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
  it('EV-1, EV-2, W-5: gets the same events, one in a message, and is closed with 1000 at the end', async () => {
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

  it('W-1: that acknowledges nothing gets nothing more, and one diff when it does', async () => {
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

  it('W-1: that acknowledges a part has as much room again', async () => {
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

  it('EV-4, W-1: gets the next page of a listing when it has taken the one before', async () => {
    const { watch, fake } = begin(50)
    const socket = fake.open({ wanted: { lean: true, detail: false, log: false } })
    const pages = () => socket.names().filter((name) => name === 'added').length
    await vi.advanceTimersByTimeAsync(50)
    expect(socket.names().at(-1)).toBe('all_jobs')
    for (let page = 1; socket.cursor === undefined; page += 1) {
      fake.say(socket, '{"ack": ""}')
      await vi.advanceTimersByTimeAsync(50)
      expect(pages()).toBe(page)
    }
    expect(pages()).toBeGreaterThan(3)
    expect(socket.picture()).toEqual(watch.picture())
  })

  it('W-7: whose client has gone is removed, and its close is answered', async () => {
    const { watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.leave(socket)
    expect(socket.closedWith).toBeDefined()
    expect(watch.watchers.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('W-7: that was closed unnoticed is removed at the next write', async () => {
    const { test, watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.ack(socket)
    socket.pipe.readyState = 3
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

  it('sets no timer, so that its object may hibernate', async () => {
    const { fake } = begin()
    fake.open()
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })
})
