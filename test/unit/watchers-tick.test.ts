import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { pauseFor } from '../../src/durable/watch/ticks.ts'
import { step } from '../support/test-run.ts'
import { Client, watchJobs } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000 }

function begin(count: number) {
  return watchJobs(count, settings)
}

const extracting = () => ({ kind: 'step', step: 'extracting' }) as const

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

describe('a tick', () => {
  it('W-2: comes at once after a quiet time, and later changes are folded into the next', async () => {
    const { test, watch } = begin(5)
    const client = watch.connect()
    await pass(1_000)
    const flights = Array.from({ length: 5 }, () => test.claim())
    await pass(1_000)
    client.frames.length = 0
    const tell = (i: number): void => {
      const flight = flights[i]
      if (flight !== undefined) test.report(flight, { last: false, row: step })
    }
    tell(0)
    await settle()
    expect(client.told()).toHaveLength(1)
    tell(1)
    await pass(10)
    tell(2)
    tell(3)
    await pass(39)
    expect(client.told()).toHaveLength(1)
    await pass(1)
    expect(client.told()).toHaveLength(2)
    expect(client.events.findLast(({ event }) => event === 'update')?.data).toEqual({
      a: { '0-1': 'crawling', '0-2': 'crawling', '0-3': 'crawling' },
    })
    await pass(1_000)
    tell(4)
    await settle()
    expect(client.told()).toHaveLength(3)
  })

  it('W-2: waits for the reports that were asked to come before it, and no longer', async () => {
    const { test, watch } = begin(4)
    const { watchers } = watch
    expect(watchers.reportIn(100)).toBeUndefined()
    const client = watch.connect()
    await pass(1_000)
    const flights = Array.from({ length: 4 }, () => test.claim())
    await pass(1_000)
    const reportAll = async (told: Parameters<typeof test.report>[1]) => {
      client.frames.length = 0
      const waits: unknown[] = []
      for (const flight of flights) {
        expect(client.told()).toEqual([])
        test.report(flight, told)
        waits.push(watchers.reportIn(100))
        await pass(4)
      }
      return waits
    }
    client.frames.length = 0
    for (const flight of flights) {
      test.report(flight, { last: false, row: step })
      expect(watchers.reportIn(100)).toBe(70)
    }
    await pass(70)
    expect(client.told()).toHaveLength(2)
    // The last tick was 20 ms ago, and the next one comes 50 ms after that one.
    expect(await reportAll({ last: false, row: extracting })).toEqual([100, 96, 92, 88])
    expect(client.told()).toEqual([])
    await pass(14)
    expect(client.told()).toHaveLength(1)
    await pass(70)
    await reportAll({ last: true })
    expect(client.told()).toHaveLength(1)
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-2: makes each frame once, however many watchers there are', async () => {
    const { test, watch } = begin(3)
    const clients = Array.from({ length: 200 }, () => watch.connect())
    await pass(50)
    expect(new Set(clients.map(({ writes }) => writes.join('')))).toHaveLength(1)
    for (let i = 0; i < 3; i += 1) {
      test.report(test.claim())
      await pass(50)
      expect(new Set(clients.map(({ frames }) => frames.at(-1)))).toHaveLength(1)
    }
    for (const client of clients) expect(client.picture()).toEqual(watch.picture())
  })

  it.each([
    [0, 50],
    [400, 50],
    [800, 100],
    [1_200, 150],
    [3_000, 375],
  ])('W-2: grows with very many watchers: %i, %i ms', (watchers, ms) => {
    expect(pauseFor(watchers, 50)).toBe(ms)
  })

  it('W-2: makes one frame for watchers that came at different times', async () => {
    const { test, watch } = begin(9)
    const clients: Client[] = []
    for (let i = 0; i < 8; i += 1) {
      clients.push(watch.connect())
      await pass(50)
      test.report(test.claim())
      await pass(50)
    }
    test.report(test.claim())
    await pass(50)
    expect(new Set(clients.map(({ frames }) => frames.at(-1)))).toHaveLength(1)
    for (const client of clients) expect(client.picture()).toEqual(watch.picture())
  })

  it('W-11: writes nothing before its state is durable', async () => {
    const { test, watch } = begin(3)
    const gates: (() => void)[] = []
    watch.synced = () => new Promise((resolve) => gates.push(resolve))
    const client = watch.connect()
    await pass(500)
    expect(client.writes).toEqual([])
    const first = test.run.seq
    test.report(test.claim())
    await pass(500)
    expect(client.writes).toEqual([])
    expect(gates).toHaveLength(1)
    gates[0]?.()
    await settle()
    // A change after the beginning of the sync waits for the next sync.
    expect(client.cursor).toBe(`epoch.${first}`)
    await pass(500)
    expect(gates).toHaveLength(2)
    expect(client.cursor).toBe(`epoch.${first}`)
    gates[1]?.()
    await settle()
    expect(client.cursor).toBe(`epoch.${test.run.seq}`)
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-8: closes its watchers without an end if the storage fails, and reports that once', async () => {
    const { test, watch } = begin(1)
    const client = watch.connect()
    await settle()
    watch.synced = () => Promise.reject(new Error('the disk is gone'))
    test.call(abort, { by: 'alice' })
    await pass(50)
    expect(client.closed).toBe('cut')
    expect(client.state.status).toBe('ingesting')
    expect(watch.errors).toEqual([new Error('the disk is gone')])
    watch.synced = () => Promise.resolve()
    const again = watch.connect(new Client(client))
    await settle()
    expect(again.state.status).toBe('aborted')
    expect(again.closed).toBe('ended')
  })
})
