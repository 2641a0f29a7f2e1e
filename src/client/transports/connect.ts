import type { RunEvent } from '../../protocol/events.ts'
import type { ApiError } from '../api-error.ts'

/**
 * How one connection ended. `terminal`: the run's round has, and nothing more will be said. `closed`:
 * without a terminal status, which is never an end (W-8). `refused`: with an HTTP status.
 * `unreadable`: it said what cannot be read, so that what it said before is not to be built on.
 * `full`: the tabs hold as many of its kind as they may. `left`: by ourselves, for a better transport.
 * `overtaken`: by ourselves, since it had said nothing when a plain poll was answered.
 */
export type Ending =
  | { readonly kind: 'terminal' | 'closed' | 'full' | 'left' | 'overtaken' }
  | { readonly kind: 'refused'; readonly error: ApiError; readonly retry_after_ms: number }
  | { readonly kind: 'unreadable'; readonly error: Error }
  | { readonly kind: 'failed'; readonly error: unknown }

/** What a connection says, whatever carries it. `alive`: there is nothing new, and it works. */
export type Said = RunEvent | { readonly kind: 'alive' } | Ending

/** What each connection begins with, and tells besides what it says. */
export type Opening = {
  readonly cursor: string | undefined
  readonly token: string
  readonly signal: AbortSignal
  /** Something came, be it a heartbeat. */
  readonly heard: () => void
  /** The server asks to wait so long before the next connection. */
  readonly retry: (ms: number) => void
  /** Of polls: one answer is enough. */
  readonly once?: boolean
}

/**
 * One connection. Nobody reads on after an ending; without one it was closed, and it throws where it
 * failed.
 */
export type Connect = (opening: Opening) => AsyncGenerator<Said, void>
