import type { Settings } from '../../../settings.ts'
import { Cadence } from './cadence.ts'
import { ExpiryTimer } from './expiry-timer.ts'
import type { Frame } from './frame.ts'
import { type Standing, standAt } from './position.ts'
import { ProgressTurns } from './progress-turns.ts'
import type { Refusal, Sink } from './sink.ts'
import { TickTimer } from './tick-timer.ts'

/** One live connection: a sink, and where it stands. Nothing is queued for it (W-1). */
export type Watcher = Arrival & {
  readonly sink: Sink
  standing: Standing
  /** Since when it has had no room, in ms since 1970; null: it has what there is. */
  behind: number | null
}

export type Arrival = {
  readonly standing: Standing
  /** The watch token that opened it, if one did (W-12). */
  readonly token_id?: string
  /** When the token ends that it came with, in ms since 1970 (W-12). */
  readonly until?: number
  /** A poll: jobs that were added are listed at once, since it takes one answer and goes. */
  readonly at_once?: boolean
}

/** What is watched: a state at a rising seq, and the diff to it from any standing (W-10). */
export type Watched = {
  seq(): number
  frame(standing: Standing, relist: boolean): Frame
  /** How it goes at the moment: a frame that moves nobody. */
  progress(): Frame
  /** A tick took all changes so far. */
  ticked(): void
  /** Nobody watches: nothing has to be remembered for a tick, or for those who join. */
  forget(): void
  /** Resolves when all that frames so far speak of is durable (W-11). */
  synced(): Promise<void>
  /** Told once when a tick could not be done; its watchers are cut, and will resume. */
  failed(error: unknown): void
  /**
   * Has `Watchers.expire` called at this time, also if the object sleeps until then. Without it a timer
   * is set for those as well who would let it sleep.
   */
  wakeAt?(due: number): void
}

type Timing = Pick<
  Settings,
  'tick_ms' | 'relist_ms' | 'heartbeat_ms' | 'progress_ms' | 'stalled_ms'
>

/** A frame of this tick, and where it leaves those who get it: one object for all of them. */
type Turn = { readonly frame: Frame; readonly next: Standing }

/**
 * All watchers of one run. A change is folded for a tick, then each standing gets its one frame,
 * however many watchers share it. Whoever has no room is passed over, and gets one diff later.
 */
export class Watchers {
  private readonly watchers = new Set<Watcher>()
  private readonly watched: Watched
  private readonly timing: Timing
  private readonly timer: TickTimer
  private readonly cadence = new Cadence()
  private readonly expiries = new ExpiryTimer(() => this.expire())
  private beat: ReturnType<typeof setInterval> | null = null
  private lastListing = -Infinity
  private readonly progressTurns: ProgressTurns
  /** Watchers that need a pulse: while there are none, no timer keeps the object awake. */
  private pulsed = 0

