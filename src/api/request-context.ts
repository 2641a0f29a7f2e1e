import type { Owner } from '../protocol/ids.ts'

/**
 * What the middlewares store in a request's context for its route. They set `owner` for every route that needs a
 * token, `grant` for every route that opens a stream, a socket or a poll, and `is_guest` for every route that the holder of
 * a matter's watch token may read.
 */
export type RequestContext = {
  Variables: { request_id: string; owner: Owner; grant: WatchGrant; is_guest: boolean }
}

/**
 * The right to watch, which the API passes on to the run's object. What a client opens with the right ends at
 * `until` (ms since 1970). If a watch token gave the right, it also ends when the token `token_id` is revoked
 * (W-12).
 */
export type WatchGrant = {
  readonly owner: Owner
  readonly until: number
  readonly token_id?: string
}
