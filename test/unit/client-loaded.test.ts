import { expect, it } from 'vitest'

import { feedOfRun } from '../../src/client/feed-of-run.ts'
import type { Feed, FeedItem } from '../../src/client/feed.ts'
import { loadedConnect, loadedFeed } from '../../src/client/loaded.ts'
import { timingWith } from '../../src/client/timing.ts'
import type { Connect } from '../../src/client/transports/connect.ts'
import { quick } from '../support/watched.ts'

const gone = new TypeError('Failed to fetch dynamically imported module')

const connect: Connect = async function* () {
  yield { kind: 'event', event: { event: 'status', data: 'finished', id: 'e.1' } }
}

/** Answers by the last of these functions what those before it have not. */
function inTurn<T>(...turns: (() => Promise<T>)[]): () => Promise<T> {
  let n = 0
  return () => {
    const turn = turns[Math.min(n, turns.length - 1)]
    n += 1
    return turn?.() ?? Promise.reject(gone)
  }
}

async function statuses(feed: Feed): Promise<string[]> {
  const { signal } = new AbortController()
  const all: FeedItem[] = []
  for await (const item of feed({ cursor: undefined, signal })) all.push(item)
  return all.map((item) => (item.kind === 'event' ? item.event.event : item.connection.status))
}

it('a transport whose code does not come is a connection that failed, and is tried again', async () => {
  const late = loadedConnect(
    inTurn(
      () => Promise.reject(gone),
      async () => connect,
    ),
  )
  const line = { transport: 'poll', token: 't', timing: timingWith(quick) } as const
  const feed = feedOfRun({ ...line, connects: { sse: connect, poll: late } })
  expect(await statuses(feed)).toEqual(['connecting', 'reconnecting', 'live', 'status', 'ended'])
})

function feedOf(status: 'connecting' | 'ended'): Feed {
  return async function* () {
    yield { kind: 'connection', connection: { status } }
  }
}

it('where the code of sharing does not come, a tab is for itself', async () => {
  const load = inTurn(
    () => Promise.reject(gone),
    async () => feedOf('ended'),
    () => Promise.reject(new Error('it is not loaded twice')),
  )
  const feed = loadedFeed(load, feedOf('connecting'))
  expect(await statuses(feed)).toEqual(['connecting'])
  expect(await statuses(feed)).toEqual(['ended'])
  expect(await statuses(feed)).toEqual(['ended'])
})
