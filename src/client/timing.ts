/** Every interval of the library, in milliseconds but for `poll_wait_s`. */
export type Timing = {
  /** No event came within this time: one plain poll is made beside the first connection. */
  readonly look_ms: number
  /** The first event, or a poll's first answer, comes within this time, or the connection is given up. */
  readonly first_byte_ms: number
  /** The same where polls get through, since nothing new is shown meanwhile. */
  readonly try_ms: number
  /** So long nothing came, no heartbeat either: the connection is dead. */
  readonly silence_ms: number
  readonly ping_ms: number
  /** How long a poll may be held by the server, and the shortest time from one to the next. */
  readonly poll_wait_s: number
  readonly poll_ms: number
  /** The pauses before another connection grow from the first to the second. */
  readonly backoff_ms: number
  readonly backoff_max_ms: number
  /** The same of those before a better transport than polling is tried. */
  readonly up_ms: number
  readonly up_max_ms: number
  /** A page that is hidden for so long lets go of its connection. */
  readonly hidden_ms: number
}

const usual: Timing = {
  // Several times what a first event takes; two of the three seconds in which there is to be a picture
  // are left for the poll.
  look_ms: 1_000,
  first_byte_ms: 10_000,
  try_ms: 3_000,
  silence_ms: 45_000,
  ping_ms: 20_000,
  poll_wait_s: 25,
  poll_ms: 1_000,
  backoff_ms: 1_000,
  backoff_max_ms: 8_000,
  up_ms: 30_000,
  up_max_ms: 600_000,
  hidden_ms: 30_000,
}

export function timingWith(changes: Partial<Timing> = {}): Timing {
  const timing = { ...usual, ...changes }
  if (timing.silence_ms <= Math.max(timing.ping_ms, timing.poll_wait_s * 1000))
    throw new RangeError('silence_ms must be longer than ping_ms and than poll_wait_s')
  return timing
}
