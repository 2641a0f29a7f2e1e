import type { RunEvent } from '../protocol/events.ts'

/**
 * Hands events over one by one: `put` resolves when its event was taken, so that whoever puts goes on
 * no faster than the reader does.
 */
export class EventTap {
  #offered: RunEvent | undefined
  #taken = () => {}

  /** For when there is something to take, or nothing will come any more. */
  ring = () => {}

  put(event: RunEvent): Promise<void> {
    this.#offered = event
    return new Promise((resolve) => {
      this.#taken = resolve
      this.ring()
    })
  }

  take(): RunEvent | undefined {
    const event = this.#offered
    this.#offered = undefined
    this.#taken()
    return event
  }

  /** Whoever puts waits no more; what was offered can still be taken. */
  close(): void {
    this.#taken()
    this.ring()
  }
}
