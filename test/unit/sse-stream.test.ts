import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { abort } from '../../src/durable/ending.ts'
import { addJobs } from '../../src/durable/planning.ts'
import { openSseStream } from '../../src/durable/watch/sse-stream.ts'
import { seed, TestRun } from '../support/test-run.ts'
import { Client, watchRun } from '../support/test-watch.ts'

const settings = { tick_ms: 1, relist_ms: 1, buffer_bytes: 2_000 }

function begin() {
  const { test, watch } = watchRun((changed) => new TestRun({ settings, changed }))
  test.create('a')
  test.grantPlan(0)
  const open = (signal = new AbortController().signal) =>
    openSseStream(watch.watchers, { standing: null, log: false, signal }, test.settings)
  return { test, watch, open }
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Client> {
  const client = new Client()
  for await (const bytes of stream) client.write(bytes)
  return client
}

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('an SSE stream', () => {
  it('W-6: begins at once with how long to wait before connecting again', async () => {
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
    const client = await reading
    expect(client.names().slice(-2)).toEqual(['all_jobs', 'status'])
    expect(client.picture()).toEqual(watch.picture())
  })

  it('W-7: whose reader cancels is removed, also while a tick waits for the storage', async () => {
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

  it('W-7: whose client is gone is removed by its signal', () => {
    const { watch, open } = begin()
    const gone = new AbortController()
    open(gone.signal)
    expect(watch.watchers.size).toBe(1)
    gone.abort()
    expect(watch.watchers.size).toBe(0)
  })

  it('W-7: whose client was gone before it was opened is not watched', () => {
    const { watch, open } = begin()
    open(AbortSignal.abort())
    expect(watch.watchers.size).toBe(0)
  })

  it('W-1: that nobody reads takes one frame more than fits, and the rest as one when read', async () => {
    const { test, watch, open } = begin()
    const stream = open()
    const title = 'x'.repeat(1_500)
    for (let i = 0; i < 20; i += 1) {
      test.call(addJobs, { group: 0, attempt: 1, jobs: [seed(`${i}`, title)] })
      await vi.advanceTimersByTimeAsync(3)
    }
    const made = watch.made.length
    expect(made).toBeLessThan(5)
    const reading = readAll(stream)
    await vi.advanceTimersByTimeAsync(20)
    test.call(abort, { by: 'alice' })
    await vi.advanceTimersByTimeAsync(10)
    const client = await reading
    expect(client.picture()).toEqual(watch.picture())
    expect(client.writes.length).toBeLessThan(8)
  })
})
