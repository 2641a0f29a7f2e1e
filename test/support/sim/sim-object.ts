import { isDeepStrictEqual } from 'node:util'

import { Alarm, type AlarmClock } from '../../../src/durable/outbox/alarm.ts'
import type { RunOrder, RunStanding, ToldAnswer } from '../../../src/durable/owner/owner-rpc.ts'
import { abort } from '../../../src/durable/run/abort.ts'
import { isHeldBack, takeAnswer, takeOrder } from '../../../src/durable/run/admission.ts'
import { archive } from '../../../src/durable/run/archival.ts'
import { asGranted } from '../../../src/durable/run/attempts.ts'
import { loseMessage, meetDeadlines, postpone } from '../../../src/durable/run/deadlines.ts'
import { dispatch } from '../../../src/durable/run/dispatch.ts'
import { report } from '../../../src/durable/run/flights.ts'
import type { Job } from '../../../src/durable/run/job-state.ts'
import { RunProgress } from '../../../src/durable/run/progress.ts'
import { RunBroadcast } from '../../../src/durable/run/run-broadcast.ts'
import { RunEngine, type RunTransaction } from '../../../src/durable/run/run-engine.ts'
import type { RunEntry } from '../../../src/durable/run/run-outbox.ts'
import type { AbortAnswer, ArchiveMark, FollowAnswer } from '../../../src/durable/run/run-rpc.ts'
import type { Run } from '../../../src/durable/run/run-state.ts'
import { takeSlice } from '../../../src/durable/run/slices.ts'
import { standingOf } from '../../../src/durable/run/standing.ts'
import type { RunStore } from '../../../src/durable/run/store/run-store.ts'
import { postponeTelling } from '../../../src/durable/run/telling.ts'
import { abortAfterEnd } from '../../../src/durable/run/tombstone.ts'
import type { FlightReport, LostMessage, ReportAnswer } from '../../../src/durable/run/work-rpc.ts'
import type { ShownChanges } from '../../../src/durable/watch/shown.ts'
import type { Settings } from '../../../src/settings.ts'
import { Broken } from './broken.ts'
import { StoreFailed } from './disk.ts'

export type ObjectPorts = {
  readonly store: RunStore
  readonly clock: AlarmClock
  readonly synced: () => Promise<void>
  /** Runs `work` when everything written before it is durable. */
  readonly gate: (work: () => void) => void
  readonly settings: Settings
  /** Sends messages. Returns false if the queue cannot be reached. */
  readonly post: (entries: readonly RunEntry[]) => boolean
  readonly changed: (change: ShownChanges) => void
  /** Tells the owner's list. `answered` gets the answer of its object, if one comes. */
  readonly tell: (standing: RunStanding, answered: (answer?: ToldAnswer) => void) => void
  readonly failed: (error: unknown) => void
}

/**
 * A run's object during one life: the real engine, alarm and watchers over the model of a disk, wired as in
 * the real object.
 */
export class SimObject {
  readonly engine: RunEngine
  readonly watch: RunBroadcast
  /** Resolves when the alarm is known. The object takes no call before. */
  readonly restored: Promise<void>
  private readonly ports: ObjectPorts
  private readonly wakeUp: Alarm

  constructor(ports: ObjectPorts) {
    const { store, settings } = ports
    this.ports = ports
    this.wakeUp = new Alarm(ports.clock)
    this.engine = new RunEngine({
      store,
      settings,
      now: () => Date.now(),
      dispatch,
      post: (entries) => {
        const work = entries.some(({ subject }) => 'group' in subject)
        if (work && isHeldBack(this.run)) throw new Broken('held', 'it sends out work')
        ports.gate(() => this.post(entries))
      },
      tell: () => ports.gate(() => this.tell()),
      changed: (change) => {
        ports.changed(change)
        this.watch.changed(change)
      },
      arm: (due) => void this.wakeUp.arm(due),
      goOn: () => void setTimeout(() => this.takeSlice()),
    })
    this.watch = new RunBroadcast({
      store,
      settings,
      run: () => this.engine.run,
      now: () => Date.now(),
      synced: ports.synced,
      failed: ports.failed,
      wakeAt: (due) => void this.wakeUp.arm(due),
    })
    this.restored = this.restore()
  }

  get store(): RunStore {
    return this.ports.store
  }

  get run(): Run {
    const { run } = this.engine
    if (run === undefined) throw new Error('no run was created')
    return run
  }

  /** Runs one transaction over the run. Returns `otherwise` if there is no run any more. */
  call<R, T>(work: (tx: RunTransaction, request: R) => T, request: R, otherwise: T): T {
    const answer = this.engine.transact((tx) => ({ answer: work(tx, request) }))
    if (answer === undefined) return otherwise
    // RUN-8, ADM-1: a run that is held back grants nothing.
    if (isGrant(answer.answer) && isHeldBack(this.run)) throw new Broken('held', 'it grants work')
    return answer.answer
  }

