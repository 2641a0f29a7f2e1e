import { ChildSignal, untilAborted } from './signals.ts'

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
    clearTimeout(this.#id)
    this.#id = undefined
  }
}

/** Resolves after the time, or as soon as the signal is aborted. It leaves no timer and no listener. */
export async function wait(ms: number, parent: AbortSignal): Promise<void> {
  const { signal, abort } = new ChildSignal(parent)
  const timer = setTimeout(abort, ms)
  await untilAborted(signal)
  clearTimeout(timer)
}
