import { ChildSignal } from './child-signal.ts'
import { Timer } from './timer.ts'
import type { Said } from './transports/connect.ts'

/** How long to wait for the first sign of a connection, and for any later one. */
type Limits = { readonly first_byte_ms: number; readonly silence_ms: number }

/**
 * How long a connection lives: as long as who wanted it, unless it is silent for too long, or is left
 * for a better one. Ending it leaves no timer and no listener.
 */
export class ConnectionLife extends ChildSignal {
  left = false
  readonly #silence = new Timer()
  readonly #leaving = new Timer()
  /** How long it may be silent; 0 while nothing is waited for. */
  #patience_ms = 0

  constructor(parent: AbortSignal) {
    super(parent)
    this.signal.addEventListener('abort', () => {
      this.#wait(0)
      this.#leaving.clear()
    })
  }

  leaveIn(ms: number): void {
    this.#leaving.set(ms, () => {
      this.left = true
      this.end()
    })
  }

  /** Something came. */
  readonly heard = (): void => {
    const ms = this.#patience_ms
    this.#silence.clear()
    if (ms > 0)
      this.#silence.set(ms, () => this.end(new Error(`Nothing came for ${ms / 1000} seconds.`)))
  }

  /** What the connection says; while its reader does something else, no silence is held against it. */
  async *listen(connection: AsyncIterable<Said>, limits: Limits): AsyncGenerator<Said, void> {
    this.#wait(limits.first_byte_ms)
    for await (const said of connection) {
      this.#wait(0)
      yield said
      this.#wait(limits.silence_ms)
    }
  }

  #wait(ms: number): void {
    this.#patience_ms = this.signal.aborted ? 0 : ms
    this.heard()
  }
}