  /** Takes an order of the owner's object, and says how the run stands then. */
  direct(order: RunOrder): FollowAnswer {
    const { tombstone } = this.engine
    if (tombstone !== undefined) return { kind: 'archived', status: tombstone.life.status }
    this.engine.transact((tx) => takeOrder(tx, order))
    return this.engine.run === undefined
      ? { kind: 'unknown' }
      : { kind: 'live', standing: this.standing(this.run) }
  }

  /** Reports a flight. JOB-2: a report under another attempt than the job's must change nothing. */
  report(request: FlightReport): ReportAnswer {
    const flight = this.store.readEntries().find(({ id }) => id === request.flight)
    const stale = flight === undefined ? [] : this.staleJobs(flight, request)
    const answer = this.call(report, request, { kind: 'gone' })
    for (const job of stale)
      for (const now of this.store.readJobs(job.group, [job.n])) {
        // A job that leaves its flight takes along the attempt that only the flight knew, and is told of anew.
        const known = { ...asGranted(now, flight ?? {}), told: job.told }
        if (!isDeepStrictEqual(known, job))
          throw new Broken('fenced', `${job.external_id}, at attempt ${job.attempt}`)
      }
    return answer
  }

  abort(): AbortAnswer {
    const { tombstone } = this.engine
    if (tombstone !== undefined) return abortAfterEnd(tombstone)
    return this.call(abort, { by: 'alice' }, { kind: 'unknown' })
  }

  get round(): number {
    return (this.engine.run ?? this.engine.tombstone)?.round ?? 0
  }

  /** Reads the run. Returns undefined if there is none. */
  read<T>(look: (run: Run, store: RunStore) => T): T | undefined {
    const { run } = this.engine
    return run && look(run, this.store)
  }

  lose(message: LostMessage): void {
    this.engine.transact((tx) => loseMessage(tx, message))
  }

  archived(mark: ArchiveMark): void {
    const tombstone = this.read((run, store) => archive({ run, store }, mark))
    if (tombstone !== undefined) {
      this.watch.watchers.cutAll()
      this.engine.archive(tombstone)
    }
    if (this.engine.tombstone !== undefined) void this.wakeUp.off()
  }

  async alarm(): Promise<void> {
    if (this.engine.run === undefined) return
    try {
      await this.wakeUp.fired(Date.now() + this.ports.settings.unclaimed_ms, () => {
        this.engine.transact(meetDeadlines)
        this.watch.watchers.expire()
        this.watch.watchers.again()
        return this.wakeDue()
      })
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error
    }
  }

  private staleJobs(flight: RunEntry, { rows }: FlightReport): Job[] {
    const { subject } = flight
    if (subject.kind !== 'flight') return []
    const attempts = new Map(rows.map(({ n, attempt }) => [n, attempt]))
    return this.store
      .readJobs(subject.group, subject.jobs)
      .map((job) => asGranted(job, flight))
      .filter(({ n, attempt }) => (attempts.get(n) ?? attempt) !== attempt)
  }

  private async restore(): Promise<void> {
    await this.wakeUp.restore()
    await this.wakeUp.arm(this.wakeDue())
  }

  private takeSlice(): void {
    try {
      this.engine.transact(takeSlice)
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error
    }
  }

  private wakeDue(): number | undefined {
    const dues = [this.engine.wakeDue(), this.watch.watchers.wakeDue()]
    const known = dues.filter((due) => due !== undefined)
    return known.length === 0 ? undefined : Math.min(...known)
  }

  /** As the real object, but without the standings that tell of progress alone. */
  private tell(): void {
    const { run } = this.engine
    if (run === undefined) return
    const standing = this.standing(run)
    this.ports.tell(standing, (answer) => {
      try {
        if (answer) this.engine.transact((tx) => takeAnswer(tx, { standing, answer }))
        else this.engine.transact(postponeTelling)
      } catch (error) {
        if (!(error instanceof StoreFailed)) throw error
      }
    })
  }

  private standing(run: Run): RunStanding {
    const [now, groups] = [Date.now(), this.store.readGroups()]
    const standstill = { run, entries: this.store.readEntries(), now }
    const progress = () => new RunProgress(this.ports.settings).now(standstill)
    return standingOf(run, { groups, progress, now })
  }

  private post(entries: readonly RunEntry[]): void {
    if (!this.ports.post(entries)) this.engine.transact((tx) => postpone(tx, entries))
  }
}

function isGrant(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && Reflect.get(answer, 'kind') === 'granted'
}
