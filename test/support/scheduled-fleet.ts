import { NoticeDesk } from '../../src/durable/owner/notices/notice-desk.ts'
import type { NoticePost, PostAnswer } from '../../src/durable/owner/notices/webhook-rpc.ts'
import type { ScheduleDesk } from '../../src/durable/owner/schedules/schedule-desk.ts'
import type { StartSlot } from '../../src/durable/owner/schedules/schedule-rpc.ts'
import type { ScheduleTerms } from '../../src/durable/owner/schedules/schedule.ts'
import { abort } from '../../src/durable/run/abort.ts'
import { isEnded } from '../../src/durable/run/run-state.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { ScheduleId } from '../../src/protocol/schedule.ts'
import { GivenWebhook, WebhookId } from '../../src/protocol/webhook.ts'
import { Fleet } from './fleet.ts'
import { openMemoryNotices } from './memory-notices.ts'
import { openMemorySchedules } from './memory-schedules.ts'
import { openTestDesk } from './test-desk.ts'
import { alice } from './test-run.ts'

export const schedule_id = ScheduleId.parse('5'.repeat(32))
export const webhook_id = WebhookId.parse('6'.repeat(32))
const MINUTE = 60_000
const EVENTS = ['run.finished', 'run.finished_with_problems', 'run.error', 'run.aborted']

/** What becomes of the call of a start, or of a notice: it does not arrive, or its answer does not, or all is well. */
export type CallFault = 'none' | 'refused' | 'unheard' | 'killed before' | 'killed after'

/** A fleet with a schedule that starts runs of it, and an endpoint that is told of their ends: the owner's object as a whole. */
export class ScheduledFleet extends Fleet {
  startFault: CallFault = 'none'
  postFault: CallFault = 'none'
  /** Whether the answers of runs that the schedule asks come late: with the next step of time. */
  isLate = false
  private readonly late: (() => void)[] = []
  /** The latest time that the object's clock has shown. */
  highest: number
  readonly schedules = openMemorySchedules()
  readonly notices = openMemoryNotices()
  /** The slots that the schedule has ever had, with their last states. */
  readonly fates = new Map<string, string>()
  /** The keys of the runs that were started, in the order of their first starts. */
  readonly started = new Map<string, RunId>()
  /** The ids of the notices that were ever owed, and of those that reached the receiver. */
  readonly owed = new Set<string>()
  readonly received = new Set<string>()
  readonly early: string[] = []
  desk: ScheduleDesk
  notifier: NoticeDesk

  constructor(terms: ScheduleTerms) {
    super({
      reported: (standing) => void this.notifier.reported(standing),
      heard: (standing, known) => this.notifier.told(standing, known),
      told: (standing) => this.desk.told(standing),
    })
    this.highest = this.now
    this.record()
    this.notifier = this.openNotices()
    this.desk = this.openDesk()
    const url = 'https://a.example'
    const given = GivenWebhook.parse({ url, events: EVENTS })
    void this.notifier.call({ op: 'create', webhook_id, secret: 'whsec_MTIzNDU2', given })
    void this.desk.call({ op: 'create', schedule_id, terms, input: '{}' })
  }

  override wakeOwner(): void {
    super.wakeOwner()
    this.notifier = this.openNotices()
    this.desk = this.openDesk()
    this.ring()
  }

  override pass(ms: number): void {
    super.pass(ms)
    this.ring()
    for (const go of this.late.splice(0)) go()
  }

  /** SCH-4: a slot waits for a run that goes on, or that owes the word of its end. */
  override check(): void {
    super.check()
    for (const { fate } of this.schedules.find(schedule_id)?.slots ?? []) {
      if (fate.state !== 'waiting') continue
      const member = this.members.find(({ run_id }) => run_id === fate.run_id)
      if (member && isEnded(member.test.run) && member.test.run.telling === undefined)
        throw new Error(`a slot waits for ${fate.run_id}, which has ended`)
    }
  }

