import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { SLICE } from '../../src/durable/watch/ticks.ts'
import { step } from '../support/test-run.ts'
import { Client, watchJobs } from '../support/test-watch.ts'

const settings = { tick_ms: 50, relist_ms: 2_000, heartbeat_ms: 15_000, watchers_max: 3_000 }

/** What a write cost in workerd. */
const WRITE_MS = 0.05

/** Its writes are counted for all clients together, and it reads nothing. */
class CountedClient extends Client {
  private readonly counted: () => void

  constructor(counted: () => void) {
    super()
    this.counted = counted
  }

  override write(): boolean {
    this.counted()
    return true
  }

  override pulse(): boolean {
    this.counted()
    return true
  }
}

/** A run with very many watchers. It counts writes in all, and writes between which nothing else had a turn. */
async function manyWatchers(count: number) {
  const { test, watch } = watchJobs(900, settings)
  const writes = { all: 0, running: 0, longest: 0 }
  const write = (): void => {
    writes.all += 1
    writes.running += 1
    writes.longest = Math.max(writes.longest, writes.running)
  }
  for (let i = 0; i < count; i += 1) watch.connect(new CountedClient(write))
  await vi.advanceTimersByTimeAsync(2_000)
  return { test, watch, writes }
}

/** Calls that come whenever the object has a turn for one: `setImmediate` is the real one here. */
function serve(call: () => void): { stop: () => void } {
  let isOver = false
  const next = (): void => {
    if (isOver) return
    call()
    setImmediate(next)
  }
  setImmediate(next)
  return {
    stop: () => {
      isOver = true
    },
  }
}

beforeEach(() => {
  vi.useFakeTimers({
    toFake: ['Date', 'setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'],
  })
})

afterEach(() => {
  vi.useRealTimers()
})

describe.each([800, 1_500, 3_000])('%i watchers', (count) => {
  it('W-2: take less than half of their object’s time, while the run changes all the time', async () => {
    const { test, watch, writes } = await manyWatchers(count)
    writes.all = 0
    for (let ms = 0; ms < 6_000; ms += 10) {
      test.report(test.claim(), { last: false, row: step })
      await vi.advanceTimersByTimeAsync(10)
    }
    expect(writes.all).toBeGreaterThan(10 * count)
    expect((writes.all * WRITE_MS) / 6_000).toBeLessThan(0.45)
    expect(watch.errors).toEqual([])
  })

  it('W-2: let claims and reports be served between their writes', async () => {
    const { test, watch, writes } = await manyWatchers(count)
    writes.all = 0
    writes.running = 0
    writes.longest = 0
    let served = 0
    const calls = serve(() => {
      writes.running = 0
      if (writes.all % count > 0) served += 1
    })
    test.report(test.claim(), { last: false, row: step })
    await vi.advanceTimersByTimeAsync(500)
    calls.stop()
    expect(writes.all).toBeGreaterThanOrEqual(count)
    expect(writes.longest).toBeLessThanOrEqual(SLICE)
    expect(served).toBeGreaterThanOrEqual(Math.floor(count / SLICE) - 1)
    expect(watch.errors).toEqual([])
  })

  it('W-7: are sent heartbeats in slices', async () => {
    const { writes } = await manyWatchers(count)
    writes.running = 0
    writes.longest = 0
    const calls = serve(() => {
      writes.running = 0
    })
    await vi.advanceTimersByTimeAsync(settings.heartbeat_ms)
    calls.stop()
    expect(writes.longest).toBeGreaterThan(0)
    // The heartbeats are followed by a tick with the run's progress.
    expect(writes.longest).toBeLessThanOrEqual(2 * SLICE)
  })
})

describe('a tick in slices', () => {
  it('W-1, W-3: shows each watcher a right state, whatever happens between two slices', async () => {
    const { test, watch } = watchJobs(60, settings)
    const clients = Array.from({ length: 3 * SLICE }, () => watch.connect())
    await vi.advanceTimersByTimeAsync(2_000)
    const flights = Array.from({ length: 60 }, () => test.claim())
    const late: Client[] = []
    let isBusy = false
    // Each third of the clients is followed by a slice's end, where the run changes, and watchers come and leave.
    for (const client of clients.filter((_, i) => i % SLICE === SLICE - 1))
      client.saw = () => {
        if (isBusy) return
        isBusy = true
        setTimeout(() => {
          isBusy = false
          const flight = flights.pop()
          if (flight !== undefined) test.report(flight)
          late.push(watch.connect())
          const gone = late.length % 2 === 0 ? late.shift() : undefined
          if (gone !== undefined) watch.leave(gone)
        }, 0)
      }
    for (let i = 0; i < 8; i += 1) {
      const flight = flights.pop()
      if (flight !== undefined) test.report(flight)
      await vi.advanceTimersByTimeAsync(100)
    }
    await vi.advanceTimersByTimeAsync(20_000)
    for (const client of [...clients, ...late]) {
      expect(client.cursor).toBe(`epoch.${test.run.seq}`)
      expect(client.picture()).toEqual(watch.picture())
    }
    expect(watch.errors).toEqual([])
  })
})
