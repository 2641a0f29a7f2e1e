import type { RunEvent } from '../protocol/events.ts'
import { ChildSignal } from './child-signal.ts'
import { Timer } from './timer.ts'
import type { Connect, Opening } from './transports/connect.ts'

type Look = { readonly poll: Connect; readonly look_ms: number; readonly found: () => void }

const ignore = (): void => {}

/**
 * One plain poll beside the first connections, made when these have said nothing for `look_ms`: where
 * something holds back what they say, the run is shown all the same.
 */
export class FirstLook {
  /** It was answered, and no connection has said anything yet. */
  isAnswered = false
  readonly #look: Look
  readonly #life: ChildSignal
  readonly #timer = new Timer()
  #due: number | undefined
  #isAsked = false
  #events: readonly RunEvent[] = []

  constructor(parent: AbortSignal, look: Look) {
    this.#look = look
    this.#life = new ChildSignal(parent)
  }

  /** Aborted when it is answered, or not needed any more. */
  get signal(): AbortSignal {
    return this.#life.signal
  }

  /** A connection is opened; the time counts from the first of them. */
  beside(opening: Opening): void {
    if (this.#isAsked || this.signal.aborted) return
    this.#due ??= Date.now() + this.#look.look_ms
    this.#timer.set(this.#due - Date.now(), () => void this.#ask(opening))
  }

  /** That connection is over: the poll is made beside the next one, if it was not made. */
  pause(): void {
    this.#timer.clear()
  }

  /** What it found, once. */
  take(): readonly RunEvent[] {
    const events = this.#events
    this.#events = []
    return events
  }

  /** A connection speaks for itself. */
  end(): void {
    this.isAnswered = false
    this.pause()
    this.#life.end()
  }

  async #ask({ cursor, token }: Opening): Promise<void> {
    const { poll, found } = this.#look
    const { signal } = this
    const events: RunEvent[] = []
    this.#isAsked = true
    try {
      const opening = { cursor, token, signal, heard: ignore, retry: ignore, once: true }
      for await (const said of poll(opening)) {
        if ('event' in said) events.push(said)
        else if (said.kind !== 'alive' && said.kind !== 'terminal') return
      }
    } catch {
      // The connection beside it meets the same, and reports it.
      return
    }
    if (signal.aborted) return
    this.#events = events
    this.isAnswered = true
    this.#life.end()
    found()
  }
}
