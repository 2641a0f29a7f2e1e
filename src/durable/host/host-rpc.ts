import type { Reason } from '../../protocol/status.ts'

/**
 * What a host's object answers: whether a request may go out now. It fetches nothing itself: the
 * caller reads robots.txt through the egress guard and tells it. Times in ms since 1970.
 */
export type HostRpc = {
  enter(request: HostRequest): Promise<HostAnswer>
  /** What `/robots.txt` answered to the one who was asked to read it. */
  learn(request: RobotsAnswer): Promise<void>
  /** A request that was let go is over. A ticket that is left twice, or never was, is nothing. */
  leave(request: HostLeave): Promise<void>
}

export type HostRequest = {
  /** The address to be fetched, on this host. */
  readonly url: string
  /** Whether robots.txt is asked; false for a documented API. */
  readonly robots: boolean
  /** False: no pace, no limit at once, no backoff; only robots.txt counts. */
  readonly paced: boolean
}

/** `at`: when it was given, by the host's clock. All its times are by that one; the caller's may be off. */
export type HostAnswer = HostVerdict & { readonly at?: number }

type HostVerdict =
  | { readonly kind: 'go'; readonly ticket: number }
  /** Read robots.txt, `learn` it, and enter again. */
  | { readonly kind: 'read_robots'; readonly ticket: number }
  | { readonly kind: 'wait'; readonly until: number; readonly reason: Reason }
  | { readonly kind: 'forbidden'; readonly reason: Reason }
  /** It has been in trouble for so long that nobody waits for it any more. */
  | { readonly kind: 'down'; readonly reason: Reason }

export type RobotsAnswer = {
  readonly ticket: number
  /** Null status: no answer came. `text` is null unless the status is 2xx; 500 KiB at most. */
  readonly status: number | null
  readonly text: string | null
}

export type HostLeave = {
  readonly ticket: number
  /** Null: no answer came. */
  readonly status: number | null
  /** As the `Retry-After` header gave it, in ms since 1970. */
  readonly retry_at: number | null
  /** Who asked has stopped it before an answer came, which says nothing of the host. */
  readonly stopped?: true
}
