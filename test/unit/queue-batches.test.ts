import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { inBatches, type ItemBatch } from '../../src/queue/batches.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const never = new AbortController().signal

async function* pages(...sizes: number[]): AsyncGenerator<readonly number[]> {
  for (const size of sizes) yield Array.from({ length: size }, (_, i) => i)
}

async function* stuck() {
  yield [1]
  await Promise.withResolvers<void>().promise
}

async function sizesOf(batches: AsyncIterable<ItemBatch<unknown>>): Promise<unknown[]> {
  const found: unknown[] = []
  for await (const { items, isLast } of batches)
    found.push(isLast ? `${items.length} at last` : items.length)
  return found
}

describe('the items of a source', () => {
  it('are put into batches, and none is lost', async () => {
    const size = { most: 500, wait_ms: 150, signal: never }
    expect(await sizesOf(inBatches(pages(100, 100, 100, 100, 100, 100, 30), size))).toEqual([
      500,
      '130 at last',
    ])
    expect(await sizesOf(inBatches(pages(700, 1), size))).toEqual([700, '1 at last'])
    expect(await sizesOf(inBatches(pages(250, 250), size))).toEqual(['500 at last'])
    expect(await sizesOf(inBatches(pages(), size))).toEqual([])
  })

  it('wait for more only for the allowed time', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    async function* slow() {
      yield [1]
      await promise
      yield [2]
    }
    const batches = inBatches(slow(), { most: 500, wait_ms: 150, signal: never })
    const first = batches.next()
    await vi.advanceTimersByTimeAsync(150)
    expect(await first).toEqual({ done: false, value: { items: [1], isLast: false } })
    resolve()
    expect(await batches.next()).toEqual({ done: false, value: { items: [2], isLast: true } })
    expect(await batches.next()).toEqual({ done: true, value: undefined })
  })

  it('are a full batch that waits for the end of its source, but only for the allowed time', async () => {
    const batches = inBatches(stuck(), { most: 1, wait_ms: 150, signal: never })
    const first = batches.next()
    await vi.advanceTimersByTimeAsync(449)
    expect(vi.getTimerCount()).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(await first).toEqual({ done: false, value: { items: [1], isLast: false } })
  })

  it('are not waited for after the signal has aborted', async () => {
    const controller = new AbortController()
    const batches = inBatches(stuck(), { most: 500, wait_ms: 150, signal: controller.signal })
    const first = batches.next()
    await vi.advanceTimersByTimeAsync(150)
    await first
    const second = batches.next()
    controller.abort(new Error('enough'))
    await expect(second).rejects.toThrow('enough')
  })

  it('end their source when nobody wants more', async () => {
    let ended = false
    async function* source() {
      try {
        yield [1]
        yield [2]
      } finally {
        ended = true
      }
    }
    for await (const _ of inBatches(source(), { most: 1, wait_ms: 150, signal: never })) break
    expect(ended).toBe(true)
  })
})
