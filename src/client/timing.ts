/** Every interval of the library, in milliseconds but for `poll_wait_s`. */
export type Timing = {
  /** When the first connections bring nothing for so long, one poll beside them shows the run. */
  readonly look_ms: number
  /** The longest wait for a connection's first event, or for the first answer of its polls. */
  readonly first_byte_ms: number
  /** The same where polls are known to work. It is shorter, since nothing new is shown meanwhile. */
  readonly try_ms: number
  /** The longest time without an event or a heartbeat. After it the connection is given up. */
  readonly silence_ms: number
  /** The time from one ping on a socket to the next. */
  readonly ping_ms: number
  /** How long the server may hold a poll open while it has no new event. */
  readonly poll_wait_s: number
  /** The shortest time from one poll to the next. */
  readonly poll_ms: number
  /** The pauses before the next connection grow from `backoff_ms` to `backoff_max_ms`. */
  readonly backoff_ms: number
  readonly backoff_max_ms: number
  /** While polls are used, a better transport is tried in pauses from `up_ms` to `up_max_ms`. */
  readonly up_ms: number
  readonly up_max_ms: number
  /**
   * When the run has not moved for so long, a socket follows it in place of a stream: only a socket lets the run's
   * object sleep.
   */
  readonly still_ms: number
  /** A watch pauses when its page has been hidden for so long. */
  readonly hidden_ms: number
}

const defaults: Timing = {
  // Several times what a first event takes. A run is to be shown within three seconds: two of them are
  // left for the poll.
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
  still_ms: 60_000,
  hidden_ms: 30_000,
}

export function timingWith(changes: Partial<Timing> = {}): Timing {
  const timing = { ...defaults, ...changes }
  if (timing.silence_ms <= Math.max(timing.ping_ms, timing.poll_wait_s * 1000))
    throw new RangeError('silence_ms must be longer than ping_ms and poll_wait_s')
  return timing
}
