import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { Client, watchJobs } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000 }

function begin(count: number) {
  return watchJobs(count, settings)
}

function settle(): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(0)
}

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a watcher without room', () => {
  it('W-1: gets nothing, and one diff from its own position when it drains', async () => {
    const { test, watch } = begin(40)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    for (let i = 0; i < 30; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    expect(quick.told()).toHaveLength(31)
    expect(slow.frames).toHaveLength(1)
    watch.drain(slow)
    await pass(50)
    expect(slow.told()).toHaveLength(2)
    const update = slow.events.findLast(({ event }) => event === 'update')
    expect(Object.keys(Object(update?.data)['a'])).toHaveLength(30)
    expect(slow.picture()).toEqual(watch.picture())
    await pass(5_000)
    expect(slow.told()).toHaveLength(2)
  })

  it('W-1: has nothing queued for it', async () => {
    const { test, watch } = begin(40)
    const slow = watch.connect()
    await pass(50)
    slow.room = false
    const before = { ...slow.watcher, behind: null }
    for (let i = 0; i < 30; i += 1) {
      test.report(test.claim())
      await pass(50)
    }
    expect({ ...slow.watcher, behind: null }).toEqual(before)
    expect(slow.frames).toHaveLength(1)
  })

  it('W-1: gets no heartbeat either', async () => {
    const { watch } = begin(1)
    const slow = watch.connect()
    await pass(50)
    slow.room = false
    await pass(60_000)
    expect(slow.writes).toHaveLength(1)
    expect(slow.closed).toBe('no')
  })

  it('W-7: that reads nothing for five minutes is cut, and has the right state when it comes back', async () => {
    const { test, watch } = begin(3)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    test.report(test.claim())
    await pass(299_000)
    expect(slow.closed).toBe('no')
    await pass(16_000)
    expect(slow.closed).toBe('cut')
    expect(watch.watchers.size).toBe(1)
    const again = watch.connect(new Client(slow))
    await settle()
    expect(again.picture()).toEqual(watch.picture())
    expect(quick.closed).toBe('no')
  })

  it('W-1, W-8: gets the end when it drains after the end', async () => {
    const { test, watch } = begin(3)
    const [slow, quick] = [watch.connect(), watch.connect()]
    await pass(50)
    slow.room = false
    test.call(abort, { by: 'alice' })
    await pass(5_000)
    expect(quick.closed).toBe('ended')
    expect(slow.closed).toBe('no')
    watch.drain(slow)
    await pass(50)
    expect(slow.names()).toEqual([
      'status',
      'groups',
      'all_jobs',
      'groups',
      'all_jobs',
      'complete',
      'status',
    ])
    expect(slow.closed).toBe('ended')
    expect(slow.picture()).toEqual(watch.picture())
  })
})

describe('a listing in pages', () => {
  it('EV-4, W-11: goes out as fast as it is taken, each page once its state is durable', async () => {
    const { test, watch } = watchJobs(60, { ...settings, page_bytes: 300 })
    let syncs = 0
    watch.synced = async () => {
      syncs += 1
    }
    const client = watch.connect(new Client(undefined, { lean: true }))
    await pass(0)
    test.report(test.claim())
    await pass(50)
    expect(client.frames.length).toBeGreaterThan(9)
    expect(syncs).toBe(client.frames.length)
    expect(client.picture()).toEqual(watch.picture())
  })

  it('EV-4: waits for a watcher that has no room, and goes on where it stopped', async () => {
    const { test, watch } = watchJobs(60, { ...settings, page_bytes: 300 })
    const client = new Client(undefined, { lean: true })
    client.saw = ({ event }) => {
      if (event === 'all_jobs' || event === 'added') client.room = false
    }
    watch.connect(client)
    for (let page = 1; page <= 5; page += 1) {
      await pass(500)
      expect(client.frames).toHaveLength(page)
      test.report(test.claim())
      watch.drain(client)
      watch.drain(client)
    }
    client.saw = () => {}
    watch.drain(client)
    await pass(100)
    expect(client.picture()).toEqual(watch.picture())
    expect(client.names().filter((name) => name === 'all_jobs')).toHaveLength(1)
  })
})
