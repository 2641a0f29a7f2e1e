import { describe, expect, it, vi } from 'vitest'

import { AsyncQueue } from '../../src/client/async-queue.ts'

const end = { done: true, value: undefined }

/** Returns whether a promise has resolved by now. */
async function isDone(promise: Promise<unknown>): Promise<boolean> {
  let done = false
  void promise.then(() => (done = true))
  await new Promise(setImmediate)
  return done
}

describe('a queue', () => {
  it('gives its items in order, also those pushed before the first read and before its close', async () => {
    const queue = new AsyncQueue<number>()
    void queue.push(1)
    void queue.push(2)
    queue.close()
    void queue.push(3)
    const all: number[] = []
    for await (const item of queue) all.push(item)
    expect(all).toEqual([1, 2])
  })

  it('wakes a reader that waits', async () => {
    const queue = new AsyncQueue<number>()
    const first = queue.next()
    void queue.push(1)
    expect(await first).toEqual({ done: false, value: 1 })
    const second = queue.next()
    queue.close()
    expect(await second).toEqual(end)
  })

  it('resolves a push only when the reader takes its item', async () => {
    const queue = new AsyncQueue<number>()
    const [one, two] = [queue.push(1), queue.push(2)]
    expect(await isDone(one)).toBe(false)
    await queue.next()
    expect([await isDone(one), await isDone(two)]).toEqual([true, false])
  })

  it('resolves all pushes when it is closed, and still gives its items', async () => {
    const queue = new AsyncQueue<number>()
    const pushed = queue.push(1)
    queue.close()
    await pushed
    await queue.push(2)
    expect(await queue.next()).toEqual({ done: false, value: 1 })
    expect(await queue.next()).toEqual(end)
  })

  it('replaces the items that were not taken, and resolves their pushes', async () => {
    const queue = new AsyncQueue<number>()
    const pushed = queue.push(1)
    queue.replace(2)
    queue.replace(3)
    await pushed
    expect(await queue.next()).toEqual({ done: false, value: 3 })
    expect(await isDone(queue.next())).toBe(false)
  })

  it('can be left while its reader waits: the read and all pushes resolve, and its items are gone', async () => {
    const stop = vi.fn<() => void>()
    const queue = new AsyncQueue<number>(() => stop)
    const waiting = queue.next()
    expect(await queue.return()).toEqual(end)
    expect(await waiting).toEqual(end)
    expect(stop).toHaveBeenCalled()
    await queue.push(1)
    expect(await queue.next()).toEqual(end)
  })

  it('starts with its first read, and never after it was left', async () => {
    const start = vi.fn<() => () => void>(() => () => {})
    const queue = new AsyncQueue<number>(start)
    await queue.return()
    await queue.next()
    expect(start).not.toHaveBeenCalled()
    const other = new AsyncQueue<number>(start)
    void other.push(1)
    void other.push(2)
    expect(start).not.toHaveBeenCalled()
    await other.next()
    await other.next()
    expect(start).toHaveBeenCalledTimes(1)
  })
})
