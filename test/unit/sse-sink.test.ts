import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/run/abort.ts'
import { addJobs } from '../../src/durable/run/plans.ts'
import { subscriptionAt } from '../../src/durable/watch/position.ts'
import { openSseStream } from '../../src/durable/watch/sse-sink.ts'
import { fold, unwatched, type WatchedRun } from '../../src/protocol/fold.ts'
import { eventParser } from '../support/event-parser.ts'
import { seed, TestRun } from '../support/test-run.ts'
import { plain, watchRun } from '../support/test-watch.ts'
import { pictureOf } from '../support/watched-picture.ts'

const settings = { tick_ms: 1, relist_ms: 1, relist_rate_bytes: 10_000_000, buffer_bytes: 2_000 }

function begin() {
  const { test, watch } = watchRun((changed) => new TestRun({ settings, changed }))
  test.create('a')
  test.grantPlan(0)
  const open = (signal = new AbortController().signal, token_id = 'none') => {
    const subscription = subscriptionAt({ kind: 'new' }, plain)
    return openSseStream(watch.watchers, { subscription, token_id, signal }, test.settings)
  }
  return { test, watch, open }
}

type Read = { state: WatchedRun; names: string[]; text: string }

/** Reads and folds a stream to its close, like a client. */
async function readAll(stream: ReadableStream<Uint8Array>): Promise<Read> {
  const read: Read = { state: unwatched, names: [], text: '' }
  const parser = eventParser((event) => {
    read.names.push(event.event)
    read.state = fold(read.state, event)
  })
  const decoder = new TextDecoder()
  for await (const bytes of stream) {
    read.text += decoder.decode(bytes)
    parser.feed(decoder.decode(bytes))
  }
  return read
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
})

describe('an SSE stream', () => {
  it('W-6: begins at once with the wait before the next connection', async () => {
    const { watch, open } = begin()
    watch.synced = () => new Promise(() => {})
    const reader = open().getReader()
    const { value } = await reader.read()
    const ms = Number(/^retry: (\d+)\n\n$/.exec(new TextDecoder().decode(value))?.[1])
    expect(ms).toBeGreaterThanOrEqual(500)
    expect(ms).toBeLessThanOrEqual(1_500)
    await reader.cancel()
    expect(watch.watchers.size).toBe(0)
  })

  it('W-8: ends after the final state and the status', async () => {
    const { test, watch, open } = begin()
    const reading = readAll(open())
    test.call(addJobs, { group: 0, attempt: 1, jobs: [seed('x')] })
    test.call(abort, { by: 'alice' })
    await vi.advanceTimersByTimeAsync(10)
    const { names, state } = await reading
    expect(names.slice(-4)).toEqual(['all_jobs', 'progress', 'complete', 'status'])
    expect(pictureOf(state)).toEqual(watch.picture())
    expect(watch.watchers.size).toBe(0)
  })

  it('W-8: that is cut ends without a terminal status', async () => {
    const { watch, open } = begin()
    watch.synced = () => Promise.reject(new Error('the disk is gone'))
    const reading = readAll(open())
    await vi.advanceTimersByTimeAsync(10)
    expect((await reading).text).toMatch(/^retry: \d+\n\n$/)
    expect(watch.watchers.size).toBe(0)
    expect(watch.errors).toHaveLength(1)
  })

  it('W-12: ends when its watch token is revoked, and others do not', async () => {
    const { watch, open } = begin()
    const { signal } = new AbortController()
    const [revoked] = [open(signal, 'a'), open(signal, 'b')]
    const reading = readAll(revoked)
    watch.watchers.revoke('a')
    await reading
    expect(watch.watchers.size).toBe(1)
  })

  it('EV-9, W-7: has comments as heartbeats', async () => {
    const { test, watch, open } = begin()
    const reading = readAll(open())
    await vi.advanceTimersByTimeAsync(15_000)
    test.call(abort, { by: 'alice' })
    await vi.advanceTimersByTimeAsync(10)
    expect((await reading).text.match(/^:\n\n/gm)).toHaveLength(1)
    expect(watch.watchers.size).toBe(0)
  })

  it('W-7: whose reader cancels is removed, even while a tick waits for the storage', async () => {
    const { test, watch, open } = begin()
    const [first, second] = [open(), open()]
    const reading = readAll(second)
    const gate = Promise.withResolvers<void>()
    watch.synced = () => gate.promise
    test.call(abort, { by: 'alice' })
    await vi.advanceTimersByTimeAsync(10)
    await first.cancel()
    expect(watch.watchers.size).toBe(1)
    gate.resolve()
    await vi.advanceTimersByTimeAsync(10)
    expect((await reading).state.status).toBe('aborted')
    expect(watch.errors).toEqual([])
  })

  it('W-7: whose client has gone is removed by its signal', () => {
    const { watch, open } = begin()
    const gone = new AbortController()
    open(gone.signal)
    expect(watch.watchers.size).toBe(1)
    gone.abort()
    expect(watch.watchers.size).toBe(0)
  })

  it('W-7: whose client had gone before it was opened is not watched', () => {
    const { watch, open } = begin()
    open(AbortSignal.abort())
    expect(watch.watchers.size).toBe(0)
  })

  it('W-1: that nobody reads gets one frame more than fits, and the rest as one frame when it is read', async () => {
    const { test, watch, open } = begin()
    const stream = open()
    const queued = vi.spyOn(ReadableStreamDefaultController.prototype, 'enqueue')
    const title = 'x'.repeat(1_500)
    for (let i = 0; i < 20; i += 1) {
      test.call(addJobs, { group: 0, attempt: 1, jobs: [seed(`${i}`, title)] })
      await vi.advanceTimersByTimeAsync(3)
    }
    // The state before the first job, the first job, and one frame beyond the room. All other changes wait.
    const sizes = queued.mock.calls.map(([bytes]) => bytes.byteLength)
    expect(sizes).toHaveLength(3)
    expect(sum(sizes.slice(0, -1))).toBeLessThan(test.settings.buffer_bytes)
    expect(sum(sizes)).toBeGreaterThan(test.settings.buffer_bytes)
    const reading = readAll(stream)
    await vi.advanceTimersByTimeAsync(20)
    test.call(abort, { by: 'alice' })
    await vi.advanceTimersByTimeAsync(10)
    const { names, state } = await reading
    expect(pictureOf(state)).toEqual(watch.picture())
    expect(names.filter((name) => name === 'all_jobs').length).toBeLessThan(6)
  })
})
