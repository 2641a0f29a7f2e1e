import type { Settings } from '../../settings.ts'
import { ExpiryTimer } from './expiry-timer.ts'
import type { Frame } from './frame.ts'
import { Places } from './places.ts'
import { type Subscription, subscriptionAt } from './position.ts'
import type { Refusal, Sink } from './sink.ts'
import { Cadence, FEW_WATCHERS, inSlices, pauseFor, ProgressTurns, TickTimer } from './ticks.ts'
import type { Watched } from './watched.ts'

/** One live connection: a sink and a position. Nothing is queued for a watcher (W-1). */
export type Watcher = Arrival & {
  readonly sink: Sink
  subscription: Subscription
  /** Since when the sink has had no room, in ms since 1970; null: the watcher has been shown all there is. */
  behind: number | null
  /** How the pages of a listing go on: sent as fast as the sink takes them, or with the next tick; null: it has none. */
  pages: 'turning' | 'last' | null
  /**
   * Set if there is no place for the watcher: it is brought up to date and closed, and its client asks again after so
   * many ms (W-13).
   */
  readonly ask_again_ms: number | null
}

export type Arrival = {
  readonly subscription: Subscription
  /** The watch token that the watcher came with, if it came with one (W-12). */
  readonly token_id?: string
  /** When the watcher's token expires, in ms since 1970 (W-12). */
  readonly until?: number
  /** Set for a poll: added jobs are listed at once, since a poll takes one answer and leaves. */
  readonly at_once?: boolean
  /** Set for a poll that does not wait: it needs no place (W-13). */
  readonly passes?: boolean
}

/** The calls for the owner of a sink. */
export type WatcherRegistry = Pick<Watchers, 'add' | 'remove' | 'drained'>

/** How long a watcher may read nothing before it is cut off (W-7). */
export const STALLED_MS = 300_000

type WatchTiming = Pick<
  Settings,
  | 'tick_ms'
  | 'relist_ms'
  | 'relist_rate_bytes'
  | 'heartbeat_ms'
  | 'progress_ms'
  | 'watchers_max'
  | 'poll_again_ms'
>

/** A frame of this tick, and its watchers' position after it: one object for all watchers that share it. */
type Delivery = { readonly frame: Frame; readonly next: Subscription }

/**
 * All watchers of one run. Changes are folded for a tick; then each position gets one frame, however many
 * watchers share it. A watcher without room is passed over, and gets one diff later.
 */
export class Watchers {
  private readonly watchers = new Set<Watcher>()
  private readonly watched: Watched
  private readonly timing: WatchTiming
  private readonly timer: TickTimer
  private readonly cadence = new Cadence()
  private readonly expiries = new ExpiryTimer(() => this.expire())
  private beat: ReturnType<typeof setInterval> | null = null
  private lastListing = -Infinity
  /** The least time from the last listing to the next, which grows with the size of the listing. */
  private relist_ms: number
  private readonly progressTurns: ProgressTurns
  private readonly places: Places
  /** How many watchers need a pulse: while there are none, no timer keeps the object awake. */
  private pulsed = 0

  constructor(watched: Watched, timing: WatchTiming) {
    this.watched = watched
    this.timing = timing
    this.relist_ms = timing.relist_ms
    this.progressTurns = new ProgressTurns(timing.progress_ms)
    this.places = new Places(timing, () => watched.standsStill?.() === true)
    this.timer = new TickTimer({
      pause: () => this.pause,
      tick: (now) => this.tick(now),
      failed: (error) => this.giveUp(error),
    })
  }

  get size(): number {
    return this.watchers.size
  }

  private get pause(): number {
    return pauseFor(this.watchers.size, this.timing.tick_ms)
  }

  /**
   * Registers a watcher. The caller took the watcher's position without an await before this call (W-3); the next
   * tick sends everything from that position on. That tick comes at once, but not for each of very many that come.
   */
  add(sink: Sink, arrival: Arrival): Watcher {
    const now = Date.now()
    const ask_again_ms =
      arrival.passes === true ? this.places.look(now) : this.places.take(now, sink.sleeps)
    const watcher: Watcher = { ...arrival, sink, behind: now, pages: null, ask_again_ms }
    this.watchers.add(watcher)
    if (sink.needsPulse) {
      this.pulsed += 1
      this.beat ??= setInterval(() => void this.pulse(), this.timing.heartbeat_ms)
    }
    if (arrival.until !== undefined) {
      if (this.isAsleep(watcher)) this.watched.wakeAt?.(arrival.until)
      else this.expiries.add(arrival.until)
    }
    if (this.watchers.size > FEW_WATCHERS) this.timer.soon()
    else this.timer.now()
    return watcher
  }

  /** Removes a watcher that has gone or is cut (W-7). */
  remove(watcher: Watcher): void {
    if (!this.watchers.delete(watcher)) return
    if (watcher.ask_again_ms === null && watcher.passes !== true) this.places.free()
    if (watcher.sink.needsPulse) this.pulsed -= 1
    if (watcher.until !== undefined && !this.isAsleep(watcher)) this.expiries.remove()
    if (this.beat !== null && this.pulsed === 0) {
      clearInterval(this.beat)
      this.beat = null
    }
    if (this.watchers.size > 0) return
    this.timer.stop()
    this.watched.forget()
  }

