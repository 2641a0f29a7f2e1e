import type { Frame } from './frame.ts'
import type { Subscription } from './position.ts'

/** The watched thing: a state at a rising seq, and the diff to that state from any position (W-10). */
export type Watched = {
  seq(): number
  frame(subscription: Subscription, relist: boolean): Frame
  /** Makes a frame of the current `progress`, which changes no position. */
  progress(): Frame
  /** Called when a tick has taken all changes so far. */
  ticked(): void
  /**
   * Called when the last watcher has left. Drops everything that was kept for the next tick, or for watchers that
   * join.
   */
  forget(): void
  /** Resolves when all changes in the frames so far are durable (W-11). */
  synced(): Promise<void>
  /** Called when a tick failed. The watchers are cut, and will resume. */
  failed(error: unknown): void
  /**
   * Sees to it that `Watchers.expire` is called at this time, even if the object sleeps until then. Where
   * this is absent, a timer is set for every watcher, also for those that would let the object sleep.
   */
  wakeAt?(due: number): void
  /**
   * Whether nothing will happen for so long that no stream may keep the object awake (W-13). Where this is absent, there
   * are always places.
   */
  standsStill?(): boolean
}
