const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Ends a command once: at a signal or at a call of `end`, whichever comes first. */
export class Ending {
  readonly #close: () => Promise<void>
  #begun = false

  /** Calls `close` once. A second signal exits without waiting for `close`. */
  constructor(close: () => Promise<void>) {
    this.#close = close
    for (const signal of SIGNALS)
      process.on(signal, () => {
        if (this.#begun) process.exit(1)
        void this.end(0)
      })
  }

  /** True when the end has begun. An error after that is a consequence of the end, not its cause. */
  get begun(): boolean {
    return this.#begun
  }

  /** Closes everything in order, and exits with `code`. */
  async end(code: number): Promise<void> {
    this.#begun = true
    try {
      await this.#close()
    } finally {
      process.exit(code)
    }
  }
}
