import type { RunEvent } from '../protocol/events.ts'

/** How a run is followed at the moment: a stream of events, a socket, or one answer after another. */
export type Transport = 'sse' | 'socket' | 'poll'

/**
 * Where the following of a run stands. `paused`: nobody looks, and it goes on when somebody does.
 * `ended`: the round has, and all of it was shown. `failed`: it cannot be followed, for good.
 */
export type Connection =
  | { readonly status: 'connecting' | 'paused' | 'ended' }
  | { readonly status: 'live'; readonly transport: Transport }
  | { readonly status: 'reconnecting'; readonly retry_ms: number; readonly error?: unknown }
  | { readonly status: 'failed'; readonly error: unknown }

/** What a run says, and in between how it is followed. */
export type FeedItem = RunEvent | Connection

/** From where on a feed is read: the last cursor that was given, if any. */
export type FeedStart = { readonly cursor: string | undefined; readonly signal: AbortSignal }

/**
 * What is said of one run from a cursor on, over as many connections as it takes. It returns after
 * the terminal status, or when its signal is aborted; that it cannot go on is its last item.
 */
export type Feed = (start: FeedStart) => AsyncIterable<FeedItem>
