import { describe, expect, it, vi } from 'vitest'

import type { Fetch } from '../../src/client/platform.ts'
import { takeStreamSlot } from '../../src/client/tabs/stream-slot.ts'
import { findTabs, type TabLocks } from '../../src/client/tabs/tabs.ts'
import { connectStream } from '../../src/client/transports/event-stream.ts'
import { MemoryLocks } from '../support/memory-locks.ts'

const forever = new AbortController().signal

function take(locks: MemoryLocks, tab: string, signal = forever) {
  return takeStreamSlot(locks.of(tab), signal)
}

/** Ten tabs each try to take a slot. `giveBack` gives the first tab's slot back. */
async function fill(locks: MemoryLocks) {
  const first = new AbortController()
  const tabs = Array.from({ length: 10 }, (_, i) => `tab ${i}`)
  const taken = await Promise.all(
    tabs.map((tab, i) => take(locks, tab, i === 0 ? first.signal : forever)),
  )
  return { count: countOf(taken), giveBack: () => first.abort() }
}

function countOf(taken: readonly boolean[]): number {
  return taken.filter((isTaken) => isTaken).length
}

describe('the streams of all tabs of a browser', () => {
  it('are four at most, and a fifth is refused at once', async () => {
    expect((await fill(new MemoryLocks())).count).toBe(4)
  })

  it('can be taken again when one is given back, by one tab', async () => {
    const locks = new MemoryLocks()
    const { giveBack } = await fill(locks)
    expect(await take(locks, 'late')).toBe(false)
    giveBack()
    giveBack()
    await new Promise(setImmediate)
    const again = await Promise.all([take(locks, 'late'), take(locks, 'later')])
    expect(countOf(again)).toBe(1)
  })

  it('are given back by a tab that closes', async () => {
    const locks = new MemoryLocks()
    await fill(locks)
    locks.kill('tab 2')
    expect(await take(locks, 'late')).toBe(true)
  })

  it('are not kept by a tab that does not want one any more', async () => {
    const locks = new MemoryLocks()
    const life = new AbortController()
    const taken = take(locks, 'first', life.signal)
    life.abort()
    expect(await taken).toBe(false)
    expect(await take(locks, 'second', AbortSignal.abort())).toBe(false)
    expect((await fill(locks)).count).toBe(4)
  })

  it('are refused to a page that may hold no locks', async () => {
    const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }
    expect(await takeStreamSlot(locks, forever)).toBe(false)
  })
})

const route = () => 'https://runcast.test/stream'

describe('a stream among those of all tabs', () => {
  const options = { cursor: undefined, token: 't', onActivity() {}, onRetry() {} }

  it('holds a slot, and gives the slot back when it ends', async () => {
    const held = { now: 0 }
    const locks: TabLocks = {
      async request(_, __, granted) {
        held.now += 1
        await granted({}).finally(() => {
          held.now -= 1
        })
      },
    }
    const fetch = async () => {
      expect(held.now).toBe(1)
      return new Response(null, { status: 204 })
    }
    const connect = connectStream(route, fetch, (signal) => takeStreamSlot(locks, signal))
    const life = new AbortController()
    for await (const item of connect({ ...options, signal: life.signal }))
      expect(item).toEqual({ kind: 'terminal' })
    expect(held.now).toBe(1)
    life.abort()
    await new Promise(setImmediate)
    expect(held.now).toBe(0)
  })

  it('is not opened when there is no slot', async () => {
    const locks: TabLocks = { request: (_, __, granted) => granted(null) }
    const fetch = vi.fn<Fetch>()
    const connect = connectStream(route, fetch, (signal) => takeStreamSlot(locks, signal))
    const all = []
    for await (const item of connect({ ...options, signal: forever })) all.push(item)
    expect(all).toEqual([{ kind: 'full' }])
    expect(fetch).not.toHaveBeenCalled()
  })
})

describe("the locks and channels of a browser's tabs", () => {
  const locks = new MemoryLocks().of('tab')
  class Channel {
    readonly name: string
    constructor(name: string) {
      this.name = name
    }
  }

  it('are found when the platform has both', () => {
    const found = findTabs({ navigator: { locks }, BroadcastChannel: Channel })
    expect(found?.locks).toBe(locks)
    expect(found?.channel('x')).toEqual(new Channel('x'))
  })

  it.each([
    ['a Worker', {}],
    ['a page without HTTPS', { navigator: {}, BroadcastChannel: Channel }],
    ['locks alone', { navigator: { locks } }],
    ['a missing navigator', { navigator: null, BroadcastChannel: Channel }],
    ['locks that are none', { navigator: { locks: {} }, BroadcastChannel: Channel }],
  ])('are undefined in %s', (_, world) => {
    expect(findTabs(world)).toBeUndefined()
  })

  it('are found in the browser unless other globals are passed', () => {
    const hasLocks = 'locks' in globalThis.navigator
    expect(findTabs() !== undefined).toBe(hasLocks)
  })
})
