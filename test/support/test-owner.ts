import { Admissions } from '../../src/durable/owner/admissions.ts'
import { OwnerEngine } from '../../src/durable/owner/owner-engine.ts'
import type { RunOrder, RunStanding, ToldAnswer } from '../../src/durable/owner/owner-rpc.ts'
import type { FollowAnswer } from '../../src/durable/run/run-rpc.ts'
import { Frames } from '../../src/durable/watch/frames.ts'
import { type Position, subscriptionAt } from '../../src/durable/watch/position.ts'
import type { ShownChanges } from '../../src/durable/watch/shown.ts'
import type { WatchedJob } from '../../src/protocol/fold.ts'
import type { RunId } from '../../src/protocol/ids.ts'
import { Settings } from '../../src/settings.ts'
import { openMemoryOwner } from './memory-owner.ts'
import { openMemoryTurns } from './memory-turns.ts'
import { alice } from './test-run.ts'
import { Client } from './test-watch.ts'

const options = { lean: true, detail: true, log: false }

/** The clock, and the calls of runs' objects. Without them the clock stands still, and no run can be called. */
export type OwnerTestPorts = {
  readonly now?: () => number
  readonly direct?: (run_id: RunId, order: RunOrder) => Promise<FollowAnswer>
  /** The owner's notices and schedules, which hear what the list hears. */
  readonly reported?: (standing: RunStanding) => void
  readonly heard?: (standing: RunStanding, known: RunStanding | undefined) => void
  readonly told?: (standing: RunStanding) => void
}

/** An owner's list over a store in memory, and a client that follows the list by its frames. */
export class TestOwner {
  now = 1_700_000_000_000
  readonly store = openMemoryOwner()
  readonly turns = openMemoryTurns()
  readonly settings: Settings
  readonly changes: ShownChanges[] = []
  readonly frames = new Frames(this.store, 200_000)
  client = new Client(undefined, options)
  engine: OwnerEngine
  admissions: Admissions
  private readonly ports: OwnerTestPorts
  private position: Position = { kind: 'new' }

  constructor(settings: Partial<Settings> = {}, ports: OwnerTestPorts = {}) {
    this.settings = Settings.parse(settings)
    this.ports = ports
    this.admissions = this.admit()
    this.engine = this.open()
  }

  /** The object is evicted and wakes: a new engine opens the same storage. */
  restart(): void {
    this.admissions = this.admit()
    this.engine = this.open()
  }

  /** What a run's object calls. Orders to other runs go out with it. */
  tell(standing: RunStanding): ToldAnswer {
    this.hear(standing)
    this.ports.told?.(standing)
    const order = this.admissions.orderFor(standing.run_id)
    void this.admissions.tell()
    return { followed_ms: 0, ...(order === undefined ? {} : { order }) }
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

  private admit(): Admissions {
    const { ports, settings } = this
    const admissions: Admissions = new Admissions({
      owner: alice,
      store: this.turns,
      settings,
      now: ports.now ?? (() => this.now),
      find: (run_id) => ({
        direct: ({ order }) => ports.direct?.(run_id, order) ?? Promise.reject(new Error('nobody')),
      }),
      // An object that has ended hears nothing more.
      heard: (run_id, answer) => {
        if (this.admissions === admissions) this.engine.heard(run_id, answer)
      },
      failed: () => {},
    })
    return admissions
  }

  private open(): OwnerEngine {
    return new OwnerEngine({
      owner: alice,
      store: this.store,
      settings: this.settings,
      now: this.ports.now ?? (() => this.now),
      admit: (standing) => this.admissions.hear(standing),
      reported: (standing) => this.ports.reported?.(standing),
      heard: (standing, known) => this.ports.heard?.(standing, known),
      mintEpoch: () => 'owner',
      changed: (changes) => {
        this.changes.push(changes)
        this.frames.note(changes)
      },
    })
  }
}
