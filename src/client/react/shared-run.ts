import type { RunEvent } from '../../protocol/events.ts'
import type { WatchedRun } from '../../protocol/fold.ts'
import type { RunWatch } from '../run-watch.ts'
import { Timer } from '../timer.ts'
import { unseen, type WatchState } from '../watch-state.ts'
import { noLog, type RunLog, withEvent } from './run-log.ts'

/** What components are shown; `log` has lines where they were asked for. */
export type RunState = WatchState & { readonly log: RunLog }

export const unseenRun: RunState = { ...unseen, log: noLog }

/** How a run is watched: anew each time that it is followed. */
export type Watching = { readonly watch: () => RunWatch; readonly log: () => boolean }

/** One run, as all the components of a page follow it that want the same of it. */
export class SharedRun {
  readonly #watching: Watching
  readonly #listeners = new Set<() => void>()
  readonly #telling = new Timer()
  #state = unseenRun
  #log = noLog
  #watch: RunWatch
  /** What is shown until a new watch has something to show. */
  #kept: WatchedRun | undefined
  #leave: () => void

  constructor(watching: Watching) {
    this.#watching = watching
    this.#watch = watching.watch()
    this.#leave = this.#follow()
  }

  /** The same object until something changes. */
  get state(): RunState {
    return this.#state
  }

  get isUsed(): boolean {
    return this.#listeners.size > 0
  }

  subscribe(listener: () => void): () => void {
    const own = () => listener()
    this.#listeners.add(own)
    return () => this.#listeners.delete(own)
  }

  /** A round that began after the end, or after what made it fail, is followed too. */
  readonly followAgain = (): void => {
    if (!this.#watch.isOver) return
    this.end()
    this.#kept = this.#state.run
    this.#watch = this.#watching.watch()
    this.#leave = this.#follow()
    this.#tell()
  }

  end(): void {
    this.#leave()
    this.#telling.clear()
  }

  #follow(): () => void {
    const unsubscribe = this.#watch.subscribe(() => this.#tell())
    const events = this.#watching.log() ? this.#watch.events() : undefined
    if (events) void this.#readLog(events)
    return () => {
      unsubscribe()
      void events?.return?.()
    }
  }

  /** A line that changes nothing else is told of here, and together with those that follow at once. */
  async #readLog(events: AsyncIterable<RunEvent>): Promise<void> {
    for await (const event of events) {
      this.#log = withEvent(this.#log, event)
      if (this.#log !== this.#state.log && !this.#telling.isSet)
        this.#telling.set(0, () => this.#tell())
    }
  }

  #tell(): void {
    const { state } = this.#watch
    if (state.cursor !== undefined) this.#kept = undefined
    this.#state = { ...state, run: this.#kept ?? state.run, log: this.#log }
    for (const listener of this.#listeners) listener()
  }
}
