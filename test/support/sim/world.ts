import { vi } from 'vitest'

import type { RunOrder, RunStanding, ToldAnswer } from '../../../src/durable/owner/owner-rpc.ts'
import { asGranted } from '../../../src/durable/run/attempts.ts'
import { flightOf, type RunEntry } from '../../../src/durable/run/run-outbox.ts'
import type { FollowAnswer, RunStart } from '../../../src/durable/run/run-rpc.ts'
import type { LostMessage } from '../../../src/durable/run/work-rpc.ts'
import type { RunId } from '../../../src/protocol/ids.ts'
import type { Settings } from '../../../src/settings.ts'
import { ShownRun } from '../shown-run.ts'
import { TestOwner } from '../test-owner.ts'
import type { Shown } from '../watched-picture.ts'
import { archivedWatch } from './archived-watch.ts'
import { archive } from './archiver.ts'
import { Broken } from './broken.ts'
import { checkpoint } from './checkpointer.ts'
import type { Aborted } from './client.ts'
import { Database } from './database.ts'
import { Disk, StoreFailed } from './disk.ts'
import { Grants } from './grants.ts'
import {
  checkArmed,
  checkArchived,
  checkCounts,
  checkOutbox,
  checkPostgres,
  Monotonicity,
} from './invariants.ts'
import { type FaultPlan, type Parts, noFaults } from './parts.ts'
import { plan } from './planner.ts'
import { Queue } from './queue.ts'
import { postingsOf, settingsOf, type Shape, startOf } from './shape.ts'
import { type ObjectPorts, SimObject } from './sim-object.ts'
import { SimWatchers } from './sim-watchers.ts'
import { ask, Unanswered, Wire, type Work } from './wire.ts'
import { fly } from './worker.ts'

/** The parts that a test may replace. */
export type Replacements = {
  readonly database?: (...given: ConstructorParameters<typeof Database>) => Database
  readonly object?: (ports: ObjectPorts) => SimObject
}

const start_ms = 1_700_000_000_000

/**
 * One run with everything around it: storage, queue, Postgres, consumers, clients and watchers. Time is
 * vitest's fake time.
 */
export class World {
  readonly disk = new Disk(() => this.shown.synced(this.disk.store.readRun()?.seq ?? 0))
  readonly queue = new Queue()
  readonly grants = new Grants()
  readonly database: Database
  readonly wire = new Wire(this.disk)
  /** The owner's object, which never fails. The calls to it do. */
  readonly owner: TestOwner
  readonly shown = new ShownRun()
  readonly watchers: SimWatchers
  readonly parts: Parts
  /** The names of what happened, to prove that the histories contain it. */
  readonly covered = new Set<string>()
  /** The answers to aborts. */
  readonly aborted: Aborted[] = []
  object: SimObject
  private readonly settings: Settings
  private readonly start: RunStart
  private readonly shape: Shape
  private readonly replacements: Replacements
  private readonly monotonicity = new Monotonicity()
  /** The delay of an alarm that threw. The platform fires it again, but later than the deadline. */
  private alarm_delay_ms = 0
  private epochs = 0
  private checked = -1
  private seen: { readonly version: number; readonly shown: Shown } | undefined

  constructor(shape: Shape, replacements: Replacements = {}) {
    vi.clearAllTimers()
    vi.setSystemTime(start_ms)
    this.shape = shape
    this.replacements = replacements
    this.settings = settingsOf(shape)
    this.start = startOf(shape)
    const { grants, settings } = this
    const direct = (_: RunId, order: RunOrder) => this.directRun(order)
    this.owner = new TestOwner(settings, { now: () => Date.now(), direct })
    const postings = postingsOf(shape)
    this.database = replacements.database?.(grants, postings) ?? new Database(grants, postings)
    this.parts = { object: () => this.object, database: this.database, grants: this.grants }
    this.watchers = new SimWatchers(
      () => this.object,
      this.shown,
      () => archivedWatch(this.database, settings),
    )
    this.object = this.open()
    this.create()
  }

  /** Starts the run. The client repeats its start until it gets an answer, and equal starts are one run. */
  create(): void {
    this.epochs += 1
    this.object.engine.create(this.start, `epoch${this.epochs}`)
  }

  /** Lets the consequences of a step happen, and checks all invariants. */
  async settle(): Promise<void> {
    for (let i = 0; i < 5; i += 1) {
      if (!this.disk.slow) this.disk.sync()
      await Promise.resolve()
    }
    this.check()
  }

  async pass(ms: number): Promise<void> {
    vi.advanceTimersByTime(ms)
    await this.settle()
  }

  /** Plans all groups without failures, and lets their flights be sent. */
  async plan(): Promise<void> {
    for (let i = 0; i < 100; i += 1) {
      const at = this.queue.mail.findIndex(({ kind }) => kind === 'plan')
      const message = at < 0 ? undefined : this.queue.deliver(at)
      const sent = message === undefined ? this.wire.take(0) : undefined
      if (message !== undefined) this.deliver(message, noFaults)
      else if (sent !== undefined) this.wire.arrive(sent)
      else return
      await this.settle()
    }
  }

  /** Delivers a message to a consumer. If the consumer dies, the message comes again. */
  deliver(message: LostMessage, faults: FaultPlan): void {
    this.wire.start(this.consume(message, faults), (how) => {
      if (how === 'died') this.queue.mail.push(message)
    })
  }

