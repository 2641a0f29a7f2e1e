import { feedOfRun, type Line } from './feed-of-run.ts'
import type { Transport } from './feed.ts'
import { fetchOr, originOr, socketOr, thisPage } from './platform.ts'
import { type Fetch, routeOf, type Signal, type SocketClass } from './run-route.ts'
import { RunWatch } from './run-watch.ts'
import { shareFeed } from './tabs/share-feed.ts'
import { inSlot } from './tabs/stream-slot.ts'
import { findTabs, type Tabs } from './tabs/tabs.ts'
import { type Timing, timingWith } from './timing.ts'
import type { TokenSource } from './token.ts'
import { pollOf } from './transports/connect-poll.ts'
import { socketOf } from './transports/connect-socket.ts'
import { streamOf } from './transports/connect-stream.ts'
import { whileSeen } from './visibility.ts'

/** What every call needs; `origin` may be left out in a page of its own server. */
export type CallOptions = {
  readonly origin?: string
  readonly token: TokenSource
  readonly signal?: Signal
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
  const name = nameOf(run_id, options)
  const one = tabs && options.share !== undefined ? shareFeed(feed, { ...tabs, name }) : feed
  return new RunWatch(whileSeen(one, thisPage(), timing.hidden_ms), options.signal)
}

/** Tabs share what is the same: who watches what, where, and how much of it. */
function nameOf(run_id: string, options: WatchOptions): string {
  const { share, detail, log, transport } = options
  return JSON.stringify([originOr(options.origin), run_id, share, detail, log, transport])
}

type Means = { readonly timing: Timing; readonly tabs: Tabs | undefined }

function lineTo(run_id: string, options: WatchOptions, { timing, tabs }: Means): Line {
  const { transport = 'auto', token } = options
  const route = routeOf(originOr(options.origin), run_id, options)
  const fetch = fetchOr(options.fetch)
  const WebSocket = socketOr(options.WebSocket)
  if (transport === 'socket' && !WebSocket)
    throw new TypeError('Pass a `WebSocket`, or another `transport`: there is no WebSocket here')
  const sse = streamOf(route, fetch)
  const connects = {
    sse: tabs ? inSlot(sse, tabs.locks) : sse,
    poll: pollOf(route, fetch, timing),
    ...(WebSocket && { socket: socketOf(route, { fetch, WebSocket, ...timing }) }),
  }
  return { connects, transport, token, timing }
}
