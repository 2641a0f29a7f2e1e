import type { Settings } from '../../settings.ts'
import type { Frame } from './frame.ts'
import { Frames } from './frames.ts'
import type { WatchSubject, ShownChanges, ShownRows } from './shown.ts'
import type { Watched } from './watched.ts'
import { Watchers } from './watchers.ts'

type BroadcastParts = {
  readonly store: ShownRows
  readonly settings: Settings
  readonly state: () => WatchSubject | undefined
  /** Makes a frame of the current `progress`. */
  readonly progress: () => Frame
  /** Resolves when all writes so far are durable. */
  readonly synced: () => Promise<void>
  readonly failed: (error: unknown) => void
  /** Wakes the object at this time, to end the watchers whose tokens expire while it sleeps. */
  readonly wakeAt: (due: number) => void
  /** Whether no stream may keep the object awake now. */
  readonly standsStill?: () => boolean
}

/** Sends the changes of each transaction to all watchers of a run, or of a list of runs. */
export class Broadcast {
  readonly watchers: Watchers
  private readonly parts: BroadcastParts
  private readonly frames: Frames

  constructor(parts: BroadcastParts) {
    const { store, settings, state } = parts
    this.parts = parts
    this.frames = new Frames(store, settings.page_bytes, state()?.seq)
    this.watchers = new Watchers(this.watched(), settings)
  }

  /** Called when a transaction was committed, with its changes. */
  changed(changes: ShownChanges): void {
    this.frames.note(changes)
    this.watchers.changed()
  }

  private watched(): Watched {
    const { progress, synced, failed, wakeAt, standsStill = () => false } = this.parts
    return {
      seq: () => this.state().seq,
      frame: (subscription, relist) => this.frames.frame(this.state(), subscription, relist),
      progress,
      ticked: () => this.frames.ticked(this.state().seq),
      forget: () => this.frames.forget(this.state().seq),
      synced,
      failed,
      wakeAt,
      standsStill,
    }
  }

  private state(): WatchSubject {
    const state = this.parts.state()
    if (state === undefined) throw new Error('only what exists is watched')
    return state
  }
}
