/** A signal that is aborted with another one, or by itself; once it is, it has left no listener. */
export class ChildSignal {
  readonly #controller = new AbortController()
  readonly signal = this.#controller.signal
  readonly #parent: AbortSignal

  constructor(parent: AbortSignal) {
    this.#parent = parent
    parent.addEventListener('abort', this.#follow)
    if (parent.aborted) this.#follow()
  }

  readonly end = (reason?: unknown): void => {
    this.#parent.removeEventListener('abort', this.#follow)
    this.#controller.abort(reason)
  }

  readonly #follow = (): void => this.end(this.#parent.reason)
}
