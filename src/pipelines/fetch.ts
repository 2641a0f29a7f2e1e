import type { Idle } from '../gate.ts'
import { pause } from '../pause.ts'
import type { Owner } from '../protocol/ids.ts'
import type { Failure, Reason } from '../protocol/status.ts'

/** A whole answer. `url` is the address after the last redirect. `body` is decompressed. */
export type Fetched = {
  readonly status: number
  readonly url: string
  readonly headers: Headers
  readonly body: Uint8Array
  /** Forgets the answer, if it was kept: its reader found it damaged or incomplete. */
  readonly discard?: () => Promise<void>
}

export type FetchOptions = {
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  /** Counts how long the fetch waits for a connection before it starts. */
  readonly idle?: Idle
  /** robots.txt decides about a page, but not about a documented API. Each has a pace. */
  readonly kind: 'page' | 'api'
  /** Whose fetch it is: owners share a host fairly. */
  readonly owner?: Owner
  /** The answer is the same for everybody, so that it may be kept, asked for conditionally, and shared. */
  readonly shared?: true
  /** How the host's object knows fetches of one address from each other. Whoever keeps answers sets it. */
  readonly share?: FetchShare
  /** JSON to send. The request is then a POST, and a redirect of it is not followed. */
  readonly body?: string
  /** `manual`: the answer is a redirect itself, if the host sends one. */
  readonly redirect?: 'manual'
  /** Takes the body of a 2xx answer in pieces, for a listing that is too large to hold. The answer has no body then. */
  readonly take?: PieceTaker
}

/** `key` names the address, `fresh` the answer that this fetch brings, and `held` the answer that was kept before. */
type FetchShare = { readonly key: string; readonly fresh: string; readonly held?: string }

/** Takes one piece of an answer's body. The next piece is read afterwards. False: the rest is not wanted. */
export type PieceTaker = (piece: Uint8Array, answer: Omit<Fetched, 'body'>) => Promise<boolean>

/**
 * The only way to fetch anything. Throws FetchFailure if no whole answer came, MustWait if the host needs a
 * pause, and ForbiddenByRobots if robots.txt forbids the address. An answer may have any HTTP status.
 */
export type FetchPort = (url: string, init: FetchOptions) => Promise<Fetched>

/** A fetch that brought no whole answer. Clients may rely on `failure.code`. */
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

/**
 * A fetch must wait: for the host's pace, because the host asked for it, or because the host is in trouble. The
 * wait costs no retry budget. `until` is in ms since 1970.
 */
export class MustWait extends Error {
  readonly until: number
  readonly reason: Reason
  /** The wait in milliseconds, given if `until` is by another clock than the reader's. */
  readonly wait_ms: number | undefined

  constructor(until: number, reason: Reason, wait_ms?: number) {
    super(reason.message)
    this.name = 'MustWait'
    this.until = until
    this.reason = reason
    this.wait_ms = wait_ms
  }
}

/** The answer that the fetch's caller has kept was confirmed moments ago, so that nothing is fetched. */
export class StillFresh extends Error {}

/** The host's robots.txt forbids the fetch of an address. */
export class ForbiddenByRobots extends Error {
  readonly reason: Reason

  constructor(reason: Reason) {
    super(reason.message)
    this.name = 'ForbiddenByRobots'
    this.reason = reason
  }
}

/** The longest wait within a plan. For a longer wait, the plan is given back. */
const SHORT_WAIT_MS = 10_000
/** The shortest wait between two tries, and the most tries. */
const LEAST_WAIT_MS = 50
const TRIES = 100

/**
 * Waits out a host's short waits instead of passing MustWait on. A plan that is given back begins its listing
 * again: with a wait after each page, it would never reach the last page.
 */
export function withShortWaits(fetch: FetchPort, signal: AbortSignal): FetchPort {
  return async (url, init) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await fetch(url, init)
      } catch (error) {
        if (!(error instanceof MustWait) || tries === TRIES) throw error
        const wait_ms = error.wait_ms ?? error.until - Date.now()
        if (wait_ms > SHORT_WAIT_MS) throw error
        await pause(Math.max(LEAST_WAIT_MS, wait_ms), signal)
      }
    }
  }
}
