/** How many connections in a row delivered nothing, and the wait that the server last asked for. */
export type Backoff = { readonly failures: number; readonly retry_ms: number | undefined }

type Range = { readonly backoff_ms: number; readonly backoff_max_ms: number }

export const unhurt: Backoff = { failures: 0, retry_ms: undefined }

/** A timer's limit is 24 days, and a server that asks for more than an hour is not meant. */
const LONGEST_MS = 3_600_000

/**
 * How long to wait before the next connection: full jitter over a range that doubles with each
 * failure. What the server asked for by `retry:` is waited first, and has its own jitter.
 */
export function pauseOf({ failures, retry_ms }: Backoff, range: Range, random: number): number {
  const grown = random * Math.min(range.backoff_max_ms, range.backoff_ms * 2 ** failures)
  if (retry_ms === undefined) return Math.round(grown)
  return Math.round(Math.min(LONGEST_MS, retry_ms + (failures === 0 ? 0 : grown)))
}

/** The header is seconds or a date; 0 where it is missing or neither. */
export function retryAfterMs(header: string | null, now: number): number {
  if (header === null || header === '') return 0
  const seconds = Number(header)
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000
  return Number.isNaN(ms) ? 0 : Math.min(LONGEST_MS, Math.max(0, ms))
}
