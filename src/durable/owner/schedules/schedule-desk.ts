import { failpoint } from '../../../failpoint.ts'
import { createGate } from '../../../gate.ts'
import type { Owner, RunId } from '../../../protocol/ids.ts'
import { SCHEDULE_LABEL, ScheduleId, SCHEDULES_MAX } from '../../../protocol/schedule.ts'
import type { RunStatus } from '../../../protocol/status.ts'
import { isTerminalRun } from '../../../protocol/terminal.ts'
import type { Settings } from '../../../settings.ts'
import type { RunStanding } from '../owner-rpc.ts'
import { changeSchedule, openSchedule } from './change-schedule.ts'
import { comeDue, dueOf } from './due-slots.ts'
import type { ScheduleAnswer, ScheduleCall, StartSlot } from './schedule-rpc.ts'
import type { ScheduleStore } from './schedule-store.ts'
import { summarize, viewSchedule, viewSlot } from './schedule-view.ts'
import type { OpenSlot, Schedule } from './schedule.ts'
import {
  askByHand,
  beginStart,
  endStart,
  goingRuns,
  noteSent,
  readySlot,
  runStands,
  scheduleDue,
  type StartOutcome,
} from './slot-starts.ts'

/** All requests of an object share six connections. Starts leave some of them to the runs that are asked and told. */
const STARTS_AT_ONCE = 3

type DeskParts = {
  readonly owner: Owner
  readonly store: ScheduleStore
  readonly settings: Settings
  readonly now: () => number
  readonly start: StartSlot
  /** Asks a run's object for its status. Undefined: the object knows no such run. */
  readonly ask: (run_id: RunId) => Promise<RunStatus | undefined>
  readonly abort: (run_id: RunId, by: string) => Promise<void>
  /** The status of a run in the owner's list. */
  readonly listed: (run_id: RunId) => RunStatus | undefined
  /** Called when the desk may have to be woken earlier than before. */
  readonly arm: () => void
  /** Called in the transaction that changes a schedule. */
  readonly changed?: (before: Schedule, after: Schedule) => void
  readonly failed: (message: string, error: unknown) => void
}

/** An owner's schedules behind their ports: the pure functions of this folder decide. */
export class ScheduleDesk {
  private readonly parts: DeskParts
  private readonly gate = createGate(STARTS_AT_ONCE)
  /** The schedules whose slots are being started. In memory: after a restart each start is made again. */
  private readonly starting = new Map<ScheduleId, Promise<void>>()
  /** The runs that are being asked how they stand, and what they told meanwhile, which is newer than their answers. */
  private readonly asked = new Map<RunId, RunStatus | undefined>()

  constructor(parts: DeskParts) {
    this.parts = parts
  }

  async call(call: ScheduleCall): Promise<ScheduleAnswer> {
    // A clock that was wrong may have left an alarm that is far too late.
    void this.work()
    switch (call.op) {
      case 'list':
        return { kind: 'list', schedules: this.parts.store.list().map(summarize) }
      case 'create':
        return this.create(call)
      case 'read':
        return this.read(call.schedule_id)
      case 'change':
        return this.change(call)
      case 'remove':
        return this.remove(call.schedule_id)
      case 'run':
        return this.runNow(call)
    }
  }

  /** Takes over how a run stands, if a schedule started it. */
  told({ run_id, status, facts }: RunStanding): void {
    if (this.asked.has(run_id)) this.asked.set(run_id, status)
    const named = ScheduleId.safeParse(facts.labels?.[SCHEDULE_LABEL])
    if (!named.success) return
    const changed = this.update(named.data, (schedule, now) =>
      runStands(schedule, { run_id, status }, now),
    )
    if (changed) void this.startDue(named.data)
  }

  /** Starts what is due. Resolves when each start has an answer. Never rejects. */
  async work(): Promise<void> {
    const { store, now } = this.parts
    const due = store.dueBy(now())
    for (const { schedule_id } of due) this.update(schedule_id, comeDue)
    await Promise.all(due.map(({ schedule_id }) => this.startDue(schedule_id)))
  }

  /** Sets all schedules right whose slots were decided by a clock that was far ahead. Called when the object wakes. */
  restore(): void {
    for (const { schedule_id } of this.parts.store.list()) this.update(schedule_id, comeDue)
  }

  wakeDue(): number | undefined {
    return this.parts.store.firstDue()
  }

  private create({
    schedule_id,
    terms,
    input,
  }: Extract<ScheduleCall, { op: 'create' }>): ScheduleAnswer {
    const { store, now } = this.parts
    if (store.find(schedule_id) !== undefined) return this.read(schedule_id)
    if (store.list().length >= SCHEDULES_MAX) return { kind: 'full' }
    store.transaction(() => {
      store.putInput(schedule_id, input)
      this.put(openSchedule(schedule_id, terms, now()))
    })
    this.parts.arm()
    return this.read(schedule_id)
  }

  private read(schedule_id: ScheduleId): ScheduleAnswer {
    const { store } = this.parts
    const schedule = store.find(schedule_id)
    if (schedule === undefined) return { kind: 'unknown' }
    return { kind: 'schedule', schedule: viewSchedule(schedule), input: store.input(schedule_id) }
  }

  private change({
    schedule_id,
    change,
    input,
  }: Extract<ScheduleCall, { op: 'change' }>): ScheduleAnswer {
    const { store } = this.parts
    store.transaction(() => {
      const known = this.update(schedule_id, (before, now) => changeSchedule(before, change, now))
      if (known && input !== undefined) store.putInput(schedule_id, input)
    })
    this.parts.arm()
    return this.read(schedule_id)
  }

