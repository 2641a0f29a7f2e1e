import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { addJobs } from '../../src/durable/run/plans.ts'
import { watchBySockets as begin } from '../support/socket-clients.ts'
import { seeds } from '../support/test-run.ts'

function settle(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(5)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a socket whose object slept', () => {
  it('W-4, W-5: goes on from what it has acknowledged, without another first frame', async () => {
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

  it('W-4: that has acknowledged nothing gets the full state again', async () => {
    const { fake, watch } = begin()
    const [fresh, back] = [fake.open(), fake.open({ cursor: 'epoch.3' })]
    await settle()
    fake.wake()
    await settle()
    expect(fresh.names()).toEqual(['status', 'groups', 'all_jobs', 'status', 'groups', 'all_jobs'])
    expect(fresh.picture()).toEqual(watch.picture())
    expect(back.names().filter((name) => name === 'status')).toHaveLength(2)
  })

  it('gets the jobs that were added in the meantime at once', async () => {
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

  it('keeps its state only in its attachment, written on arrival and at higher cursors', async () => {
    const { test, fake } = begin()
    const socket = fake.open({ token_id: 'x' })
    expect(socket.pipe.attached).toBe(1)
    await settle()
    expect(socket.pipe.attached).toBe(1)
    fake.ack(socket)
    fake.ack(socket)
    fake.ack(socket, 'epoch.1')
    expect(socket.pipe.attached).toBe(2)
    expect(socket.pipe.attachment).toEqual({
      wanted: { lean: false, detail: false, log: false },
      cursor: socket.cursor,
      acked: true,
      token_id: 'x',
    })
    test.report(test.claim())
    await settle()
    expect(socket.pipe.attached).toBe(2)
  })

  it('with an unreadable attachment is told to come back', () => {
    const { watch, fake } = begin()
    const socket = fake.open()
    socket.pipe.attachment = { of: 'another version' }
    fake.wake()
    expect(socket.closedWith).toBe(1012)
    expect(watch.watchers.size).toBe(0)
  })
})

describe('a message of a socket', () => {
  it.each([
    ['that is binary', new ArrayBuffer(3), 1003],
    ['that is not JSON', 'hello', 1008],
    ['that is JSON of a wrong type', '[1]', 1008],
    ['whose cursor is not a text', '{"ack": 3}', 1008],
    ['whose cursor is invalid', '{"ack": "3"}', 1008],
    ['that acknowledges another epoch', '{"ack": "other.1"}', 1008],
    ['that acknowledges a future cursor', '{"ack": "epoch.999"}', 1008],
    ['of 2 KB', JSON.stringify({ ack: 'epoch.1', more: 'x'.repeat(2_000) }), 1008],
  ])('%s closes it', async (...[, message, code]) => {
    const { watch, fake } = begin()
    const socket = fake.open()
    await settle()
    fake.say(socket, message)
    expect(socket.closedWith).toBe(code)
    expect(watch.watchers.size).toBe(0)
  })

  it('with unknown members is still an acknowledgement', async () => {
    const { fake } = begin()
    const socket = fake.open()
    await settle()
    fake.say(socket, JSON.stringify({ ack: socket.cursor, of: 1 }))
    expect(socket.closedWith).toBeUndefined()
    expect(socket.pipe.attached).toBe(2)
  })

  it('W-5: closes it if far more come than it was sent, and not before', async () => {
    const { test, watch, fake } = begin()
    const [busy, other] = [fake.open(), fake.open()]
    await settle()
    for (let n = 0; n < 10_000; n += 1) fake.ack(busy)
    expect(busy.closedWith).toBeUndefined()
    for (let n = 0; n < 10; n += 1) fake.say(busy, '{"ack":""}')
    expect(busy.closedWith).toBe(1008)
    expect(watch.watchers.size).toBe(1)
    fake.ack(other)
    test.report(test.claim())
    await settle()
    expect(other.picture()).toEqual(watch.picture())
  })

  it('after its close changes nothing', async () => {
    const { test, fake } = begin()
    test.call(abort, { by: 'alice' })
    const socket = fake.open()
    await settle()
    expect(socket.closedWith).toBe(1000)
    fake.ack(socket)
    fake.say(socket, 'hello')
    expect([socket.closedWith, socket.pipe.attached]).toEqual([1000, 1])
  })
})
