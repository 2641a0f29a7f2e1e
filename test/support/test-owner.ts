import { OwnerEngine } from '../../src/durable/owner/owner-engine.ts'
import type { RunStanding } from '../../src/durable/owner/owner-rpc.ts'
import { Frames } from '../../src/durable/watch/frames.ts'
import { type Position, subscriptionAt } from '../../src/durable/watch/position.ts'
import type { ShownChanges } from '../../src/durable/watch/shown.ts'
import type { WatchedJob } from '../../src/protocol/fold.ts'
import { Settings } from '../../src/settings.ts'
import { openMemoryOwner } from './memory-owner.ts'
import { alice } from './test-run.ts'
import { Client } from './test-watch.ts'

const options = { lean: true, detail: true, log: false }

/** An owner's list over a store in memory, and a client that follows the list by its frames. */
export class TestOwner {
  now = 1_700_000_000_000
  readonly store = openMemoryOwner()
  readonly settings: Settings
  readonly changes: ShownChanges[] = []
  readonly frames = new Frames(this.store, 200_000)
  client = new Client(undefined, options)
  engine: OwnerEngine
  private position: Position = { kind: 'new' }

  constructor(settings: Partial<Settings> = {}) {
    this.settings = Settings.parse(settings)
    this.engine = this.open()
  }

  /** The object is evicted and wakes: a new engine opens the same storage. */
  restart(): void {
    this.engine = this.open()
  }

  hear(standing: RunStanding): void {
    this.engine.hear(standing)
  }

  /** Reads what the client lacks, and returns the runs that it shows. */
  read(): ReadonlyMap<string, WatchedJob> {
    this.engine.open()
    const state = this.engine.shown
    if (state === undefined) throw new Error('there is no list')
    for (let more = true; more;) {
      const frame = this.frames.frame(state, subscriptionAt(this.position, options), true)
      if (!frame.isEmpty) this.client.write(frame)
      this.position = frame.to
      more = frame.to.kind === 'paging'
    }
    this.frames.ticked(state.seq)
    return this.client.state.jobs.get('runs') ?? new Map()
  }

  private open(): OwnerEngine {
    return new OwnerEngine({
      owner: alice,
      store: this.store,
      settings: this.settings,
      now: () => this.now,
      mintEpoch: () => 'owner',
      changed: (changes) => {
        this.changes.push(changes)
        this.frames.note(changes)
      },
    })
  }
}
