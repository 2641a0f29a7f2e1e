/** A signal that is aborted by its parent or by itself. Afterwards it listens to the parent no more. */
export class ChildSignal {
  readonly #controller = new AbortController()
  readonly signal = this.#controller.signal
  readonly #parent: AbortSignal

  constructor(parent: AbortSignal) {
    this.#parent = parent
    parent.addEventListener('abort', this.abort)
    if (parent.aborted) this.abort()
  }

  readonly abort = (): void => {
    this.#parent.removeEventListener('abort', this.abort)
    this.#controller.abort()
  }
}

/** Resolves when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
