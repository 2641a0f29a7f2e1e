/** A timer that is set for longer fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** One timer for many tokens: it is set for the earliest time at which one of them ends, in ms since 1970. */
export class ExpiryTimer {
  private readonly ring: () => void
  private timer: ReturnType<typeof setTimeout> | null = null
  private due = Infinity
  private count = 0

  constructor(ring: () => void) {
    this.ring = ring
  }

  add(until: number): void {
    this.count += 1
    this.set(until)
  }

  /** Counts down the watchers. Clears the timer after the last one, because a timer keeps the object awake. */
  remove(): void {
    this.count -= 1
    if (this.count === 0) this.clear()
  }

  /** Rings at this time, unless the timer is set for an earlier one. */
  set(until: number): void {
    if (until >= this.due) return
    this.clear()
    this.due = until
    this.timer = setTimeout(() => this.fire(), Math.min(until - Date.now(), LONGEST_MS))
  }

  private fire(): void {
    this.clear()
    this.ring()
  }

  private clear(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.due = Infinity
  }
}
