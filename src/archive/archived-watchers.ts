import type { Run } from '../durable/run/run-state.ts'
import type { ShownRows } from '../durable/run/store/run-store.ts'
import { ExpiryTimer } from '../durable/run/watch/expiry-timer.ts'
import type { Frame } from '../durable/run/watch/frame.ts'
import { subscriptionAt } from '../durable/run/watch/position.ts'
import { RunProgress } from '../durable/run/watch/progress.ts'
import { RunFrames } from '../durable/run/watch/run-broadcast.ts'
import type { Refusal, Sink } from '../durable/run/watch/sink.ts'
import {
  type Arrival,
  STALLED_MS,
  type Watcher,
  type WatcherRegistry,
} from '../durable/run/watch/watchers.ts'
import { describeError, type Log } from '../log.ts'
import type { Settings } from '../settings.ts'

type ArchivedWatchersParts = {
  readonly run: Run
  readonly rows: ShownRows
  readonly settings: Settings
  readonly log: Log
}

/**
 * The watchers of an archived run. The run cannot change, so there are no ticks: each watcher is sent frames
 * whenever it has room, until it has the terminal status.
 */
export class ArchivedWatchers implements WatcherRegistry {
  private readonly parts: ArchivedWatchersParts
  private readonly frames: RunFrames
  private readonly progress: RunProgress
  private readonly watchers = new Map<Watcher, ReturnType<typeof setTimeout>>()
  private readonly expiries = new ExpiryTimer(() => this.expire())

  constructor(parts: ArchivedWatchersParts) {
    this.parts = parts
    this.frames = new RunFrames(parts.rows, parts.settings.page_bytes)
    this.progress = new RunProgress(parts.settings)
  }

  /** Registers a watcher. Its first frame is sent once the caller holds the watcher. */
  add(sink: Sink, arrival: Arrival): Watcher {
    const watcher: Watcher = { ...arrival, sink, behind: null, pages: null }
    this.watchers.set(watcher, this.stallTimer(watcher))
    if (watcher.until !== undefined) this.expiries.add(watcher.until)
    queueMicrotask(() => this.deliver(watcher))
    return watcher
  }

  /** Removes a watcher, whatever ended it (W-7). */
  remove(watcher: Watcher): void {
    this.clearStall(watcher)
    if (this.watchers.delete(watcher) && watcher.until !== undefined) this.expiries.remove()
  }

  drained(watcher: Watcher): void {
    this.deliver(watcher)
  }

  private deliver(watcher: Watcher): void {
    try {
      while (this.watchers.has(watcher) && watcher.sink.hasRoom()) this.show(watcher)
    } catch (error) {
      const { run, log } = this.parts
      const { owner, run_id } = run
      const fields = { owner, run_id, error: describeError(error) }
      log(
        'error',
        'an archived run could not be shown; its watcher is closed and will resume',
        fields,
      )
      this.cut(watcher)
    }
  }

  private show(watcher: Watcher): void {
    const { sink, subscription } = watcher
    const frame = this.nextFrame(watcher)
    watcher.subscription = subscriptionAt(frame.to, subscription.options)
    this.clearStall(watcher)
    this.watchers.set(watcher, this.stallTimer(watcher))
    if (!sink.write(frame)) this.remove(watcher)
    else if (frame.final) {
      this.remove(watcher)
      sink.end()
    }
  }

  /**
   * Makes the next frame of a watcher. A watcher that joins also gets the run's `progress`, which a frame with the
   * run's end already has.
   */
  private nextFrame({ subscription }: Watcher): Frame {
    const { run } = this.parts
    const { kind } = subscription.position
    const frame = this.frames.frame(run, subscription, false)
    if (frame.final || (kind !== 'new' && kind !== 'resumed')) return frame
    return frame.with(this.progress.frame({ run, entries: [], now: Date.now() }))
  }

  /** Cuts a watcher that takes nothing for too long (W-7). */
  private stallTimer(watcher: Watcher): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.cut(watcher), STALLED_MS)
  }

  private clearStall(watcher: Watcher): void {
    const timer = this.watchers.get(watcher)
    if (timer !== undefined) clearTimeout(timer)
  }

  private expire(): void {
    const now = Date.now()
    for (const watcher of this.watchers.keys()) {
      const { until = Infinity } = watcher
      if (until <= now) this.cut(watcher, 'expired')
      else this.expiries.set(until)
    }
  }

  private cut(watcher: Watcher, why?: Refusal): void {
    this.remove(watcher)
    watcher.sink.cut(why)
  }
}
