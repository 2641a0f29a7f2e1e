import { afterEach, beforeEach, vi } from 'vitest'

/** Time of its own for all of a file's tests: it passes only when they say so. */
export function holdTime(): void {
  beforeEach(() => {
    const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as const
    vi.useFakeTimers({ toFake: [...toFake] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
}
