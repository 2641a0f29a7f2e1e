import { describe, expect, it } from 'vitest'

import { takeStreamSlot } from '../../src/client/slots.ts'
import { findTabs } from '../../src/client/tabs.ts'
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