  /** Closes the connections that were opened with a watch token (W-12). */
  revoke(token_id: string): void {
    for (const watcher of this.watchers) {
      if (watcher.token_id === token_id) this.cut(watcher, 'revoked')
    }
  }

  /** Ends the watchers whose tokens have expired, and sets the timer for the others (W-12). */
  expire(): void {
    const now = Date.now()
    for (const watcher of this.watchers) {
      const { until = Infinity } = watcher
      if (until <= now) this.cut(watcher, 'expired')
      else if (!this.isAsleep(watcher)) this.expiries.set(until)
    }
  }

  /** When `expire` is due next for watchers that no timer is set for; undefined if there are none. */
  wakeDue(): number | undefined {
    let due = Infinity
    for (const watcher of this.watchers) {
      if (this.isAsleep(watcher)) due = Math.min(due, watcher.until ?? Infinity)
    }
    return due === Infinity ? undefined : due
  }

  /** Cuts all watchers, because the run is no longer in this object. They shall connect again, unless `why` says no. */
  cutAll(why?: Refusal): void {
    for (const watcher of this.watchers) this.cut(watcher, why)
    this.timer.stop()
  }

  /** Called when the watcher's sink has room again. One diff brings the watcher up to date. */
  drained(watcher: Watcher): void {
    if (isPaging(watcher) && watcher.pages === null) void this.turnPages(watcher)
    else if (watcher.behind !== null) this.timer.soon()
  }

  /**
   * Called when the state has a new seq. The watchers are shown the state at once after a quiet spell, and else
   * with the next tick (W-2).
   */
  changed(): void {
    if (this.watchers.size === 0) return this.watched.forget()
    this.timer.soon(this.cadence.earliest(Date.now()))
  }

  /**
   * Called when a worker has reported, as it does every `every_ms`. Returns in how many ms the worker best reports
   * again, or undefined if nobody watches.
   */
  reportIn(every_ms: number): number | undefined {
    if (this.watchers.size === 0) return undefined
    const now = Date.now()
    const period = Math.max(every_ms, this.pause)
    const wait_ms = this.cadence.nextIn({ now, tick: this.timer.next(now), period })
    // The tick may have waited only for this report.
    if (this.timer.isSet) this.changed()
    return wait_ms
  }

  /** Sends the watchers a new `progress`: it may change while the state does not. */
  again(): void {
    if (this.watchers.size === 0) return
    this.progressTurns.again()
    this.timer.soon()
  }

  /**
   * Makes the frames, waits until storage is synced, and writes the frames. No watcher's position changes in
   * between. The object serves other calls after each slice of writes, and again as long as all writes took: a worker
   * that waited for many watchers would lose its lease.
   */
  private async tick(now: number): Promise<void> {
    const deliveries = this.deliveries(now)
    this.watched.ticked()
    if (deliveries.length === 0) return
    await this.watched.synced()
    const began = Date.now()
    await inSlices(deliveries, ([watcher, delivery]) => {
      if (this.watchers.has(watcher)) this.show(watcher, delivery)
    })
    this.timer.rest(Date.now() - began)
  }

  private show(watcher: Watcher, { frame, next }: Delivery): void {
    watcher.subscription = next
    watcher.behind = null
    if (watcher.pages === 'last') watcher.pages = null
    if (frame.isEmpty) watcher.sink.nothing?.()
    else if (!watcher.sink.write(frame)) this.remove(watcher)
    else if (frame.final) this.end(watcher)
    if (!frame.unlisted) this.turnAway(watcher)
    // The next page is sent when the watcher has taken this one.
    if (next.position.kind !== 'paging') return
    watcher.behind = Date.now()
    void this.turnPages(watcher)
  }

  /**
   * Sends the pages of a listing as fast as the watcher takes them: 100,000 jobs have 40 pages, which took two
   * seconds at one page a tick. The last page goes out with a tick, so that the watcher then stands where others do.
   */
  private async turnPages(watcher: Watcher): Promise<void> {
    if (watcher.pages !== null) return
    watcher.pages = 'turning'
    try {
      while (this.watchers.has(watcher) && watcher.sink.hasRoom()) {
        const delivery = this.delivery(watcher, { relist: false, progress: undefined })
        if (delivery.next.position.kind !== 'paging') {
          watcher.pages = 'last'
          return this.timer.soon()
        }
        await this.watched.synced()
        if (this.watchers.has(watcher)) this.show(watcher, delivery)
      }
      watcher.pages = null
    } catch (error) {
      this.watched.failed(error)
      this.cut(watcher)
    }
  }