  /** Everything works again, for as long as several slots take; then the schedule is paused, and all runs come to their ends. */
  override async comeToRest(): Promise<boolean> {
    this.startFault = 'none'
    this.postFault = 'none'
    this.isLate = false
    this.wakeOwner()
    const until = Math.max(this.highest, this.now) + 30 * MINUTE
    for (let turn = 0; this.now < until && turn < 600; turn += 1) {
      await this.settle()
      for (const test of this.known) this.work(test)
      this.pass(MINUTE)
    }
    await this.desk.call({ op: 'change', schedule_id, change: { paused: true } })
    await this.settle()
    // A start that had begun goes on, although the schedule is paused: perhaps after the end of another run.
    let ended = false
    for (let turn = 0; turn < 3; turn += 1) {
      ended = await super.comeToRest()
      this.ring()
      await this.settle()
    }
    // A notice is tried for a day.
    for (let hour = 0; hour < 30; hour += 1) {
      this.pass(60 * MINUTE)
      await this.settle()
    }
    return ended
  }

  private ring(): void {
    this.highest = Math.max(this.highest, this.now)
    if ((this.desk.wakeDue() ?? Infinity) <= this.now) void this.desk.work()
    if ((this.notifier.wakeDue() ?? Infinity) <= this.now) void this.notifier.work()
  }

  private record(): void {
    const put = this.schedules.put.bind(this.schedules)
    this.schedules.put = (schedule, due) => {
      // The oldest of the slots that have come to an end may be dropped with the change that ended them.
      const kept = new Set(schedule.slots.map(({ key }) => key))
      for (const [key, state] of this.fates)
        if (!kept.has(key) && isOpenState(state)) this.fates.set(key, 'dropped')
      for (const { key, fate } of schedule.slots) this.fates.set(key, fate.state)
      put(schedule, due)
    }
    const add = this.notices.add.bind(this.notices)
    this.notices.add = (delivery) => {
      this.owed.add(delivery.notice_id)
      add(delivery)
    }
  }

  private openDesk(): ScheduleDesk {
    const desk = openTestDesk(alice, {
      store: this.schedules,
      now: () => this.now,
      start: this.startSlot,
      ask: async (run_id) => {
        const status = await this.call(run_id, (test) => test.standing().status)
        if (this.isLate) await new Promise<void>((go) => this.late.push(go))
        return status
      },
      abort: (run_id) => this.call(run_id, (test) => void test.call(abort, { by: 'a schedule' })),
    })
    desk.restore()
    return desk
  }

  private openNotices(): NoticeDesk {
    return new NoticeDesk({
      store: this.notices,
      now: () => this.now,
      post: (post) => this.post(post),
      arm: () => undefined,
      failed: (message, error) => {
        throw new Error(message, { cause: error })
      },
    })
  }

  private readonly startSlot: StartSlot = async ({ key, labels }) => {
    const fault = this.startFault
    if (fault === 'refused') throw new Error('the run’s object is away')
    if (fault === 'killed before') return new Promise(() => undefined)
    const run_id = runOf(key)
    const at = Date.parse(key.split(' ')[2] ?? '')
    if (at > this.highest) this.early.push(key)
    if (!this.started.has(key)) {
      this.started.set(key, run_id)
      this.start({ run_id, labels })
    }
    if (fault === 'unheard') throw new Error('the answer was lost')
    if (fault === 'killed after') return new Promise(() => undefined)
    const status = await this.call(run_id, (test) => test.standing().status)
    return { kind: 'started', run_id, status }
  }

  private post({ notice_id }: NoticePost): Promise<PostAnswer> {
    const fault = this.postFault
    if (fault === 'killed before') return new Promise(() => undefined)
    if (fault === 'refused') return Promise.resolve({ status: 500 })
    this.received.add(notice_id)
    if (fault === 'killed after') return new Promise(() => undefined)
    if (fault === 'unheard') return Promise.resolve({ status: null, error: 'no answer' })
    return Promise.resolve({ status: 204 })
  }

  private async call<T>(run_id: RunId, ask: (test: Fleet['known'][number]) => T): Promise<T> {
    if (this.isLost('orders')) throw new Error('lost')
    const member = this.members.find((one) => one.run_id === run_id)
    if (member === undefined) throw new Error(`there is no run ${run_id}`)
    return ask(member.test)
  }
}

export function isOpenState(state: string): boolean {
  return state === 'owed' || state === 'waiting'
}

const MASK = (1n << 128n) - 1n

function runOf(key: string): RunId {
  let hash = 0n
  for (const character of key) hash = (hash * 31n + BigInt(character.codePointAt(0) ?? 0)) & MASK
  return RunId.parse(hash.toString(16).padStart(32, '0'))
}
