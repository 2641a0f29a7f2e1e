import type { Idle } from '../gate.ts'
import type { Failure, Reason } from '../protocol/status.ts'

/** An answer, read to its end: `url` is where the last redirect led, `body` is decompressed. */
export type Fetched = {
  readonly status: number
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
}

export type FetchInit = {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Counts how long the fetch waits for a connection before it starts. */
  readonly idle?: Idle
  /** A documented API is paced like any other address, but is not what robots.txt speaks of. */
  readonly kind: 'page' | 'api'
}

/**
 * The one way out. Throws FetchFailure for what went wrong on the way, MustWait when the host wants
 * a pause, ForbiddenByRobots when its robots.txt says no. Any HTTP status is an answer.
 */
export type FetchPort = (url: string, init: FetchInit) => Promise<Fetched>

/** What went wrong on the way to an answer; `failure.code` is stable. */
export class FetchFailure extends Error {
  readonly failure: Failure & { readonly code: FetchFailureCode }

  constructor(failure: FetchFailure['failure'], options?: ErrorOptions) {
    super(failure.message, options)
    this.name = 'FetchFailure'
    this.failure = failure
  }
}

export type FetchFailureCode =
  | 'egress_refused'
  | 'redirects'
  | 'first_byte_timeout'
  | 'fetch_timeout'
  | 'too_large'
  | 'unreachable'
  | 'host_down'

/** Not now: the host's pace, its own wish, or its trouble. Costs no budget; `until` in ms since 1970. */
export class MustWait extends Error {
  readonly until: number
  readonly reason: Reason
  /** How long that is, where `until` is by a clock that may not be the reader's. */
  readonly wait_ms: number | undefined

  constructor(until: number, reason: Reason, wait_ms?: number) {
    super(reason.message)
    this.name = 'MustWait'
    this.until = until
    this.reason = reason
    this.wait_ms = wait_ms
  }
}

/** The host's robots.txt forbids this address to us. */
export class ForbiddenByRobots extends Error {
  readonly reason: Reason

  constructor(reason: Reason) {
    super(reason.message)
    this.name = 'ForbiddenByRobots'
    this.reason = reason
  }
}
