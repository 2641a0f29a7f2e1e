import type { Settings } from '../../../settings.ts'
import type { ShownChanges } from '../run-engine.ts'
import type { Run } from '../run-state.ts'
import type { RunStore } from '../store/run-store.ts'
import { RunFrames } from './frames.ts'
import { RunProgress } from './progress.ts'
import type { Watched } from './watchers.ts'
import { Watchers } from './watchers.ts'

type Parts = {
  readonly store: RunStore
  readonly settings: Settings
  readonly run: () => Run | undefined
  readonly now: () => number
  /** Resolves when all that was written is durable. */
  readonly synced: () => Promise<void>
  readonly failed: (error: unknown) => void
  /** Has those ended then whose tokens expire while the object sleeps. */
  readonly wakeAt: (due: number) => void
}

/** A run and all who watch it: what its transactions change is here made into what they are shown. */
export class RunWatch {
  readonly watchers: Watchers
  private readonly parts: Parts
  private readonly frames: RunFrames
  private readonly progress: RunProgress

  constructor(parts: Parts) {
    const { store, settings } = parts
    this.parts = parts
    this.progress = new RunProgress(settings)
    this.frames = new RunFrames(store, settings.page_bytes)
    this.watchers = new Watchers(this.watched(), settings)
  }

  /** What a transaction changed, once it is committed. */
  changed(change: ShownChanges): void {
    this.frames.note(change)
    this.watchers.changed()
  }

  private watched(): Watched {
    const { store, now, synced, failed, wakeAt } = this.parts
    return {
      seq: () => this.run().seq,
      frame: (standing, relist) => this.frames.frame(this.run(), standing, relist),
      progress: () =>
        this.progress.frame({ run: this.run(), entries: store.readEntries(), now: now() }),
      ticked: () => this.frames.ticked(this.run().seq),
      forget: () => this.frames.forget(this.run().seq),
      synced,
      failed,
      wakeAt,
    }
  }

  private run(): Run {
    const run = this.parts.run()
    if (run === undefined) throw new Error('only a run is watched')
    return run
  }
}