  constructor(watched: Watched, timing: Timing) {
    this.watched = watched
    this.timing = timing
    this.progressTurns = new ProgressTurns(timing.progress_ms)
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

  /** Registers a watcher and shows it the state, with no await in between (W-3). */
  add(sink: Sink, arrival: Arrival): Watcher {
    const watcher: Watcher = { ...arrival, sink, behind: Date.now() }
    this.watchers.add(watcher)
    if (sink.needsPulse) {
      this.pulsed += 1
      this.beat ??= setInterval(() => this.pulse(), this.timing.heartbeat_ms)
    }
    if (arrival.until !== undefined) {
      if (this.isAsleep(watcher)) this.watched.wakeAt?.(arrival.until)
      else this.expiries.add(arrival.until)
    }
    this.timer.now()
    return watcher
  }

  /** Gone, for whatever reason (W-7). */
  remove(watcher: Watcher): void {
    if (!this.watchers.delete(watcher)) return
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

  /** Closes what was opened by a watch token (W-12). */
  revoke(token_id: string): void {
    for (const watcher of this.watchers) {
      if (watcher.token_id === token_id) this.cut(watcher, 'revoked')
    }
  }

  /** Ends those whose token has expired; that of one who watches on is looked at again at its time (W-12). */
  expire(): void {
    const now = Date.now()
    for (const watcher of this.watchers) {
      const { until = Infinity } = watcher
      if (until <= now) this.cut(watcher, 'expired')
      else if (!this.isAsleep(watcher)) this.expiries.set(until)
    }
  }

  /** When `expire` is due next for those that no timer is set for; undefined: for none of them. */
  wakeDue(): number | undefined {
    let due = Infinity
    for (const watcher of this.watchers) {
      if (this.isAsleep(watcher)) due = Math.min(due, watcher.until ?? Infinity)
    }
    return due === Infinity ? undefined : due
  }

  /** What they watch is no longer here: all of them shall connect again. */
  cutAll(): void {
    for (const watcher of this.watchers) this.cut(watcher)
    this.timer.stop()
  }

  /** The sink has room again: one diff brings it to now. */
  drained(watcher: Watcher): void {
    if (watcher.behind !== null) this.timer.soon()
  }

  /** The state has a new seq: shown at once after a quiet spell, else with the next tick (W-2). */
  changed(): void {
    if (this.watchers.size === 0) return this.watched.forget()
    this.timer.soon(this.cadence.earliest(Date.now()))
  }

  /** A worker has reported, as it does so often: in how many ms it best does again; undefined: nobody watches. */
  reportIn(every_ms: number): number | undefined {
    if (this.watchers.size === 0) return undefined
    const now = Date.now()
    const period = Math.max(every_ms, this.pause)
    const wait_ms = this.cadence.nextIn({ now, tick: this.timer.next(now), period })
    // This may have been the last that was waited for.
    if (this.timer.isSet) this.changed()
    return wait_ms
  }

  /** What is no change of the state may have another bearing on how it goes, which is told anew. */
  again(): void {
    if (this.watchers.size === 0) return
    this.progressTurns.again()
    this.timer.soon()
  }

  /** Encodes, waits until it is durable, writes. Between the first and the last, nobody's standing moves. */
  private async tick(now: number): Promise<void> {
    const turns = this.turns(now)
    this.watched.ticked()
    if (turns.length === 0) return
    await this.watched.synced()
    for (const [watcher, turn] of turns) {
      if (this.watchers.has(watcher)) this.show(watcher, turn)
    }
  }

  private show(watcher: Watcher, { frame, next }: Turn): void {
    watcher.standing = next
    watcher.behind = null
    if (frame.isEmpty) watcher.sink.nothing?.()
    else if (!watcher.sink.write(frame)) this.remove(watcher)
    else if (frame.final) this.end(watcher)
    // The next page goes when this one was taken.
    if (next.place.kind !== 'paging') return
    watcher.behind = Date.now()
    if (watcher.sink.hasRoom()) this.timer.soon()
  }

  /** The frame of each watcher that has room, made once for each standing. */
  private turns(now: number): [Watcher, Turn][] {
    const relist = now - this.lastListing >= this.timing.relist_ms
    const progress = this.progress(now)
    const made = new Map<string, Turn>()
    const turns: [Watcher, Turn][] = []
    for (const watcher of this.watchers) {
      if (!watcher.sink.hasRoom()) {
        this.passOver(watcher, now)
        continue
      }
      const { standing, at_once = false } = watcher
      const key = at_once ? `at once ${standing.key}` : standing.key
      const turn = made.get(key) ?? this.turn(watcher, { relist: relist || at_once, progress })
      made.set(key, turn)
      this.planListing(watcher, turn, now)
      turns.push([watcher, turn])
    }
    return turns
  }

  /** Jobs that a frame left out are listed later: at once for who is lean, and else after a pause. */
  private planListing({ standing, at_once }: Watcher, { frame, next }: Turn, now: number): void {
    const { place, wanted } = standing
    // Those who come or resume are listed apart, and put off nobody's turn.
    if (frame.listed && place.kind === 'at' && at_once !== true) this.lastListing = now
    if (!frame.unlisted || next.place.kind !== 'at') return
    this.timer.at(wanted.lean ? now : Math.max(now, this.lastListing + this.timing.relist_ms))
  }

  /** Who comes is told how it goes as well; others when that is due. */
  private turn(
    { standing, at_once }: Watcher,
    told: { relist: boolean; progress: Frame | undefined },
  ): Turn {
    const frame = this.watched.frame(standing, told.relist)
    const next = standAt(frame.to, standing.wanted)
    const { kind } = standing.place
    const arrives = kind === 'new' || kind === 'back'
    const progress = told.progress ?? (arrives ? this.watched.progress() : undefined)
    // Nothing comes after the end, and a poll does not end for the sake of it.
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

  /** It gets one diff when it has room again; if it never has, it is gone (W-7). */
  private passOver(watcher: Watcher, now: number): void {
    watcher.behind ??= now
    if (now - watcher.behind >= this.timing.stalled_ms) this.cut(watcher)
  }

  private giveUp(error: unknown): void {
    this.watched.failed(error)
    for (const watcher of this.watchers) this.cut(watcher)
  }

  /** The final state and the terminal status are written: only now is it closed (W-8). */
  private end(watcher: Watcher): void {
    this.remove(watcher)
    watcher.sink.end()
  }

  /** Nobody is kept awake for it: the object's alarm ends it in time. */
  private isAsleep({ sink }: Watcher): boolean {
    return sink.sleeps === true && this.watched.wakeAt !== undefined
  }

  private cut(watcher: Watcher, why?: Refusal): void {
    this.remove(watcher)
    watcher.sink.cut(why)
  }

  /** A sign of life, word of how it goes, and an end to who has read nothing for long (W-7). */
  private pulse(): void {
    for (const watcher of this.watchers) {
      const { sink } = watcher
      if (!sink.hasRoom()) this.passOver(watcher, Date.now())
      else if (sink.needsPulse && !sink.pulse()) this.remove(watcher)
    }
    this.again()
  }
}

/** As many watchers as are written to in a usual tick without a thought for what it costs. */
const FEW = 400
const LONGEST = 3

/**
 * A write costs the same whatever it holds, so that very many watchers get fewer and fuller frames:
 * from 400 on a tick grows with them, to 150 ms in place of 50 at 1,200 and more (W-2).
 */
export function pauseFor(watchers: number, tick_ms: number): number {
  return tick_ms * Math.min(LONGEST, Math.max(1, watchers / FEW))
}
