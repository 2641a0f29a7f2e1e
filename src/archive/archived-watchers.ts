import { RunProgress } from '../durable/run/progress.ts'
import type { Run } from '../durable/run/run-state.ts'
import { ExpiryTimer } from '../durable/watch/expiry-timer.ts'
import type { Frame } from '../durable/watch/frame.ts'
import { subscriptionAt } from '../durable/watch/position.ts'
import type { Refusal, Sink } from '../durable/watch/sink.ts'
import {
  type Arrival,
  STALLED_MS,
  type Watcher,
  type WatcherRegistry,
} from '../durable/watch/watchers.ts'
import { describeError, type Log } from '../log.ts'
import type { Settings } from '../settings.ts'
import type { ArchivedFrames } from './archived-frames.ts'

type ArchivedWatchersParts = {
  readonly run: Run
  readonly frames: ArchivedFrames
  readonly settings: Settings
  readonly log: Log
}

/**
 * The watchers of an archived run. The run cannot change, so there are no ticks: whenever a watcher has room,
 * its next frame is read and sent, until it has the terminal status.
 */
export class ArchivedWatchers implements WatcherRegistry {
  private readonly parts: ArchivedWatchersParts
  private readonly progress: RunProgress
  private readonly watchers = new Map<Watcher, ReturnType<typeof setTimeout>>()
  /** Those whose next frame is being read. */
  private readonly awaited = new Set<Watcher>()
  private readonly expiries = new ExpiryTimer(() => this.expire())

  constructor(parts: ArchivedWatchersParts) {
    this.parts = parts
    this.progress = new RunProgress(parts.settings)
  }

  /** Registers a watcher. Its first frame is sent once the caller holds the watcher. */
  add(sink: Sink, arrival: Arrival): Watcher {
    const watcher: Watcher = { ...arrival, sink, behind: null, pages: null, ask_again_ms: null }
    this.watchers.set(watcher, this.stallTimer(watcher))
    if (watcher.until !== undefined) this.expiries.add(watcher.until)
    queueMicrotask(() => void this.deliver(watcher))
    return watcher
  }

  /** Removes a watcher, whatever ended it (W-7). */
  remove(watcher: Watcher): void {
    this.clearStall(watcher)
    if (this.watchers.delete(watcher) && watcher.until !== undefined) this.expiries.remove()
  }

  drained(watcher: Watcher): void {
    void this.deliver(watcher)
  }

  /** Reads and sends one frame after another while the watcher has room. */
  private async deliver(watcher: Watcher): Promise<void> {
    if (this.awaited.has(watcher)) return
    this.awaited.add(watcher)
    try {
      while (this.watchers.has(watcher) && watcher.sink.hasRoom()) {
        const frame = await this.nextFrame(watcher)
        if (this.watchers.has(watcher)) this.show(watcher, frame)
      }
    } catch (error) {
      const { run, log } = this.parts
      const { owner, run_id } = run
      const fields = { owner, run_id, error: describeError(error) }
      log(
        'error',
        'an archived run could not be shown; its watcher is closed and will resume',
        fields,
      )
      if (this.watchers.has(watcher)) this.cut(watcher)
    } finally {
      this.awaited.delete(watcher)
    }
  }

  private show(watcher: Watcher, frame: Frame): void {
    const { sink, subscription } = watcher
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
  private async nextFrame({ subscription: { position, options } }: Watcher): Promise<Frame> {
    const { run, frames } = this.parts
    const frame = await frames.frame(position, options)
    if (frame.final || (position.kind !== 'new' && position.kind !== 'resumed')) return frame
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
