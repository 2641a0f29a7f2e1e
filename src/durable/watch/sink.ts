import type { Frame } from './frame.ts'

/** Why a watcher must not come back: with its token (W-12), or at all, because what it watched was deleted (DEL-3). */
export type Refusal = 'revoked' | 'expired' | 'deleted'

/** Where a watcher's frames go: an event stream, a socket, or one answer to a poll. */
export type Sink = {
  /** Whether the sink takes more now. When a full sink has room again, its owner calls `Watchers.drained`. */
  hasRoom(): boolean
  /** Takes a frame that is not empty. Answers false if nobody reads the sink any more. */
  write(frame: Frame): boolean
  /** Sends a sign of life. Answers false if nobody reads the sink any more. */
  pulse(): boolean
  /** Closes the sink: the run has ended, and the terminal status was written. */
  end(): void
  /** Called when a tick had nothing to send, because the watcher has been shown everything. */
  nothing?(): void
  /** Closes the sink before the run's end. Its reader shall connect again, but not with a token that is refused. */
  cut(why?: Refusal): void
  /**
   * Closes the sink of a client that was brought up to date and for which there is no place. The client shall ask again
   * after so many ms (W-13).
   */
  turnAway(ask_again_ms: number): void
  /** Whether the watchers must send signs of life. The platform does that for a socket. */
  readonly needsPulse: boolean
  /** Whether the object may sleep while the sink is open, so that no timer may be set for it. */
  readonly sleeps?: boolean
}
