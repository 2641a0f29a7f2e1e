import { describe, expect, it, vi } from 'vitest'

import { inSlot, takeStreamSlot } from '../../src/client/tabs/stream-slot.ts'
import { findTabs, type TabLocks } from '../../src/client/tabs/tabs.ts'
import type { Connect } from '../../src/client/transports/connect.ts'
import { MemoryLocks } from '../support/memory-locks.ts'

const forever = new AbortController().signal

function take(locks: MemoryLocks, tab: string, signal = forever) {
  return takeStreamSlot(locks.of(tab), signal)
}

async function fill(locks: MemoryLocks) {
  const tabs = Array.from({ length: 10 }, (_, i) => `tab ${i}`)
  return Promise.all(tabs.map((tab) => take(locks, tab)))
}

describe('the streams of all tabs of a browser', () => {
  it('are four at most, and a fifth is told at once', async () => {
    const slots = await fill(new MemoryLocks())
    expect(slots.filter((slot) => slot !== undefined)).toHaveLength(4)
  })

  it('one that is given back may be had again, once', async () => {
    const locks = new MemoryLocks()
    const [giveBack] = await fill(locks)
    expect(await take(locks, 'late')).toBeUndefined()
    giveBack?.()
    giveBack?.()
    await Promise.resolve()
    const again = await Promise.all([take(locks, 'late'), take(locks, 'later')])
    expect(again.filter((slot) => slot !== undefined)).toHaveLength(1)
  })

  it('a tab that is gone has given its own back', async () => {
    const locks = new MemoryLocks()
    await fill(locks)
    locks.kill('tab 2')
    expect(await take(locks, 'late')).toBeTypeOf('function')
  })

  it('the end of its signal gives one back', async () => {
    const locks = new MemoryLocks()
    const life = new AbortController()
    expect(await take(locks, 'first', life.signal)).toBeTypeOf('function')
    await fill(locks)
    life.abort()
    await Promise.resolve()
    expect(await take(locks, 'late')).toBeTypeOf('function')
  })

  it('one that is asked for and no longer wanted is not kept', async () => {
    const locks = new MemoryLocks()
    const life = new AbortController()
    const taken = take(locks, 'first', life.signal)
    life.abort()
    expect(await taken).toBeUndefined()
    expect(await take(locks, 'second', AbortSignal.abort())).toBeUndefined()
    const slots = await fill(locks)
    expect(slots.filter((slot) => slot !== undefined)).toHaveLength(4)
  })

  it('where locks are refused there are none', async () => {
    const locks = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }
    expect(await takeStreamSlot(locks, forever)).toBeUndefined()
  })
})

describe('a stream among those of all tabs', () => {
  const nothing = { cursor: undefined, token: 't', heard() {}, retry() {} }

  it('is held with a slot, which is given back with its end', async () => {
    const held = { now: 0 }
    const locks: TabLocks = {
      async request(_, __, granted) {
        held.now += 1
        await granted({}).finally(() => {
          held.now -= 1
        })
      },
    }
    const connect: Connect = async function* () {
      expect(held.now).toBe(1)
      yield { kind: 'alive' }
    }
    const { signal } = new AbortController()
    for await (const said of inSlot(connect, locks)({ ...nothing, signal }))
      expect(said).toEqual({ kind: 'alive' })
    await new Promise(setImmediate)
    expect(held.now).toBe(0)
  })

  it('is not begun where there is no slot', async () => {
    const locks: TabLocks = { request: (_, __, granted) => granted(null) }
    const connect = vi.fn<Connect>()
    const { signal } = new AbortController()
    const all = []
    for await (const said of inSlot(connect, locks)({ ...nothing, signal })) all.push(said)
    expect(all).toEqual([{ kind: 'full' }])
    expect(connect).not.toHaveBeenCalled()
  })
})

describe('what the tabs of a browser have in common', () => {
  const locks = new MemoryLocks().of('tab')
  class Channel {
    readonly name: string
    constructor(name: string) {
      this.name = name
    }
  }

  it('is found where there are locks and channels', () => {
    const found = findTabs({ navigator: { locks }, BroadcastChannel: Channel })
    expect(found?.locks).toBe(locks)
    expect(found?.channel('x')).toEqual(new Channel('x'))
  })

  it.each([
    ['a Worker', {}],
    ['a page without HTTPS', { navigator: {}, BroadcastChannel: Channel }],
    ['locks alone', { navigator: { locks } }],
    ['a navigator that is none', { navigator: null, BroadcastChannel: Channel }],
    ['locks that are none', { navigator: { locks: {} }, BroadcastChannel: Channel }],
  ])('is nothing in %s', (_, world) => {
    expect(findTabs(world)).toBeUndefined()
  })

  it('the browser itself is looked at unless something else is given', () => {
    const hasLocks = 'locks' in globalThis.navigator
    expect(findTabs() !== undefined).toBe(hasLocks)
  })
})
