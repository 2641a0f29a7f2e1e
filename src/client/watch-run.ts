import type { CallOptions } from './calls.ts'
import type { Transport } from './feed.ts'
import { runRoute } from './http.ts'
import { page, platformFetch, resolveOrigin, type SocketClass } from './platform.ts'
import { runFeed, type RunFeedOptions } from './run-feed.ts'
import { RunWatch } from './run-watch.ts'
import { shareFeed } from './tabs/shared-feed.ts'
import { takeStreamSlot } from './tabs/stream-slot.ts'
import { findTabs, type Tabs } from './tabs/tabs.ts'
import { type Timing, timingWith } from './timing.ts'
import { connectStream } from './transports/event-stream.ts'
import { connectPoll } from './transports/poll.ts'
import { connectSocket } from './transports/socket.ts'
import { visibilityOf } from './visibility.ts'

export type WatchOptions = CallOptions & {
  /** `auto`, the default: a stream, or else a socket, or else polls, and back up when that works. */
  readonly transport?: 'auto' | Transport
  /** Whether jobs come with their steps and reasons, and whether `events()` has the run's log. */
  readonly detail?: boolean
  readonly log?: boolean
  readonly WebSocket?: SocketClass
  /** A name for the watcher. Tabs of a browser that give the same name share one connection a run. */
  readonly share?: string
  readonly timing?: Partial<Timing>
}

/** A watch of one run. It begins when somebody listens. */
export function watchRun(run_id: string, options: WatchOptions): RunWatch {
  const timing = timingWith(options.timing)
  const tabs = findTabs()
  const own = runFeed(feedOptions(run_id, options, { timing, tabs }))
  const name = shareName(run_id, options)
  const feed = tabs && options.share !== undefined ? shareFeed(own, { ...tabs, name }) : own
  const { signal } = options
  const observePage = page.document && visibilityOf(page.document, timing.hidden_ms)
  return new RunWatch(feed, { signal, observePage })
}

/** Tabs share a feed if all of this is equal. */
function shareName(run_id: string, options: WatchOptions): string {
  const { share, detail, log, transport } = options
  return JSON.stringify([resolveOrigin(options.origin), run_id, share, detail, log, transport])
}

type Surroundings = { readonly timing: Timing; readonly tabs: Tabs | undefined }

function feedOptions(
  run_id: string,
  options: WatchOptions,
  { timing, tabs }: Surroundings,
): RunFeedOptions {
  const { transport = 'auto', token } = options
  const route = runRoute(resolveOrigin(options.origin), run_id, options)
  // Node has a WebSocket from version 22 on.
  const { fetch = platformFetch, WebSocket = globalThis.WebSocket } = options
  if (transport === 'socket' && !WebSocket)
    throw new TypeError('Pass a `WebSocket`, or another `transport`: there is no WebSocket here')
  const transports = {
    sse: connectStream(route, fetch, tabs && ((signal) => takeStreamSlot(tabs.locks, signal))),
    poll: connectPoll(route, fetch, timing),
    ...(WebSocket && { socket: connectSocket(route, { fetch, WebSocket, ...timing }) }),
  }
  return { transports, transport, token, timing }
}
