import type { RunEvent } from '../protocol/events.ts'
import { type Connect, ConnectionLife, type ConnectOptions } from './connection.ts'
import { ChildSignal } from './signals.ts'
import { Timer } from './timer.ts'

type FirstLookOptions = {
  readonly poll: Connect
  readonly look_ms: number
  /** Called when the poll was answered and no connection had brought anything. */
  readonly onAnswer: () => void
}

/**
 * One poll beside the first connections. It is sent when they have brought nothing for `look_ms`, so that
 * the run is shown also where something on the way holds streams back. Its signal is aborted when the poll
 * was answered, or when the poll is not needed any more.
 */
export class FirstLook extends ChildSignal {
  /** The poll was answered, and no connection has brought anything yet. */
  isAnswered = false
  readonly #options: FirstLookOptions
  readonly #timer = new Timer()
  #due: number | undefined
  #isAsked = false
  #events: RunEvent[] = []

  constructor(parent: AbortSignal, options: FirstLookOptions) {
    super(parent)
    this.#options = options
  }

  /** Called when a connection is made. The time until the poll counts from the first connection on. */
  begin(options: ConnectOptions): void {
    if (this.#isAsked || this.signal.aborted) return
    this.#due ??= Date.now() + this.#options.look_ms
    this.#timer.set(this.#due - Date.now(), () => void this.#ask(options))
  }

  /** Called when that connection is over. A poll that was not sent yet is sent beside the next connection. */
  pause(): void {
    this.#timer.clear()
  }

  /** Gives the poll's events, once. */
  take(): readonly RunEvent[] {
    return this.#events.splice(0)
  }

  /** Ends the poll. Called when a connection has brought something, so that the poll is not needed any more. */
  end(): void {
    this.isAnswered = false
    this.pause()
    this.abort()
  }

  async #ask({ cursor, token }: ConnectOptions): Promise<void> {
    const { poll, onAnswer } = this.#options
    const events: RunEvent[] = []
    this.#isAsked = true
    try {
      // This life sets no limit to silence: the poll ends with the look.
      const { options } = new ConnectionLife(this.signal, 0)
      for await (const item of poll({ ...options, cursor, token })) {
        if ('event' in item) events.push(item)
        else if (item.kind === 'alive') break
        else return
      }
    } catch {
      // The connection beside the poll meets the same fault, and reports it.
      return
    }
    if (this.signal.aborted) return
    this.#events = events
    this.isAnswered = true
    this.abort()
    onAnswer()
  }
}