  private remove(schedule_id: ScheduleId): ScheduleAnswer {
    const { store } = this.parts
    if (store.find(schedule_id) === undefined) return { kind: 'unknown' }
    store.transaction(() => store.remove(schedule_id))
    return { kind: 'removed' }
  }

  private async runNow({
    schedule_id,
    key: given,
  }: Extract<ScheduleCall, { op: 'run' }>): Promise<ScheduleAnswer> {
    const { store, now } = this.parts
    const before = store.find(schedule_id)
    if (before === undefined) return { kind: 'unknown' }
    const key = `by hand ${given}`
    const asked = askByHand(before, key, now())
    if (asked === 'busy') return { kind: 'busy' }
    store.transaction(() => this.put(asked))
    await this.startDue(schedule_id)
    this.parts.arm()
    const slot = store.find(schedule_id)?.slots.find((one) => one.key === key)
    return slot === undefined ? { kind: 'unknown' } : { kind: 'slot', slot: viewSlot(slot) }
  }

  /** Changes a schedule in one transaction. Returns false if there is no such schedule, or if it stays as it is. */
  private update(
    schedule_id: ScheduleId,
    change: (schedule: Schedule, now: number) => Schedule,
  ): boolean {
    const { store, now } = this.parts
    return store.transaction(() => {
      const before = store.find(schedule_id)
      const after = before && change(before, now())
      if (after === undefined || after === before) return false
      this.put(after)
      if (before !== undefined) this.parts.changed?.(before, after)
      return true
    })
  }

  private put(schedule: Schedule): void {
    this.parts.store.put(
      schedule,
      scheduleDue(schedule, (at) => dueOf(schedule, at)),
    )
  }

  /** Starts the slots of a schedule that are due, one after the other. Never rejects. */
  private startDue(schedule_id: ScheduleId): Promise<void> {
    const known = this.starting.get(schedule_id)
    if (known !== undefined) return known
    const starting = this.startEach(schedule_id)
      .catch((error: unknown) =>
        this.parts.failed('a schedule was left, and will be taken up', error),
      )
      .finally(() => {
        this.starting.delete(schedule_id)
        this.parts.arm()
      })
    this.starting.set(schedule_id, starting)
    return starting
  }

  private async startEach(schedule_id: ScheduleId): Promise<void> {
    for (;;) {
      const { store, settings, now } = this.parts
      const schedule = store.find(schedule_id)
      const slot = schedule && readySlot(schedule, now())
      if (schedule === undefined || slot === undefined) return
      this.update(schedule_id, (before, at) =>
        beginStart(before, slot.key, { now: at, times: settings }),
      )
      const outcome = await this.gate(() => this.tryStart(schedule, slot))
      this.update(schedule_id, (before, at) =>
        endStart(before, { key: slot.key, outcome, now: at, times: settings }),
      )
    }
  }

  private async tryStart(schedule: Schedule, slot: OpenSlot): Promise<StartOutcome> {
    try {
      return (await this.overlap(schedule, slot)) ?? (await this.start(schedule, slot))
    } catch (error) {
      this.parts.failed('a run of a schedule could not be started, and will be', error)
      const message = 'The run could not be started, and is tried again.'
      return { kind: 'failed', reason: { code: 'start_failed', message } }
    }
  }

  private async start(schedule: Schedule, { key }: OpenSlot): Promise<StartOutcome> {
    const { owner, store, start, listed } = this.parts
    const { schedule_id, pipeline, name, labels } = schedule
    if (store.find(schedule_id) === undefined) return { kind: 'skipped', reason: DELETED }
    this.update(schedule_id, (before) => noteSent(before, key))
    RUNCAST_FAILPOINTS && (await failpoint('slot.starting'))
    const answer = await start({
      owner,
      key: `schedule ${schedule_id} ${key}`,
      pipeline,
      input: store.input(schedule_id),
      name,
      labels: { ...labels, [SCHEDULE_LABEL]: schedule_id },
    })
    RUNCAST_FAILPOINTS && (await failpoint('slot.started'))
    if (answer.kind === 'refused') return answer
    // The run may have told the list of its end before the answer to its start came.
    return { ...answer, status: listed(answer.run_id) ?? answer.status }
  }

  /** A run that ended while its answer was under way told so before, and nobody would tell a slot that waits for it. */
  private async askRun(run_id: RunId): Promise<RunStatus> {
    this.asked.set(run_id, undefined)
    try {
      const status = await this.parts.ask(run_id)
      return this.asked.get(run_id) ?? status ?? 'error'
    } finally {
      this.asked.delete(run_id)
    }
  }

  /** Decides what the schedule's runs that go on mean for a slot. Undefined: the slot's run can start. */
  private async overlap(schedule: Schedule, slot: OpenSlot): Promise<StartOutcome | undefined> {
    if (slot.kind === 'by_hand' || (slot.fate.state === 'owed' && slot.fate.sent === true))
      return undefined
    for (const run_id of goingRuns(schedule)) {
      const status = await this.askRun(run_id)
      this.update(schedule.schedule_id, (one, now) => runStands(one, { run_id, status }, now))
      if (isTerminalRun(status)) continue
      // Slots that are made good are all wanted, so that they wait for one another.
      const policy = slot.kind === 'backfill' ? 'wait' : schedule.overlap
      if (policy === 'wait') return { kind: 'waiting', run_id }
      if (policy === 'skip') return { kind: 'skipped', reason: OVERLAPS }
      await this.parts.abort(run_id, `schedule ${schedule.name}`)
    }
    return undefined
  }
}

/** Nobody reads this: the schedule is gone. */
const DELETED = { code: 'schedule_deleted', message: 'The schedule was deleted.' } as const

const OVERLAPS = {
  code: 'run_going_on',
  message: 'The run of an earlier slot was still going on.',
} as const
