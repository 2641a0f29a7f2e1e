import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { shareFeed } from '../../src/client/tabs/shared-feed.ts'
import { MemoryLocks } from '../support/memory-locks.ts'
import { shown } from '../support/source-run.ts'
import type { Tab } from '../support/tab-harness.ts'
import { BEAT_MS, connectionsOf, settle, TabHarness } from '../support/tab-harness.ts'

let room: TabHarness

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  room = new TabHarness()
  room.run.add('a', 3)
})

afterEach(() => {
  for (const tab of room.tabs) tab.close()
  vi.useRealTimers()
})

/** Opens tabs and waits until all are in step. The first one leads. */
async function open(count: number): Promise<readonly Tab[]> {
  const tabs = Array.from({ length: count }, () => room.open())
  await room.comeToRest()
  return tabs
}

function expectAllThere(tabs: readonly Tab[]): void {
  expect(tabs.map(({ failure }) => failure).filter((failure) => failure !== undefined)).toEqual([])
  for (const tab of tabs) {
    expect(tab.cursor).toBe(room.run.cursor)
    expect(shown(tab.held)).toBe(room.run.seen(room.run.seq))
    expect(tab.line).toBe(room.run.lines)
  }
}

function readers(): string[] {
  return room.upstreams.map(({ tab }) => tab)
}

describe('tabs that share a run', () => {
  it('read the feed once for all ten, and each shows the whole run', async () => {
    const tabs = await open(10)
    room.run.move(1)
    room.run.log(2)
    await room.comeToRest()
    expect(readers()).toEqual(['tab 1'])
    expect(room.run.upstreams).toHaveLength(1)
    expectAllThere(tabs)
  })

  it('copy no item while there is only one tab, and a second one has everything', async () => {
    const [first] = await open(1)
    room.run.move(1)
    room.run.log(2)
    await room.comeToRest()
    expect(room.channels.posted.filter((kind) => kind === 'item')).toEqual([])
    const [second] = await open(1)
    room.run.move(2)
    await room.comeToRest()
    expect(room.channels.posted).toContain('item')
    expectAllThere([first, second].filter((tab) => tab !== undefined))
  })

  it('when the leader closes, another goes on from its own cursor at once', async () => {
    const [first, ...others] = await open(3)
    room.run.move(1)
    await room.comeToRest()
    if (first) room.close(first)
    room.run.move(2)
    room.run.log(1)
    await room.comeToRest()
    expect(readers()).toEqual(['tab 2'])
    expectAllThere(others)
    const lists = others.map(
      ({ items }) => items.filter((item) => 'event' in item && item.event === 'all_jobs').length,
    )
    expect(lists).toEqual([1, 1])
  })

  it('when the leader dies in the middle of a listing, the next one starts over', async () => {
    const [first, second] = await open(2)
    room.run.add('b', 5)
    room.upstreams[0]?.startOver()
    for (let i = 0; i < 4; i += 1) {
      room.flow(0)
      await settle()
    }
    while (room.channels.deliver(0)) await settle()
    expect(second?.cursor).toBeUndefined()
    if (first) room.kill(first, 0)
    await room.comeToRest()
    expectAllThere(second ? [second] : [])
  })

  it("a tab that joins in the middle of a listing waits for the listing's end", async () => {
    room.open()
    await settle()
    for (let i = 0; i < 3; i += 1) {
      room.flow(0)
      await settle()
    }
    const late = room.open()
    await settle()
    while (room.channels.deliver(0)) await settle()
    expect(late.items.filter((item) => 'event' in item)).toEqual([])
    expect(connectionsOf(late.items)).toEqual([])
    await room.comeToRest()
    expectAllThere([late])
  })

  it('a tab that comes back in the middle of a frame is not sent only the rest of the frame', async () => {
    const [, second] = await open(2)
    if (!second) throw new Error('There are two tabs.')
    second.close()
    await settle()
    room.run.add('b', 1)
    for (let i = 0; i < 3; i += 1) {
      room.flow(0)
      await settle()
    }
    second.start(second.cursor)
    await settle()
    while (room.channels.deliver(0)) await settle()
    expect(second.cursor).not.toBe(room.run.cursor)
    await room.comeToRest()
    expectAllThere([second])
  })

  it('the next leader sends its state before its own feed brings anything', async () => {
    const [first, second] = await open(2)
    if (!first || !second) throw new Error('There are two tabs.')
    room.freeze(first)
    const third = room.open()
    await settle()
    while (room.channels.deliver(0)) await settle()
    expect(third.cursor).toBeUndefined()
    room.kill(first, 0)
    await settle()
    while (room.channels.deliver(0)) await settle()
    expect(readers()).toEqual([second.name])
    expectAllThere([second, third])
  })

  it('while the leader is frozen, the others read the feed themselves, and later follow it again', async () => {
    const [first, second, third] = await open(3)
    if (!first || !second || !third) throw new Error('There are three tabs.')
    room.freeze(first)
    room.run.move(1)
    for (let i = 0; i < 3; i += 1) {
      expect(readers()).toEqual(['tab 1'])
      vi.advanceTimersByTime(BEAT_MS)
      await room.comeToRest()
    }
    expect(readers()).toEqual(['tab 1', 'tab 2', 'tab 3'])
    expectAllThere([second, third])
    room.run.move(2)
    room.thaw(first)
    await room.comeToRest()
    expect(readers()).toEqual(['tab 1'])
    expectAllThere([first, second, third])
  })

  it('a follower of a quiet run does not read the feed itself', async () => {
    await open(3)
    for (let i = 0; i < 20; i += 1) {
      vi.advanceTimersByTime(BEAT_MS)
      await room.comeToRest()
    }
    expect(readers()).toEqual(['tab 1'])
    expect(room.run.upstreams).toHaveLength(1)
  })

  it('EV-1: the terminal status ends all tabs, and no tab reads the feed again', async () => {
    const tabs = await open(3)
    room.run.end()
    room.flow(0)
    await room.comeToRest()
    expectAllThere(tabs)
    expect(tabs.map(({ isDone }) => isDone)).toEqual([true, true, true])
    for (const { items } of tabs) expect(connectionsOf(items).at(-1)).toEqual({ status: 'ended' })
  })

  it('W-4: a tab that opens after the end shows the end', async () => {
    const [first] = await open(1)
    room.run.end()
    await room.comeToRest()
    const late = room.open()
    await room.comeToRest()
    expectAllThere(first ? [first, late] : [])
    expect(late.isDone).toBe(true)
  })

  it('W-4: a watch that pauses and goes on from its cursor gets no second listing', async () => {
    const [tab] = await open(1)
    if (!tab) throw new Error('There is a tab.')
    tab.close()
    await settle()
    room.run.move(1)
    const before = tab.items.length
    tab.start(tab.cursor)
    await room.comeToRest()
    expectAllThere([tab])
    expect(JSON.stringify(tab.items.slice(before))).not.toContain('all_jobs')
  })

  it('a tab that closes leaves no lock, no open feed and no timer', async () => {
    const tabs = await open(2)
    for (const tab of tabs) room.close(tab)
    await settle()
    expect(room.run.upstreams.filter(({ isOpen }) => isOpen)).toEqual([])
    expect(room.locks.holderOf('runcast/3 run run')).toBeUndefined()
    expect(vi.getTimerCount()).toBe(0)
  })
})

