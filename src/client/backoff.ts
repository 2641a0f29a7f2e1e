import type { Timing } from './timing.ts'

/** The number of connections in a row that brought nothing, and the pause that the server last asked for. */
export type Backoff = { readonly failures: number; readonly retry_ms?: number | undefined }

export type BackoffRange = Pick<Timing, 'backoff_ms' | 'backoff_max_ms'>

/** No pause is longer, even if the server asks for more. A timer's own limit is 24 days. */
const LONGEST_MS = 3_600_000

/**
 * The pause before the next connection: full jitter over a range that doubles with each failure. The
 * server's `retry:` already has jitter of its own, so only failures add to it.
 */
export function pauseMs(
  { failures, retry_ms }: Backoff,
  range: BackoffRange,
  random: number,
): number {
  const grown = random * Math.min(range.backoff_max_ms, range.backoff_ms * 2 ** failures)
  const pause = retry_ms === undefined ? grown : retry_ms + (failures && grown)
  return Math.round(Math.min(LONGEST_MS, pause))
}

/** The pause that a Retry-After header asks for, in seconds or as a date. 0 where it has neither. */
export function retryAfterMs(header: string | null, now: number): number {
  const text = header ?? ''
  // Number and Date.parse give NaN for other texts.
  const ms = Number(text) * 1000 || Date.parse(text) - now || 0
  return Math.min(LONGEST_MS, Math.max(0, ms))
}
