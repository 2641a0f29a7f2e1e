type Ticking = {
  /** Between two ticks, at the least. */
  readonly pause: () => number
  /** One tick, at this time in ms since 1970. Never called while another is at work. */
  readonly tick: (now: number) => Promise<void>
  readonly failed: (error: unknown) => void
}

/** When the next tick is: at once after a quiet spell, else a tick's time after the last (W-2). */
export class TickTimer {
  private readonly ticking: Ticking
  private timer: ReturnType<typeof setTimeout> | null = null
  /** When the timer fires; while a tick is at work, when the next one shall be. */
  private due = Infinity
  private working = false
  private last = -Infinity

  constructor(ticking: Ticking) {
    this.ticking = ticking
  }

  /** A tick now, or as soon as the one at work is done. */
  now(): void {
    this.set(-Infinity)
  }

  /** A tick as soon as one may be, and not before the time that is given. */
  soon(earliest = -Infinity): void {
    this.set(Math.max(earliest, this.last + this.ticking.pause()))
  }

  /** When what has changed by now is shown: soon, or just now. */
  next(now: number): number {
    return this.isSet ? Math.max(now, this.due) : now
  }

  /** There will be a tick. */
  get isSet(): boolean {
    return this.due < Infinity
  }

  /** A tick at this time, if none comes before it. */
  at(ms: number): void {
    this.set(Math.max(ms, this.last + this.ticking.pause()))
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.due = Infinity
  }

  private set(due: number): void {
    if (due >= this.due) return
    this.stop()
    this.due = due
    if (this.working) return
    const wait = due - Date.now()
    if (wait <= 0) this.start()
    else this.timer = setTimeout(() => this.start(), wait)
  }

  private start(): void {
    this.stop()
    this.working = true
    this.last = Date.now()
    void this.ticking
      .tick(this.last)
      .catch((error: unknown) => this.ticking.failed(error))
      .finally(() => this.done())
  }

  private done(): void {
    this.working = false
    const { due } = this
    this.due = Infinity
    if (due < Infinity) this.set(due)
  }
}
