import type { Reason } from '../../protocol/status.ts'

/**
 * The calls of a host's object, which decides whether a request to the host may go out now. The object fetches
 * nothing itself: a caller reads robots.txt through the egress guard and tells the object. Times are in ms since 1970.
 */
export type HostRpc = {
  enter(request: HostRequest): Promise<HostAnswer>
  /** Tells how `/robots.txt` answered. Only the caller that was asked to read it calls this. */
  learn(request: RobotsAnswer): Promise<void>
  /** Tells that a request is over. A ticket that is unknown, or was left before, changes nothing. */
  leave(request: HostLeave): Promise<void>
}

export type HostRequest = {
  /** The address to be fetched, on this host. */
  readonly url: string
  /** Whether robots.txt decides as well; false for a documented API. */
  readonly robots: boolean
  /** If false, only robots.txt counts: no pace, no limit of requests at once, no backoff. */
  readonly paced: boolean
  /** Whose request it is. Owners share the host fairly, and the failures of one close it to no other. */
  readonly owner?: string
  /** Fetches of one address by several callers: one fetches, and the others use what it keeps. */
  readonly share?: HostShare
  /** The pace, if it is not that of the settings for pages. */
  readonly pace?: HostPace
}

/** The address, the answer that this request would bring, and the answer that the caller has. */
export type HostShare = { readonly key: string; readonly fresh: string; readonly held?: string }

/** The least time between the beginnings of two requests, and the most requests at once. */
export type HostPace = { readonly interval_ms: number; readonly at_once: number }

/** `at`: when the object answered. All times of the answer are by the object's clock; the caller's clock may be off. */
export type HostAnswer = HostVerdict & { readonly at?: number }

type HostVerdict =
  | { readonly kind: 'go'; readonly ticket: number }
  /** The caller has to read robots.txt, pass the answer to `learn`, and call `enter` again. */
  | { readonly kind: 'read_robots'; readonly ticket: number }
  | { readonly kind: 'wait'; readonly until: number; readonly reason: Reason }
  | { readonly kind: 'forbidden'; readonly reason: Reason }
  /** The answer that the caller has is the newest. It was confirmed moments ago. */
  | { readonly kind: 'kept' }
  /** The host has been in trouble for so long that callers wait no more. */
  | { readonly kind: 'down'; readonly reason: Reason }

export type RobotsAnswer = {
  readonly ticket: number
  /** `status` is null if no answer came. `text` is null unless the status is 2xx; it holds at most 500 KiB. */
  readonly status: number | null
  readonly text: string | null
}

export type HostLeave = {
  readonly ticket: number
  /** Null if no answer came. */
  readonly status: number | null
  /** As the `Retry-After` header gave it, in ms since 1970. */
  readonly retry_at: number | null
  /** The caller stopped the request before an answer came. The object then learns nothing of the host. */
  readonly stopped?: true
  /** The caller never sent the request. Its slot is free again. */
  readonly unused?: true
}
