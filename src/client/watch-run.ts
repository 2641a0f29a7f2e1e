import { feedOfRun, type Line } from './feed-of-run.ts'
import type { Feed, Transport } from './feed.ts'
import { loadedConnect, loadedFeed } from './loaded.ts'
import { fetchOr, originOr, socketOr, thisPage } from './platform.ts'
import { type Fetch, RunRoute, type SocketClass } from './run-route.ts'
import { RunWatch } from './run-watch.ts'
import { inSlot } from './tabs/stream-slot.ts'
import { findTabs, type Tabs } from './tabs/tabs.ts'
import { type Timing, timingWith } from './timing.ts'
import type { TokenSource } from './token.ts'
import type { socketOf as SocketOf } from './transports/connect-socket.ts'
import { streamOf } from './transports/connect-stream.ts'
import type { Connect } from './transports/connect.ts'
import { whileSeen } from './visibility.ts'

/** What every call needs; `origin` may be left out in a page of its own server. */
export type CallOptions = {
  readonly origin?: string
  readonly token: TokenSource
  readonly signal?: AbortSignal
  readonly fetch?: Fetch
}

export type WatchOptions = CallOptions & {
  /** `auto`, unless it is said: a stream, or else a socket, or else polling, and back up. */
  readonly transport?: 'auto' | Transport
  /** Whether jobs come with their steps and reasons, and whether `events()` has the run's log. */
  readonly detail?: boolean
  readonly log?: boolean
  readonly WebSocket?: SocketClass
  /** Who watches: the tabs of a browser that say the same share one connection a run. */
  readonly share?: string
  readonly timing?: Partial<Timing>
}

/** A watch of one run. It begins when somebody listens. */
export function watchRun(run_id: string, options: WatchOptions): RunWatch {
  const timing = timingWith(options.timing)
  const tabs = findTabs()
  const feed = feedOfRun(lineTo(run_id, options, { timing, tabs }))
  const one =
    tabs && options.share !== undefined ? shared(feed, tabs, nameOf(run_id, options)) : feed
  return new RunWatch(whileSeen(one, thisPage(), timing.hidden_ms), options.signal)
}

function shared(feed: Feed, tabs: Tabs, name: string): Feed {
  const load = async () => (await import('./tabs/share-feed.ts')).shareFeed(feed, { ...tabs, name })
  return loadedFeed(load, feed)
}

/** Tabs share what is the same: who watches what, where, and how much of it. */
function nameOf(run_id: string, { origin, share, detail, log, transport }: WatchOptions): string {
  return JSON.stringify([originOr(origin), run_id, share, detail, log, transport])
}

type Means = { readonly timing: Timing; readonly tabs: Tabs | undefined }

function lineTo(run_id: string, options: WatchOptions, { timing, tabs }: Means): Line {
  const { detail = false, log = false, transport = 'auto', token } = options
  const route = new RunRoute(originOr(options.origin), run_id, { detail, log })
  const fetch = fetchOr(options.fetch)
  const WebSocket = socketOr(options.WebSocket)
  if (transport === 'socket' && !WebSocket)
    throw new TypeError('There is no WebSocket here: give one, or take another transport.')
  const connects = {
    sse: tabs ? inSlot(streamOf(route, fetch), tabs.locks) : streamOf(route, fetch),
    poll: loadedConnect(async () =>
      (await import('./transports/connect-poll.ts')).pollOf(route, fetch, timing),
    ),
    ...(WebSocket ? { socket: socketVia(route, { fetch, WebSocket, ...timing }) } : {}),
  }
  return { connects, transport, token, timing }
}

function socketVia(...line: Parameters<typeof SocketOf>): Connect {
  return loadedConnect(async () =>
    (await import('./transports/connect-socket.ts')).socketOf(...line),
  )
}
