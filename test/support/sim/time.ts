import { afterEach, beforeEach, vi } from 'vitest'

/** Replaces the clock for all tests of a file. Time passes only when a test says so. */
export function holdTime(): void {
  beforeEach(() => {
    const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] as const
    vi.useFakeTimers({ toFake: [...toFake] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })
}
