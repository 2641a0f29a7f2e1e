import { Timer } from '../timer.ts'

/** A page rests so many times as long as it took to render a change: the time is for its paint, and for clicks and keys. */
const REST = 2
/** No change waits longer than this for a slow page. */
const REST_MAX_MS = 250

/**
 * Shows changes: the first one at once, and the next ones together after a rest. The rest grows with the time that the
 * components take to render, so that a busy run leaves a slow machine time to answer its user.
 */
export class PageTick {
  readonly #show: () => void
  readonly #timer = new Timer()
  #isBusy = false
  #isDue = false

  constructor(show: () => void) {
    this.#show = show
  }

  /** Asks for a change to be shown. */
  request(): void {
    this.#isDue = true
    if (!this.#isBusy) this.#next()
  }

  end(): void {
    this.#isBusy = true
    this.#timer.clear()
  }

  #next(): void {
    this.#isBusy = this.#isDue
    if (!this.#isDue) return
    this.#isDue = false
    const began = Date.now()
    this.#show()
    // React renders what it was told before the next task begins.
    this.#timer.set(0, () => this.#rest(Date.now() - began))
  }

  #rest(took_ms: number): void {
    this.#timer.set(Math.min(REST * took_ms, REST_MAX_MS), () => this.#next())
  }
}
