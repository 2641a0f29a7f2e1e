import type { RunEvent } from '../protocol/events.ts'
import { EventTap } from './event-tap.ts'
import type { Feed, FeedItem } from './feed.ts'
import { Reader } from './reader.ts'
import type { Signal } from './run-route.ts'
import { Timer } from './timer.ts'
import { isOver, take, unseen, type WatchState } from './watch-state.ts'

/**
 * One run, as it is followed for all who listen: from the first of them on until the last has gone,
 * the run has ended, or the watch is closed. Then nothing is left behind, and the state stays.
 */
export class RunWatch implements AsyncIterable<WatchState> {
  readonly #feed: Feed
  readonly #signal: Signal | undefined
  readonly #listeners = new Set<() => void>()
  readonly #taps = new Set<EventTap>()
  #state = unseen
  #closed = false
  #running: AbortController | undefined
  readonly #telling = new Timer()
  #ended: Promise<WatchState> | undefined

  /** @internal */
  constructor(feed: Feed, signal?: Signal) {
    this.#feed = feed
    this.#signal = signal
  }

  /** The latest; the same object until something changes. */
  get state(): WatchState {
    return this.#state
  }

  /** Nothing will change any more. */
  get isOver(): boolean {
    return this.#closed || this.#signal?.aborted === true || isOver(this.#state)
  }

  /** Resolves with the last state: the run ended, could not be followed, or the watch was closed. */
  get ended(): Promise<WatchState> {
    this.#ended ??= this.#untilOver()
    return this.#ended
  }

  /** Tells of changes, those that come together at once. */
  readonly subscribe = (listener: () => void): (() => void) => {
    // Each subscription is one of its own, also of the same listener.
    const own = () => listener()
    this.#listeners.add(own)
    this.#settle()
    return () => {
      this.#listeners.delete(own)
      this.#settle()
    }
  }

  /** The state as it is, then each time the latest, however many were passed over. */
  states(): AsyncIterableIterator<WatchState, undefined> {
    let given: WatchState | undefined
    return new Reader({
      open: this.subscribe,
      take: () => (this.#state === given ? undefined : (given = this.#state)),
      isOver: () => this.isOver,
    })
  }

  /** Every event from the first read on, in order. The watch goes on as the slowest of its readers. */
  events(): AsyncIterableIterator<RunEvent, undefined> {
    const tap = new EventTap()
    return new Reader({
      open: (ring) => {
        tap.ring = ring
        this.#taps.add(tap)
        this.#settle()
        return () => {
          this.#taps.delete(tap)
          tap.take()
          this.#settle()
        }
      },
      take: () => tap.take(),
      isOver: () => this.isOver,
    })
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<WatchState, undefined> {
    return this.states()
  }

  readonly close = (): void => {
    if (this.#closed) return
    this.#stop()
    this.#over()
  }

  /** Listeners that come and go within one turn, as a page's do, begin and stop nothing. */
  #settle(): void {
    queueMicrotask(() => {
      const wanted = !this.isOver && this.#listeners.size + this.#taps.size > 0
      if (wanted && !this.#running) this.#begin()
      if (!wanted && this.#running) this.#stop()
    })
  }

  #begin(): void {
    this.#running = new AbortController()
    this.#signal?.addEventListener('abort', this.close)
    void this.#run(this.#running.signal)
  }

  #stop(): void {
    this.#running?.abort()
    if (!isOver(this.#state)) this.#show({ status: 'paused' })
    this.#rest()
  }

  #rest(): void {
    this.#running = undefined
    this.#signal?.removeEventListener('abort', this.close)
    this.#telling.clear()
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      for await (const item of this.#feed({ cursor: this.#state.cursor, signal })) {
        if (signal.aborted) return
        this.#show(item)
        if ('event' in item) await Promise.all([...this.#taps].map((tap) => tap.put(item)))
      }
    } catch (error) {
      if (!signal.aborted) this.#show({ status: 'failed', error })
    }
    if (!signal.aborted) this.#over()
  }

  #show(item: FeedItem): void {
    const state = take(this.#state, item)
    if (state === this.#state) return
    this.#state = state
    if (!this.#telling.isSet) this.#telling.set(0, () => this.#tell())
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #over(): void {
    this.#closed = true
    this.#rest()
    for (const tap of this.#taps) tap.close()
    this.#tell()
  }

  async #untilOver(): Promise<WatchState> {
    let last = this.#state
    for await (const state of this) last = state
    return last
  }
}
