import type { RunEvent } from '../protocol/events.ts'
import { unwatched, type WatchedRun } from '../protocol/fold.ts'
import { AsyncQueue } from './async-queue.ts'
import { type Connection, cursorAfter, type Feed, type FeedItem } from './feed.ts'
import type { Signal } from './platform.ts'
import { foldShared } from './shared-fold.ts'
import { Timer } from './timer.ts'
import type { ObserveVisibility } from './visibility.ts'

/** The state of a watch: the run at `cursor`, and the connection. A change replaces the state. */
export type WatchState = {
  readonly run: WatchedRun
  readonly connection: Connection
  /** Absent before the first cursor came, and while a full state comes in several events. */
  readonly cursor?: string
}

export const unseen: WatchState = { run: unwatched, connection: { status: 'connecting' } }

type RunWatchOptions = {
  readonly signal?: Signal | undefined
  readonly observePage?: ObserveVisibility | undefined
}

/**
 * One run, followed for all listeners together: from the first one on, until the last one has left, the
 * run has ended, or the watch is closed. After that the watch holds its state, and no connection or timer.
 */
export class RunWatch implements AsyncIterable<WatchState> {
  readonly #feed: Feed
  readonly #options: RunWatchOptions
  readonly #listeners = new Set<() => void>()
  readonly #queues = new Set<AsyncQueue<RunEvent>>()
  readonly #telling = new Timer()
  #state = unseen
  #isClosed = false
  #isHidden = false
  /** Stops listening to the caller's signal and to the page. */
  #detach: (() => void) | undefined
  /** Ends the reading of the feed. */
  #reading: AbortController | undefined
  #ended: Promise<WatchState> | undefined

  /** @internal */
  constructor(feed: Feed, options: RunWatchOptions = {}) {
    this.#feed = feed
    this.#options = options
  }

  /** The latest state. It is the same object until something changes. */
  get state(): WatchState {
    return this.#state
  }

  /** Whether nothing will change any more. */
  get isOver(): boolean {
    return this.#isClosed || this.#options.signal?.aborted === true || isLast(this.#state)
  }

  /** Resolves with the last state, once the run ended, could not be followed, or the watch was closed. */
  get ended(): Promise<WatchState> {
    this.#ended ??= this.#readToEnd()
    return this.#ended
  }

  /** Calls the listener after changes, once for changes that come together. */
  readonly subscribe = (listener: () => void): (() => void) =>
    // A new function, since the set would keep a listener that is subscribed twice only once.
    this.#join(this.#listeners, () => listener())

  /** The state as it is now, and then the latest state whenever there is a newer one. */
  states(): AsyncIterableIterator<WatchState, undefined> {
    let last: WatchState | undefined
    const queue = new AsyncQueue<WatchState>(() => {
      tell()
      return this.subscribe(tell)
    })
    const tell = () => {
      if (this.#state !== last) queue.replace((last = this.#state))
      if (this.isOver) queue.close()
    }
    return queue
  }

  /** Every event in order, from the first read on. The watch goes on as fast as its slowest reader. */
  events(): AsyncIterableIterator<RunEvent, undefined> {
    const queue: AsyncQueue<RunEvent> = new AsyncQueue(() => {
      if (this.isOver) queue.close()
      return this.#join(this.#queues, queue)
    })
    return queue
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<WatchState, undefined> {
    return this.states()
  }

  readonly close = (): void => {
    if (this.#isClosed) return
    this.#stop()
    this.#finish()
  }

  #join<Member>(members: Set<Member>, member: Member): () => void {
    members.add(member)
    this.#settle()
    return () => {
      members.delete(member)
      this.#settle()
    }
  }

  /**
   * Starts or stops reading the feed. It decides at the end of the turn: when a page renders, one listener
   * may leave just before another one joins.
   */
  #settle(): void {
    queueMicrotask(() => {
      if (this.#options.signal?.aborted) return this.close()
      const isWanted = !this.isOver && this.#listeners.size + this.#queues.size > 0
      if (isWanted) this.#detach ??= this.#attach()
      const reads = isWanted && !this.#isHidden
      if (reads && !this.#reading) void this.#read()
      if (!reads && this.#reading) this.#stop()
      if (!isWanted) this.#letGo()
    })
  }

  #attach(): () => void {
    const { signal, observePage } = this.#options
    signal?.addEventListener('abort', this.close)
    const leavePage = observePage?.((isHidden) => {
      this.#isHidden = isHidden
      this.#settle()
    })
    return () => {
      signal?.removeEventListener('abort', this.close)
      leavePage?.()
    }
  }

  #letGo(): void {
    this.#detach?.()
    this.#detach = undefined
    this.#isHidden = false
    this.#telling.clear()
  }

  #stop(): void {
    this.#reading?.abort()
    this.#reading = undefined
    if (!isLast(this.#state)) this.#show({ status: 'paused' })
  }

  async #read(): Promise<void> {
    this.#reading = new AbortController()
    const { signal } = this.#reading
    try {
      for await (const item of this.#feed({ cursor: this.#state.cursor, signal })) {
        if (signal.aborted) return
        this.#show(item)
        if ('event' in item) await Promise.all([...this.#queues].map((queue) => queue.push(item)))
      }
    } catch (error) {
      if (!signal.aborted) this.#show({ status: 'failed', error })
    }
    if (!signal.aborted) this.#finish()
  }

  #show(item: FeedItem): void {
    const state = nextState(this.#state, item)
    if (state === this.#state) return
    this.#state = state
    if (!this.#telling.isSet) this.#telling.set(0, () => this.#tell())
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }

  #finish(): void {
    this.#isClosed = true
    this.#reading = undefined
    this.#letGo()
    for (const queue of this.#queues) queue.close()
    this.#tell()
  }

  async #readToEnd(): Promise<WatchState> {
    let last = this.#state
    for await (const state of this) last = state
    return last
  }
}

/** The state after an item. It is the same object where the item changes nothing. */
function nextState(state: WatchState, item: FeedItem): WatchState {
  if ('status' in item) return { ...state, connection: item }
  const { cursor: before, connection } = state
  const cursor = cursorAfter(before, item)
  const run = foldShared(state.run, item)
  if (run === state.run && cursor === before) return state
  return { run, connection, ...(cursor !== undefined && { cursor }) }
}

/** Whether no state follows this one. */
function isLast({ connection }: WatchState): boolean {
  return connection.status === 'ended' || connection.status === 'failed'
}
