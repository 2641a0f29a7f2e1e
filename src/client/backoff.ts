/** How many connections in a row delivered nothing, and the wait that the server last asked for. */
export type Backoff = { readonly failures: number; readonly retry_ms?: number | undefined }

type Range = { readonly backoff_ms: number; readonly backoff_max_ms: number }

/** A timer's limit is 24 days, and a server that asks for more than an hour is not meant. */
const LONGEST_MS = 3_600_000

/**
 * How long to wait before the next connection: full jitter over a range that doubles with each
 * failure. What the server asked for by `retry:` is waited first, and has its own jitter.
 */
export function pauseOf({ failures, retry_ms }: Backoff, range: Range, random: number): number {
  const grown = random * Math.min(range.backoff_max_ms, range.backoff_ms * 2 ** failures)
  const pause = retry_ms === undefined ? grown : retry_ms + (failures && grown)
  return Math.round(Math.min(LONGEST_MS, pause))
}

/** The header is seconds or a date; 0 where it is missing or neither. */
export function retryAfterMs(header: string | null, now: number): number {
  const text = header ?? ''
  // What is neither is NaN.
  const ms = Number(text) * 1000 || Date.parse(text) - now || 0
  return Math.min(LONGEST_MS, Math.max(0, ms))
}