  /** Waits until the alarm is due and fires it, as the platform does. */
  async alarm(): Promise<void> {
    const { alarm } = this.disk
    if (alarm === null) return
    await this.pass(Math.max(0, alarm - Date.now()))
    // The events during the wait may have removed the alarm.
    if (this.disk.alarm === null) return
    this.disk.takeAlarm()
    this.alarm_delay_ms = this.disk.failing ? this.settings.unclaimed_ms : 0
    await this.object.alarm()
  }

  /** Crashes the object: its memory and all writes that were not durable are lost. */
  async crash(pick: number): Promise<void> {
    this.disk.failing = false
    stopTimers()
    this.disk.crash()
    this.shown.crashed()
    this.monotonicity.forget()
    await this.wake(pick)
    const { run, tombstone } = this.object.engine
    if (run !== undefined || tombstone !== undefined) return
    this.covered.add('a start that was lost')
    this.create()
  }

  /** Replaces the object as a deploy does: it ends in good order, and the next call makes another one. */
  async evict(pick: number): Promise<void> {
    this.disk.sync()
    stopTimers()
    await this.wake(pick)
  }

  /** Reads the present state of the run. */
  look(): Shown {
    const { store, version } = this.disk
    const { run } = this.object.engine
    // After the archive the object has no run. Its last seen state is still right.
    if (run === undefined && this.seen !== undefined) return this.seen.shown
    if (this.seen?.version === version) return this.seen.shown
    const jobs = store.pageJobs({ after: null, limit: 10_000 })
    const shown = { run: this.object.run, groups: store.readGroups(), jobs }
    this.seen = { version, shown }
    return shown
  }

  private check(): void {
    const [fault] = this.shown.faults
    if (fault !== undefined) throw new Broken('watched', fault)
    const version = this.disk.version + this.database.version
    if (this.checked === version) return
    this.checked = version
    const shown = this.look()
    if (this.object.engine.run === undefined) return checkArchived(shown, this.database)
    const entries = this.disk.store.readEntries()
    checkArmed(shown, entries, { alarm: this.disk.alarm, now: Date.now() + this.alarm_delay_ms })
    const granted = withGrants(shown, entries)
    checkPostgres(granted, this.database)
    checkCounts(shown)
    checkOutbox(shown, entries)
    this.monotonicity.check(granted)
  }

  private note(shown: Shown): void {
    if (shown.run.database?.kind === 'away') this.covered.add('Postgres away')
    this.shown.note(shown)
  }

  private consume(message: LostMessage, faults: FaultPlan): Work {
    switch (message.kind) {
      case 'plan': {
        const { group } = message
        return plan(this.parts, { group, jobs: this.shape.listings[group] ?? 0 }, faults)
      }
      case 'flight':
        return fly(this.parts, message.flight, faults)
      case 'checkpoint':
        return checkpoint(this.parts)
      case 'archive':
        return archive(this.parts)
    }
  }

  /** The call may be lost, come twice or late, and its answer may be lost. */
  private *tellOwner(standing: RunStanding, answered: (answer?: ToldAnswer) => void): Work {
    const teller = this.object
    let answer: ToldAnswer | undefined
    try {
      answer = yield* ask('object', () => this.owner.tell(standing))
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error
    }
    // The object hears of the answer only if it has not ended meanwhile.
    const heard = () => {
      if (this.object === teller) answered(answer)
    }
    yield* ask('object', heard)
  }

  /** The owner's object tells the run an order. That call may be lost, come twice or late, too. */
  private directRun(order: RunOrder): Promise<FollowAnswer> {
    return new Promise((resolve, reject) => {
      const call = function* (object: () => SimObject): Work {
        try {
          resolve(yield* ask('object', () => object().direct(order)))
        } catch (error) {
          if (!(error instanceof Unanswered)) throw error
          reject(error)
        }
      }
      this.wire.start(call(this.parts.object), (how) => {
        if (how === 'died') reject(new Unanswered('the caller ended'))
      })
    })
  }

  private async wake(pick: number): Promise<void> {
    this.watchers.cutAll(pick)
    this.object = this.open()
    await this.object.restored
  }

  private open(): SimObject {
    const { disk, replacements } = this
    const ports: ObjectPorts = {
      store: disk.store,
      clock: disk.clock,
      synced: () => disk.synced(),
      gate: (work) => disk.hold(work),
      settings: this.settings,
      post: (entries) => this.queue.take(entries),
      changed: () => this.note(this.look()),
      tell: (standing, answered) => this.wire.start(this.tellOwner(standing, answered)),
      failed: (error) => {
        if (!(error instanceof StoreFailed)) this.shown.faults.push(String(error))
      },
    }
    return replacements.object?.(ports) ?? new SimObject(ports)
  }
}

/** Stops the object's timers, and keeps the time, which vitest's clearAllTimers would reset. */
function stopTimers(): void {
  const now = Date.now()
  vi.clearAllTimers()
  vi.setSystemTime(now)
}

/** The same, with the first attempts of jobs that only their flights know. */
function withGrants(shown: Shown, entries: readonly RunEntry[]): Shown {
  const jobs = shown.jobs.map((job) => asGranted(job, flightOf(job, entries) ?? {}))
  return { ...shown, jobs }
}
