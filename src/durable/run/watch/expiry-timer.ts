/** No timer is set for longer: it would fire at once. */
const LONGEST_MS = 2 ** 31 - 1

/** One timer for the earliest of many times at which somebody's token ends, in ms since 1970. */
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

  /** One of them is gone. The last takes the timer along, which would keep the object awake. */
  remove(): void {
    this.count -= 1
    if (this.count === 0) this.clear()
  }

  /** Rings at this time, or before it if it is set for earlier. */
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
