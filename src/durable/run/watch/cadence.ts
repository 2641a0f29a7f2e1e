/** So long before a tick reports shall come: many may come at once, and timers are a little late. */
const LEAD_MS = 30

type Told = {
  readonly now: number
  /** The tick that shows what was told just now. */
  readonly tick: number
  /** Between two reports of a worker, and not less than between two ticks, in milliseconds. */
  readonly period: number
}

/** A tick before which workers were told to report, and how many of them have not. */
type Beat = { readonly at: number; missing: number }

/**
 * The reports of a run's workers in step with its ticks: each is told to come again shortly before
 * one, so that what it says does not wait for a tick as well, and all of them before the same one.
 */
export class Cadence {
  private now: Beat = { at: -Infinity, missing: 0 }
  private next: Beat = { at: -Infinity, missing: 0 }

  /** A worker has reported: in how many milliseconds it shall again. */
  nextIn({ now, tick, period }: Told): number {
    if (this.next.at - now < period / 2) {
      this.now = this.next
      this.next = { at: tick + period, missing: 0 }
    }
    // Whoever was not told to come counts as well, and can only make a tick earlier.
    this.now.missing -= 1
    this.next.missing += 1
    return Math.max(period / 4, this.next.at - now - LEAD_MS)
  }

  /** The earliest tick for what has come by now: it waits for those who are due this very moment. */
  earliest(now: number): number {
    const { at, missing } = this.next.at - now <= LEAD_MS ? this.next : this.now
    return missing > 0 && at - now <= LEAD_MS ? Math.max(now, at) : now
  }

  /** What is due then and can wait a little goes out with the reports that come after it. */
  beside(due: number): number {
    const { at, missing } = this.next
    return missing > 0 && due < at ? at : due
  }
}
