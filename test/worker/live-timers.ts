import { vi } from 'vitest'

/** The timers of this isolate, including the objects', that are set and have not fired. */
export class LiveTimers {
  private readonly timeouts = new Set<unknown>()
  private readonly intervals = new Set<unknown>()

  /** Counts the timers that are set from now on. */
  constructor() {
    const { setTimeout, clearTimeout, setInterval, clearInterval } = globalThis
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((work, ms, ...rest) => {
      const timer = setTimeout(() => {
        this.timeouts.delete(timer)
        Reflect.apply(work, undefined, rest)
      }, ms)
      this.timeouts.add(timer)
      return timer
    })
    vi.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
      this.timeouts.delete(timer)
      clearTimeout(timer)
    })
    vi.spyOn(globalThis, 'setInterval').mockImplementation((work, ms, ...rest) => {
      const timer = setInterval(() => Reflect.apply(work, undefined, rest), ms)
      this.intervals.add(timer)
      return timer
    })
    vi.spyOn(globalThis, 'clearInterval').mockImplementation((timer) => {
      this.intervals.delete(timer)
      clearInterval(timer)
    })
  }

  get count(): number {
    return this.timeouts.size + this.intervals.size
  }
}
