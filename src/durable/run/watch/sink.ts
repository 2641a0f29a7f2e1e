import type { Frame } from './frame.ts'

/** Why a watcher is not to come back with its token (W-12). */
export type Refusal = 'revoked' | 'expired'

/** Where a watcher's frames go: an event stream, a socket, or one answer to a poll. */
export type Sink = {
  /** Whether it takes more now; when it does again, its owner calls `Watchers.drained`. */
  hasRoom(): boolean
  /** Takes a frame that is not empty. False: nobody reads it any more. */
  write(frame: Frame): boolean
  /** A sign of life where nothing else was said. False: nobody reads it any more. */
  pulse(): boolean
  /** The run has ended, and its terminal status was written. */
  end(): void
  /** A tick had nothing to say to it: where it stands is now. */
  nothing?(): void
  /** Ends it before that: whoever reads it shall connect again, but not with a token that is refused. */
  cut(why?: Refusal): void
  /** Whether somebody has to look after it all the time; a socket has the platform for that. */
  readonly needsPulse: boolean
  /** Whether the object may sleep while this is open, so that no timer of its own must be set for it. */
  readonly sleeps?: boolean
}
