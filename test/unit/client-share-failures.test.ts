import { beforeEach, describe, expect, it } from 'vitest'

import type { Connection, Feed, FeedItem } from '../../src/client/feed.ts'
import { shareFeed } from '../../src/client/tabs/shared-feed.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { MemoryChannels } from '../support/memory-channels.ts'
import { MemoryLocks } from '../support/memory-locks.ts'
import { connectionsOf, settle } from '../support/tab-harness.ts'

let channels: MemoryChannels

beforeEach(() => {
  channels = new MemoryChannels()
})

/** Collects the items of a shared feed in the only tab. */
function tabWith(feed: Feed, locks = new MemoryLocks().of('tab')) {
  const share = { name: 'run', locks, channel: (name: string) => channels.open('tab', name) }
  return shareFeed(feed, share)({ cursor: undefined, signal: new AbortController().signal })
}

async function allOf(items: AsyncIterable<FeedItem>): Promise<FeedItem[]> {
  const all: FeedItem[] = []
  for await (const item of items) all.push(item)
  return all
}

const event: RunEvent = { event: 'status', data: 'finished', id: 'e.1' }

describe('a feed that cannot go on', () => {
  it('is tried by each tab in turn, and each shows an error of its own', async () => {
    const failures = ['no token here', 'nor here'].map((why) => new Error(why))
    const locks = new MemoryLocks()
    const tabs = failures.map((error, i) => {
      const feed: Feed = async function* () {
        yield { status: 'failed', error }
      }
      const channel = (name: string) => channels.open(`tab ${i}`, name)
      const shared = shareFeed(feed, { name: 'run', locks: locks.of(`tab ${i}`), channel })
      return allOf(shared({ cursor: undefined, signal: new AbortController().signal }))
    })
    const ends = (await Promise.all(tabs)).map((items) => connectionsOf(items).at(-1))
    expect(ends).toEqual(failures.map((error) => ({ status: 'failed', error })))
  })

  it('a feed that throws fails in its own tab, which gives the lock back', async () => {
    const locks = new MemoryLocks()
    // oxlint-disable-next-line require-yield -- the feed breaks before its first item
    const broken = tabWith(async function* () {
      throw new TypeError('broken')
    }, locks.of('tab'))
    expect(await allOf(broken)).toEqual([{ status: 'failed', error: new TypeError('broken') }])
    await settle()
    expect(locks.holderOf('runcast/3 run run')).toBeUndefined()
  })

  it('each tab reads the feed itself if it may hold no locks', async () => {
    const refusing = { request: () => Promise.reject(new DOMException('no', 'SecurityError')) }
    const items = tabWith(async function* () {
      yield event
    }, refusing)
    expect(await allOf(items)).toEqual([event])
  })

  it('an error that cannot be copied between tabs is sent as its message', async () => {
    const heard: unknown[] = []
    const listener = channels.open('listener', 'runcast/3 run run')
    listener.addEventListener('message', ({ data }) => heard.push(data))
    const error = Object.assign(new Error('away'), { response: () => undefined })
    const items = tabWith(async function* () {
      // A leader copies items once another tab follows.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel is of one origin
      listener.postMessage({ kind: 'ping' })
      while (channels.deliver(0)) await settle()
      const connection: Connection = { status: 'reconnecting', retry_ms: 5, error }
      yield connection
      yield event
    })
    expect(await allOf(items)).toHaveLength(2)
    while (channels.deliver(0)) await settle()
    const plain = { status: 'reconnecting', retry_ms: 5, error: new Error('away') }
    expect(heard).toContainEqual(expect.objectContaining({ item: plain }))
  })
})