/** The ids that a tab with a real channel is shown. The array grows when they come. */
function idsOf(name: string, locks: MemoryLocks, signal: AbortSignal): string[] {
  const ids: string[] = []
  const options = {
    name: 'real',
    locks: locks.of(name),
    channel: (channel: string) => new BroadcastChannel(channel),
  }
  const read = async () => {
    const items = shareFeed(room.run.feedOf(name), options)({ cursor: undefined, signal })
    for await (const item of items) if ('event' in item && item.id !== undefined) ids.push(item.id)
  }
  void read()
  return ids
}

it('over real channels: a second tab gets the state, and goes on when the first closes', async () => {
  const untilThere = async (ids: readonly string[]) => {
    while (ids.at(-1) !== room.run.cursor) {
      for (const upstream of room.run.upstreams) upstream.flow()
      await settle()
    }
  }
  const locks = new MemoryLocks()
  const [one, two] = [new AbortController(), new AbortController()]
  const first = idsOf('one', locks, one.signal)
  await untilThere(first)
  const second = idsOf('two', locks, two.signal)
  await untilThere(second)
  room.run.move(1)
  await untilThere(second)
  expect(room.run.upstreams).toHaveLength(1)
  one.abort()
  room.run.move(2)
  await untilThere(second)
  two.abort()
  expect(room.run.upstreams.map(({ tab }) => tab)).toEqual(['one', 'two'])
  expect(first).toEqual(['epoch1.2', 'epoch1.3'])
  expect(second).toEqual(['epoch1.2', 'epoch1.3', 'epoch1.4'])
})
