import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { Frame } from '../../src/durable/watch/frame.ts'
import { subscriptionAt } from '../../src/durable/watch/position.ts'
import { openSseStream } from '../../src/durable/watch/sse-sink.ts'
import { SocketClients } from '../support/socket-clients.ts'
import { step, TestRun } from '../support/test-run.ts'
import { Client, plain, watchRun } from '../support/test-watch.ts'

const MOST = 256 * 1024
const lean = { ...plain, lean: true }

/** Makes a run of 2,500 jobs that change four times each within a minute: 10,000 changes. */
function begin() {
  const { test, watch } = watchRun(
    (changed) => new TestRun({ flight_jobs: 100, settings: { window_jobs: 5_000 }, changed }),
  )
  test.create('a', 'b')
  test.plan(0, 2_500)
  const minute = async (): Promise<number> => {
    const flights = Array.from({ length: 25 }, () => test.claim())
    let changes = 0
    for (let round = 0; round < 4; round += 1) {
      for (const flight of flights) {
        const said = (n: number) => ({ ...step(), message: `${round} ${n}` })
        const row = round === 3 ? undefined : { row: said }
        test.report(flight, { last: round === 3, ...row })
        changes += flight.jobs.length
        await vi.advanceTimersByTimeAsync(600)
      }
    }
    return changes
  }
  return { test, watch, minute }
}

/** A sink that takes one frame and then nothing. Counts what it is given. */
class Stalled extends Client {
  bytes = 0

  override write(frame: Frame): boolean {
    this.bytes += frame.sse().length
    this.room = false
    return super.write(frame)
  }
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a watcher that reads nothing for a minute with 10,000 changes', () => {
  it('W-1: gets nothing more, and when it reads again it gets one diff and has the right state', async () => {
    const { watch, minute } = begin()
    const stalled = new Stalled(undefined, { ...lean, detail: true })
    const quick = watch.connect(new Client(undefined, { ...lean, detail: true }))
    watch.connect(stalled)
    await vi.advanceTimersByTimeAsync(50)
    const before = stalled.bytes
    expect(await minute()).toBe(10_000)
    expect(stalled.bytes).toBe(before)
    expect(quick.told().length).toBeGreaterThan(90)
    while (stalled.cursor !== quick.cursor) {
      watch.drain(stalled)
      await vi.advanceTimersByTimeAsync(50)
    }
    expect(stalled.picture()).toEqual(quick.picture())
  })

  it('W-1: holds less than 256 KB of an event stream', async () => {
    const { watch, minute } = begin()
    const signal = new AbortController().signal
    const stream = openSseStream(
      watch.watchers,
      { subscription: subscriptionAt({ kind: 'new' }, lean), signal },
      watch.test.settings,
    )
    await minute()
    // The watcher reads everything that it held, and then gets one diff, for which there is room.
    const client = new Client(undefined, lean)
    let bytes = 0
    const reader = stream.getReader()
    while (client.cursor !== `epoch.${watch.test.run.seq}`) {
      const reading = reader.read()
      await vi.advanceTimersByTimeAsync(100)
      const { value = new Uint8Array() } = await reading
      bytes += value.length
      client.feed(value)
    }
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(MOST)
    expect(client.picture()).toEqual(watch.picture())
    await reader.cancel()
  })

  it('W-1: holds less than 256 KB of a socket that acknowledges nothing', async () => {
    const { watch, minute } = begin()
    const fake = new SocketClients(watch)
    const socket = fake.open({ wanted: lean })
    await minute()
    expect(socket.sent).toBeGreaterThan(0)
    expect(socket.sent).toBeLessThan(MOST)
  })
})
