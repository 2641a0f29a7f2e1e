type Ticking = {
  /** The least time between two ticks. */
  readonly pause: () => number
  /** Does one tick, at this time in ms since 1970. The timer never calls it while another tick is at work. */
  readonly tick: (now: number) => Promise<void>
  readonly failed: (error: unknown) => void
}

/** Decides when the next tick is: at once after a quiet spell, or else one pause after the last tick (W-2). */
export class TickTimer {
  private readonly ticking: Ticking
  private timer: ReturnType<typeof setTimeout> | null = null
  /** When the timer fires; while a tick is at work, when the next tick shall be. */
  private due = Infinity
  private working = false
  private last = -Infinity

  constructor(ticking: Ticking) {
    this.ticking = ticking
  }

  /** Asks for a tick now, or as soon as the one at work is done. */
  now(): void {
    this.set(-Infinity)
  }

  /** Asks for a tick as soon as the pause allows one, and not before `earliest`. */
  soon(earliest = -Infinity): void {
    this.set(Math.max(earliest, this.last + this.ticking.pause()))
  }

  /** The time at which a change made now will be shown. */
  next(now: number): number {
    return this.isSet ? Math.max(now, this.due) : now
  }

  get isSet(): boolean {
    return this.due < Infinity
  }

  /** Asks for a tick at this time, if none comes before it. */
  at(ms: number): void {
    this.set(Math.max(ms, this.last + this.ticking.pause()))
  }

  /**
   * Called by a tick whose writes took so long: the next tick comes when as much time has passed again, or a pause
   * later, whichever is earlier.
   */
  rest(ms: number): void {
    const pause = this.ticking.pause()
    this.last = Math.max(this.last, Date.now() + Math.min(ms, pause) - pause)
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
    if (due === -Infinity) this.now()
    else if (due < Infinity) this.at(due)
  }
}

/** Up to this many watchers are written to at the usual tick, and shown the run as soon as they join. */
export const FEW_WATCHERS = 400

/**
 * A write costs the same for a small frame as for a large one, so very many watchers get fewer and fuller frames.
 * From 400 watchers on the pause between two ticks grows with their number, so that the writes never take more than
 * the same part of the object's time: some 40 %, at 50 µs a write (W-2).
 */
export function pauseFor(watchers: number, tick_ms: number): number {
  return tick_ms * Math.max(1, watchers / FEW_WATCHERS)
}

/** So many writes follow each other: some 10 ms. */
export const SLICE = 200

/** Does the work for each item. After each slice of it, the object serves calls that have come meanwhile. */
export async function inSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
): Promise<void> {
  let done = 0
  for (const item of items) {
    if (done > 0 && done % SLICE === 0) await new Promise((resolve) => setTimeout(resolve, 0))
    done += 1
    work(item)
  }
}

/** Workers are asked to report this long before a tick: many reports come at once, and timers are a little late. */
const LEAD_MS = 30

type WorkerReport = {
  readonly now: number
  /** The tick that shows the worker's report. */
  readonly tick: number
  /** The time between two reports of a worker, and at least that between two ticks, in milliseconds. */
  readonly period: number
}

/** A tick before which workers were asked to report, and how many of their reports have not come. */
type Beat = { readonly at: number; missing: number }

/**
 * Keeps the reports of a run's workers in step with its ticks. Each worker is asked to report again shortly before
 * a tick, all of them before the same one, so that a report does not first wait for a later tick.
 */
export class Cadence {
  private now: Beat = { at: -Infinity, missing: 0 }
  private next: Beat = { at: -Infinity, missing: 0 }

  /** Called when a worker has reported. Returns in how many milliseconds the worker shall report again. */
  nextIn({ now, tick, period }: WorkerReport): number {
    if (this.next.at - now < period / 2) {
      this.now = this.next
      this.next = { at: tick + period, missing: 0 }
    }
    // A worker that was not asked to report counts as well: that can only make a tick earlier.
    this.now.missing -= 1
    this.next.missing += 1
    return Math.max(period / 4, this.next.at - now - LEAD_MS)
  }

  /** The earliest tick for the changes so far: the tick waits for reports that are due just now. */
  earliest(now: number): number {
    const { at, missing } = this.next.at - now <= LEAD_MS ? this.next : this.now
    return missing > 0 && at - now <= LEAD_MS ? Math.max(now, at) : now
  }

  /** Delays a tick to the next one that workers were asked to report for, so that one frame carries both. */
  beside(due: number): number {
    const { at, missing } = this.next
    return missing > 0 && due < at ? at : due
  }
}

/**
 * Decides when watchers are sent the run's `progress`: at most every `pause_ms`, and only if the state has changed
 * (EV-6).
 */
export class ProgressTurns {
  private readonly pause_ms: number
  private last = -Infinity
  private told = -1

  constructor(pause_ms: number) {
    this.pause_ms = pause_ms
  }

  /**
   * Whether watchers are sent the `progress` of the state at `seq` now. If it is too soon, returns the time from
   * which they may be.
   */
  take(seq: number, now: number): 'now' | 'no' | { readonly due: number } {
    if (seq === this.told) return 'no'
    const due = this.last + this.pause_ms
    if (now < due) return { due }
    this.last = now
    this.told = seq
    return 'now'
  }

  /** Lets the next `take` send `progress` even if the state has not changed. */
  again(): void {
    this.told = -1
  }
}
