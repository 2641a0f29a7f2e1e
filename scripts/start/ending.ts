const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** The one end of a command: by a signal, or by its own `end`, whichever comes first. */
export class Ending {
  readonly #close: () => Promise<void>
  #begun = false

  /** `close` is called once. A second signal does not wait for it. */
  constructor(close: () => Promise<void>) {
    this.#close = close
    for (const signal of SIGNALS)
      process.on(signal, () => {
        if (this.#begun) process.exit(1)
        void this.end(0)
      })
  }

  /** Whether the end has begun: what fails from then on is no failure of its own. */
  get begun(): boolean {
    return this.#begun
  }

  /** Ends everything in good order, and this process with `code`. */
  async end(code: number): Promise<void> {
    this.#begun = true
    try {
      await this.#close()
    } finally {
      process.exit(code)
    }
  }
}
