import { ChildSignal } from './child-signal.ts'
import { Timer } from './timer.ts'
import type { Said } from './transports/connect.ts'

/**
 * How long a connection lives: as long as who wanted it, unless it is silent for too long, or is left
 * for a better one. Ending it leaves no timer and no listener.
 */
export class ConnectionLife extends ChildSignal {
  /** Why it was left, if it was. */
  left: 'left' | 'overtaken' | undefined
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
    this.#leaving.set(ms, () => this.leave('left'))
  }

  leave(why: 'left' | 'overtaken'): void {
    this.left = why
    this.end()
  }

  /** Something came. */
  readonly heard = (): void => {
    const ms = this.#patience_ms
    const giveUp = () => this.end(new Error(`The server sent nothing for ${ms / 1000} s`))
    if (ms > 0) this.#silence.set(ms, giveUp)
    else this.#silence.clear()
  }

  /**
   * What the connection says, its first sign and each later one in time; while its reader does
   * something else, no silence is held against it.
   */
  async *listen(
    connection: AsyncIterable<Said>,
    first_ms: number,
    silence_ms: number,
  ): AsyncGenerator<Said, void> {
    this.#wait(first_ms)
    for await (const said of connection) {
      this.#wait(0)
      yield said
      this.#wait(silence_ms)
    }
  }

  #wait(ms: number): void {
    this.#patience_ms = this.signal.aborted ? 0 : ms
    this.heard()
  }
}
