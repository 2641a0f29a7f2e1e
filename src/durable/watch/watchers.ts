import { heartbeat } from '../../protocol/sse.ts'
import type { Settings } from '../../settings.ts'
import type { Frame, Standing, Wanted } from './frames.ts'

/** Where a watcher's bytes go. */
export type Sink = {
  /** Whether it takes more now; when it does again, the owner calls `Watchers.drained`. */
  hasRoom(): boolean
  /** False: nobody reads it any more. */
  write(bytes: Uint8Array): boolean
  close(): void
}

/** One live connection: a sink and what it has been shown. Nothing is queued for it (W-1). */
export type Watcher = {
  readonly sink: Sink
  /** Null: it has been shown nothing. */
  standing: Standing | null
  /** Whether it asked for the run's log as well. */
  readonly log: boolean
  /** A change was not written because the sink had no room. */
  behind: boolean
}

/** What is watched: a state at a rising seq, and the diff to it from any standing. */
export type Watched = {
  seq(): number
  ended(): boolean
  frame(standing: Standing | null, wanted: Wanted): Frame
  ticked(seq: number): void
  /** The last watcher is gone. */
  forget(): void
  /** Resolves when all that frames so far speak of is durable (W-11). */
  synced(): Promise<void>
  /** Told once when a tick could not be done; its watchers are closed, and will resume. */
  failed(error: unknown): void
}

type Timing = Pick<Settings, 'tick_ms' | 'relist_ms' | 'heartbeat_ms'>

/**
 * All watchers of one run. A change is folded for a tick, then each standing gets its one frame,
 * however many watchers share it. Whoever has no room is passed over, and gets one diff later.
 */
export class Watchers {
  private readonly watchers = new Set<Watcher>()
  private readonly watched: Watched
  private readonly timing: Timing
  private readonly pulse = new TextEncoder().encode(heartbeat)
  private timer: ReturnType<typeof setTimeout> | null = null
  /** When the timer fires. */
  private due = 0
  private beat: ReturnType<typeof setInterval> | null = null
  private ticking = false
  private again = false
  private lastTick = -Infinity
  private lastListing = -Infinity
  /** Some watcher has not been shown all jobs: a later tick lists them. */
  private owed = false

  constructor(watched: Watched, timing: Timing) {
    this.watched = watched
    this.timing = timing
  }

  get size(): number {
    return this.watchers.size
  }

  /** Registers a watcher and shows it the state, with no await in between (W-3). */
  add(sink: Sink, { standing, log }: Pick<Watcher, 'standing' | 'log'>): Watcher {
    const watcher = { sink, standing, log, behind: true }
    this.watchers.add(watcher)
    this.beat ??= setInterval(() => this.heartbeat(), this.timing.heartbeat_ms)
    this.startTick()
    return watcher
  }

  /** Gone, for whatever reason (W-7). */
  remove(watcher: Watcher): void {
    if (!this.watchers.delete(watcher) || this.watchers.size > 0) return
    this.watched.forget()
    this.stopTimer()
    if (this.beat !== null) clearInterval(this.beat)
    this.beat = null
  }

  /** The sink has room again: one diff brings it to now. */
  drained(watcher: Watcher): void {
    if (watcher.behind) this.schedule(this.timing.tick_ms)
  }

  /** The state has a new seq: shown at once after a quiet spell, else with the next tick (W-2). */
  changed(): void {
    if (this.watchers.size > 0) this.schedule(this.timing.tick_ms)
  }

  /** A tick at this time after the last one, or earlier if one is due already. */
  private schedule(after_ms: number): void {
    if (this.ticking) this.again = true
    const due = this.lastTick + after_ms
    if (this.ticking || (this.timer !== null && this.due <= due)) return
    this.stopTimer()
    this.due = due
    const wait = due - Date.now()
    if (wait <= 0) this.startTick()
    else this.timer = setTimeout(() => this.startTick(), wait)
  }

  private stopTimer(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
  }

  private startTick(): void {
    if (this.ticking) {
      this.again = true
      return
    }
    this.stopTimer()
    this.ticking = true
    this.again = false
    void this.tick()
      .catch((error: unknown) => this.giveUp(error))
      .finally(() => this.ticked())
  }

  private ticked(): void {
    this.ticking = false
    if (this.watchers.size === 0) return
    if (this.again) this.schedule(this.timing.tick_ms)
    else if (this.owed) {
      const { tick_ms, relist_ms } = this.timing
      this.schedule(Math.max(tick_ms, this.lastListing + relist_ms - this.lastTick))
    }
  }

  private giveUp(error: unknown): void {
    this.watched.failed(error)
    for (const watcher of this.watchers) this.end(watcher)
  }

  /** Encodes, waits until it is durable, writes. Between the first and the last, nobody's standing moves. */
  private async tick(): Promise<void> {
    this.lastTick = Date.now()
    const frames = this.frames()
    this.watched.ticked(this.watched.seq())
    const ended = this.watched.ended()
    await this.watched.synced()
    for (const [watcher, frame] of frames) {
      if (!this.watchers.has(watcher)) continue
      this.show(watcher, frame)
      if (ended) this.end(watcher)
    }
  }

  private show(watcher: Watcher, frame: Frame): void {
    watcher.standing = frame.to
    watcher.behind = false
    if (frame.bytes.length > 0 && !watcher.sink.write(frame.bytes)) this.remove(watcher)
  }

  /** The frame of each watcher that has room, made once for each standing. */
  private frames(): [Watcher, Frame][] {
    const relist = this.lastTick - this.lastListing >= this.timing.relist_ms
    const made = new Map<string, Frame>()
    const pairs: [Watcher, Frame][] = []
    this.owed = false
    for (const watcher of this.watchers) {
      if (!watcher.sink.hasRoom()) {
        watcher.behind = true
        continue
      }
      const { standing, log } = watcher
      // One for each variant that is asked for.
      const key = `${log ? 'log ' : ''}${standing?.key ?? ''}`
      const frame = made.get(key) ?? this.watched.frame(standing, { relist, log })
      made.set(key, frame)
      // Those who come or resume are listed apart, and put off nobody's turn.
      if (frame.listed && standing?.resuming === false) this.lastListing = this.lastTick
      if (frame.unlisted) this.owed = true
      pairs.push([watcher, frame])
    }
    return pairs
  }

  /** The final state and the terminal status are written: only now is it closed (W-8). */
  private end(watcher: Watcher): void {
    this.remove(watcher)
    watcher.sink.close()
  }

  private heartbeat(): void {
    for (const watcher of this.watchers) {
      if (watcher.sink.hasRoom() && !watcher.sink.write(this.pulse)) this.remove(watcher)
    }
  }
}
