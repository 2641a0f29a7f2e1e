/** One timeout. Setting it again replaces it. */
export class Timer {
  #id: ReturnType<typeof setTimeout> | undefined

  get isSet(): boolean {
    return this.#id !== undefined
  }

  set(ms: number, ring: () => void): void {
    this.clear()
    this.#id = setTimeout(() => {
      this.#id = undefined
      ring()
    }, ms)
  }

  clear(): void {
    if (this.#id !== undefined) clearTimeout(this.#id)
    this.#id = undefined
  }
}

/** Resolves after the time, or as soon as the signal is aborted. It leaves no timer and no listener. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
