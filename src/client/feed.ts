import type { RunEvent } from '../protocol/events.ts'
import { isTerminalRun } from '../protocol/terminal.ts'

/** The way by which a run is followed: an event stream, a WebSocket, or polls. */
export type Transport = 'sse' | 'socket' | 'poll'

/**
 * The state of a feed's connection. `paused`: there is no listener, or the page is hidden. `ended`: the
 * round has ended, and all of it was shown. `failed`: the run cannot be followed, for good.
 */
export type Connection =
  | { readonly status: 'connecting' | 'paused' | 'ended' }
  | { readonly status: 'live'; readonly transport: Transport }
  | { readonly status: 'reconnecting'; readonly retry_ms: number; readonly error?: unknown }
  | { readonly status: 'failed'; readonly error: unknown }

/** An event of the run, or a change of how the run is followed. */
export type FeedItem = RunEvent | Connection

/** A feed begins after `cursor`, or with the full state if it gets no cursor. */
export type FeedStart = { readonly cursor: string | undefined; readonly signal: AbortSignal }

/**
 * The events of one run, over as many connections as they take. A feed returns after the terminal status
 * or when its signal is aborted. When it cannot go on, its last item is the status `failed`.
 */
export type Feed = (start: FeedStart) => AsyncIterable<FeedItem>

/**
 * A reader's cursor after an event. A full state may come in several events, of which only the last has an
 * id. The first of them voids the old cursor: a reader that is cut off in between starts over (EV-4).
 */
export function cursorAfter(cursor: string | undefined, event: RunEvent): string | undefined {
  return event.id ?? (event.event === 'all_jobs' ? undefined : cursor)
}

/** Whether the event is the round's terminal status, after which nothing follows. */
export function isTerminalEvent(event: RunEvent): boolean {
  return event.event === 'status' && isTerminalRun(event.data)
}

/** An event that changes nothing, to carry a cursor. */
export const emptyUpdate: RunEvent = { event: 'update', data: {} }

type LogEvent = RunEvent & { readonly event: 'log' }

/** The last log line that a reader knows of after a log event, which may only count lines (EV-7). */
export function lastLineOf({ data }: LogEvent): number {
  return 'seq' in data ? data.seq : data.after + data.dropped
}

/**
 * Drops a log event that a reader has already had: a frame that was cut off is sent again. Where the
 * dropped event has a cursor, an empty update with that cursor takes its place.
 */
export function withoutKnownLines(last_line: number, event: RunEvent): RunEvent | undefined {
  if (event.event !== 'log' || lastLineOf(event) > last_line) return event
  return event.id === undefined ? undefined : { ...emptyUpdate, id: event.id }
}
