import type { RunEvent } from '../protocol/events.ts'
import { retryAfterMs } from './backoff.ts'
import { ApiError } from './errors.ts'
import type { FetchResponse } from './platform.ts'
import { ChildSignal } from './signals.ts'
import { Timer } from './timer.ts'

/**
 * How one connection ended.
 * - `terminal`: the round has ended, and nothing more will come.
 * - `closed`: it was closed without a terminal status, which is never the end of the round (W-8).
 * - `failed`: it broke, or there was no token for it.
 * - `refused`: the server answered with an HTTP status that is no success.
 * - `unreadable`: it brought data that cannot be read, so the next one asks for the full state.
 * - `full`: the browser's tabs already hold as many connections of its kind as they may.
 * - `crowded`: the server has no place for it, and asks for polls.
 * - `left`: the client ended it to take another transport.
 * - `overtaken`: the client ended it, since a poll beside it was answered first.
 * - `silent`: the client ended it, since nothing came, or nothing after its first part: something on the
 *   way may hold back the rest.
 */
export type ConnectionEnd =
  | { readonly kind: 'terminal' | 'closed' | 'full' | 'crowded' | 'left' | 'overtaken' }
  | { readonly kind: 'refused'; readonly error: ApiError; readonly retry_ms: number }
  | { readonly kind: 'unreadable' | 'silent'; readonly error: Error }
  | { readonly kind: 'failed'; readonly error: unknown }

/** An item of a connection, over any transport. `alive`: the connection works, and has no event. */
export type ConnectionItem = RunEvent | { readonly kind: 'alive' } | ConnectionEnd

export type ConnectOptions = {
  readonly cursor: string | undefined
  readonly token: string
  readonly signal: AbortSignal
  /** Called when anything comes, heartbeats included. */
  readonly onActivity: () => void
  /** Called when the server asks for a pause of this length before the next connection. */
  readonly onRetry: (ms: number) => void
}

/**
 * Makes one connection. A ConnectionEnd is its last item. A connection that returns without one was
 * closed, and one that throws has failed.
 */
export type Connect = (options: ConnectOptions) => AsyncGenerator<ConnectionItem, void>

/** An answer that is no success, as the end of a connection. */
export async function refusal(response: FetchResponse): Promise<ConnectionEnd> {
  return refused(await ApiError.of(response), retryAfterOf(response))
}

export function refused(error: ApiError, retry_ms = 0): ConnectionEnd {
  return { kind: 'refused', error, retry_ms }
}

/** The pause that an answer asks for, in ms. 0 where it asks for none. */
export function retryAfterOf({ headers }: FetchResponse): number {
  return retryAfterMs(headers.get('retry-after'), Date.now())
}

/**
 * One connection from its beginning to its end. Its signal is aborted when the feed ends, when the
 * connection is silent for too long, or when the feed leaves it. An aborted life holds no timer.
 */
export class ConnectionLife extends ChildSignal {
  /** Undefined while the connection is open, and when it was closed without a terminal status. */
  end: ConnectionEnd | undefined
  /** The connection brought an event, or the answer to a poll, which may have no event. */
  lived = false
  /** The pause that the server asked for, if it did. */
  retry_ms: number | undefined
  /** The options by which a connection belongs to this life. */
  readonly options = {
    signal: this.signal,
    onActivity: () => {
      this.#last_at = Date.now()
      this.#first_at ||= this.#last_at
      this.#limitSilence(this.#limit_ms)
    },
    onRetry: (ms: number) => {
      this.retry_ms = ms
    },
  }
  readonly #silence_ms: number
  readonly #silence = new Timer()
  readonly #leaving = new Timer()
  /** How long the connection may be silent now. 0: the reader is busy, and silence does not count. */
  #limit_ms = 0
  /** When the connection brought something for the first and for the last time. */
  #first_at = 0
  #last_at = 0

  constructor(parent: AbortSignal, silence_ms: number) {
    super(parent)
    this.#silence_ms = silence_ms
    this.signal.addEventListener('abort', () => {
      this.#silence.clear()
      this.#leaving.clear()
    })
  }

  /** Passes the connection's items on. The first one must come within `first_ms`. */
  async *limit(
    connection: AsyncIterable<ConnectionItem>,
    first_ms: number,
  ): AsyncGenerator<ConnectionItem, void> {
    this.#limitSilence(first_ms)
    for await (const item of connection) {
      this.#limitSilence(0)
      yield item
      this.#limitSilence(this.#silence_ms)
    }
  }

  leaveAfter(ms: number): void {
    this.#leaving.set(ms, () => this.leave({ kind: 'left' }))
  }

  leave(end: ConnectionEnd): void {
    this.end = end
    this.abort()
  }

  #limitSilence(ms: number): void {
    this.#limit_ms = this.signal.aborted ? 0 : ms
    if (this.#limit_ms === 0) return this.#silence.clear()
    this.#silence.set(ms, () => {
      const error = new Error(`The server sent nothing for ${ms / 1000} s`)
      // A connection that brought something so late is not held back on its way: the network failed.
      const worked = this.#last_at - this.#first_at >= this.#silence_ms
      this.leave({ kind: worked ? 'failed' : 'silent', error })
    })
  }
}