  /** The frame for each watcher that has room, made once for each position. */
  private deliveries(now: number): [Watcher, Delivery][] {
    const relist = now - this.lastListing >= this.relist_ms
    const progress = this.progress(now)
    const made = new Map<string, Delivery>()
    const deliveries: [Watcher, Delivery][] = []
    for (const watcher of this.watchers) {
      if (!watcher.sink.hasRoom()) {
        this.passOver(watcher, now)
        continue
      }
      if (watcher.pages === 'turning') continue
      if (isPaging(watcher)) watcher.pages = 'last'
      const { subscription, at_once = false } = watcher
      const key = at_once ? `at once ${subscription.key}` : subscription.key
      const delivery =
        made.get(key) ?? this.delivery(watcher, { relist: relist || at_once, progress })
      made.set(key, delivery)
      this.planListing(watcher, delivery, now)
      deliveries.push([watcher, delivery])
    }
    return deliveries
  }

  /** Plans the tick that lists the jobs which a frame left out: at once for a lean watcher, or else after a pause. */
  private planListing(
    { subscription, at_once }: Watcher,
    { frame, next }: Delivery,
    now: number,
  ): void {
    const { position, options } = subscription
    // A listing for a watcher that joins or resumes does not delay the listings of others.
    if (frame.listed && position.kind === 'shown' && at_once !== true) {
      this.lastListing = now
      this.relist_ms = Math.max(this.timing.relist_ms, this.listingTime(frame))
    }
    if (!frame.unlisted || next.position.kind !== 'shown') return
    this.timer.at(options.lean ? now : Math.max(now, this.lastListing + this.relist_ms))
  }

  /** How many milliseconds a listing takes at the rate of bytes that a watcher is sent listings at. */
  private listingTime({ events }: Frame): number {
    const listings = events.filter(({ event }) => event === 'all_jobs')
    const bytes = listings.reduce((sum, { data }) => sum + data.length, 0)
    return (bytes * 1_000) / this.timing.relist_rate_bytes
  }

  /** Makes a watcher's frame. A watcher that joins also gets `progress`; the others get it when it is due. */
  private delivery(
    { subscription, at_once }: Watcher,
    told: { relist: boolean; progress: Frame | undefined },
  ): Delivery {
    const frame = this.watched.frame(subscription, told.relist)
    const next = subscriptionAt(frame.to, subscription.options)
    const { kind } = subscription.position
    const arrives = kind === 'new' || kind === 'resumed'
    const progress = told.progress ?? (arrives ? this.watched.progress() : undefined)
    // Nothing comes after the run's end, and a poll must not be answered with a `progress` only.
    const hides = frame.final || (at_once === true && frame.isEmpty)
    return { frame: progress === undefined || hides ? frame : frame.with(progress), next }
  }

  private progress(now: number): Frame | undefined {
    if (this.watchers.size === 0) return undefined
    const turn = this.progressTurns.take(this.watched.seq(), now)
    if (turn === 'now') return this.watched.progress()
    if (turn !== 'no') this.timer.at(this.cadence.beside(turn.due))
    return undefined
  }

  /**
   * Passes over a watcher without room. The watcher gets one diff when its sink has room again. If that takes too
   * long, the watcher is cut (W-7).
   */
  private passOver(watcher: Watcher, now: number): void {
    watcher.behind ??= now
    if (now - watcher.behind >= STALLED_MS) this.cut(watcher)
  }

  private giveUp(error: unknown): void {
    this.watched.failed(error)
    for (const watcher of this.watchers) this.cut(watcher)
  }

  /** Closes a watcher, but only after the final state and the terminal status were written (W-8). */
  private end(watcher: Watcher): void {
    this.remove(watcher)
    watcher.sink.end()
  }

  /** Closes a watcher that found no place and was brought up to date, or a stream that has to leave its place (W-13). */
  private turnAway(watcher: Watcher): void {
    if (!this.watchers.has(watcher)) return
    const { sink } = watcher
    const leaves_ms = sink.needsPulse ? this.places.leave(Date.now()) : null
    const ask_again_ms = watcher.ask_again_ms ?? leaves_ms
    if (ask_again_ms === null) return
    this.remove(watcher)
    sink.turnAway(ask_again_ms)
  }

  /**
   * Whether the object may sleep while this watcher is connected. The object's alarm then cuts the watcher when
   * its token expires.
   */
  private isAsleep({ sink }: Watcher): boolean {
    return sink.sleeps === true && this.watched.wakeAt !== undefined
  }

  private cut(watcher: Watcher, why?: Refusal): void {
    this.remove(watcher)
    watcher.sink.cut(why)
  }

  /** Sends signs of life and `progress`, and cuts watchers that have read nothing for long (W-7). */
  private async pulse(): Promise<void> {
    await inSlices(this.watchers, (watcher) => {
      const { sink } = watcher
      if (!sink.hasRoom()) this.passOver(watcher, Date.now())
      else if (sink.needsPulse && !sink.pulse()) this.remove(watcher)
    })
    this.again()
  }
}

function isPaging({ subscription }: Watcher): boolean {
  return subscription.position.kind === 'paging'
}
