import type { RunOrder } from '../../src/durable/owner/owner-rpc.ts'
import { abort } from '../../src/durable/run/abort.ts'
import { isHeldBack, takeOrder } from '../../src/durable/run/admission.ts'
import { pause, resume } from '../../src/durable/run/pause.ts'
import { claimPlan, closeGroup, failPlan } from '../../src/durable/run/plans.ts'
import { retry } from '../../src/durable/run/retry.ts'
import type { FollowAnswer } from '../../src/durable/run/run-rpc.ts'
import { isEnded } from '../../src/durable/run/run-state.ts'
import { GroupKey, RunId } from '../../src/protocol/ids.ts'
import type { Labels } from '../../src/protocol/naming.ts'
import type { Concurrency } from '../../src/protocol/run.ts'
import { type OwnerTestPorts, TestOwner } from './test-owner.ts'
import { TestRun } from './test-run.ts'

/** One step of a history. `pick` and `count` choose among the things that exist at that moment. */
export type FleetAction = {
  readonly kind: keyof typeof fleetActions
  readonly pick: number
  readonly count: number
}

const LIMIT = 2
const MINUTE = 60_000
const by = { by: 'alice' }

type Given = {
  readonly run_id?: RunId
  readonly labels?: Labels
  readonly priority?: number
  readonly concurrency?: Concurrency
}

type Member = { readonly run_id: RunId; readonly test: TestRun; isForgotten: boolean }

/** The runs of one owner and the owner's object: their real engines, with calls between them that may be lost. */
export class Fleet {
  now = 1_700_000_000_000
  readonly members: Member[] = []
  readonly owner: TestOwner
  /** The calls that are lost next: of a run to its owner's object, and the other way. */
  loses = { tells: 0, answers: 0, orders: 0, receipts: 0 }

  constructor(peers: OwnerTestPorts = {}) {
    this.owner = new TestOwner(
      { runs_at_once: LIMIT },
      { ...peers, now: () => this.now, direct: (run_id, order) => this.direct(run_id, order) },
    )
  }

  get known(): TestRun[] {
    return this.members.filter(({ isForgotten }) => !isForgotten).map(({ test }) => test)
  }

  start({ run_id = this.nextId(), ...given }: Given = {}): TestRun {
    const test = new TestRun({
      answer: (standing) => {
        if (this.isLost('tells')) return undefined
        const answer = this.owner.tell(standing)
        return this.isLost('answers') ? undefined : answer
      },
    })
    test.now = this.now
    this.members.push({ run_id, test, isForgotten: false })
    test.engine.create({ ...test.start('a'), ...given, run_id }, 'epoch')
    return test
  }

  private nextId(): RunId {
    return RunId.parse(String(this.members.length).padStart(32, '0'))
  }

  /** Plans the run's group without jobs, if its plan is granted. So the run ends. */
  work(test: TestRun, fails = false): void {
    const grant = test.call(claimPlan, { group: 0 })
    if (grant.kind === 'refused') return
    const lease = { group: 0, attempt: grant.attempt }
    const failure = { code: 'broken', message: 'It broke.', retryable: false }
    if (fails) test.call(failPlan, { ...lease, failure })
    else test.call(closeGroup, lease)
  }

  /** The owner's object is evicted and wakes. */
  wakeOwner(): void {
    this.owner.restart()
    void this.owner.admissions.tell()
  }

  /** Lets time pass, and fires the alarms that are due. */
  pass(ms: number): void {
    this.now += ms
    for (const test of this.known) {
      test.now = this.now
      test.pass(0)
    }
    if ((this.owner.admissions.due() ?? Infinity) <= this.now) void this.owner.admissions.tell()
  }

  /** Lets the calls that are under way come to their ends. */
  async settle(): Promise<void> {
    for (let i = 0; i < 20; i += 1) await Promise.resolve()
  }

  /**
   * From here on no call is lost, and each run that may works. Resolves when all have ended and none waits, also none
   * that is gone, or after long.
   */
  async comeToRest(): Promise<boolean> {
    this.loses = { tells: 0, answers: 0, orders: 0, receipts: 0 }
    this.owner.admissions.resume()
    void this.owner.admissions.tell()
    for (const test of this.known) test.call(resume, by)
    for (let i = 0; i < 200 && !this.isAtRest(); i += 1) {
      await this.settle()
      this.check()
      for (const test of this.known) this.work(test)
      this.pass(MINUTE)
    }
    return this.isAtRest()
  }

  private isAtRest(): boolean {
    const { waiting } = this.owner.admissions.shown()
    return waiting === 0 && this.known.every((test) => isEnded(test.run))
  }

  /** ADM-1, ADM-2, RUN-8: no more runs are at work than may be, and a run that is held back grants nothing. */
  check(): void {
    const due = this.owner.admissions.due() ?? this.now
    if (due < this.now || due === Infinity) throw new Error(`the alarm cannot be set for ${due}`)
    const live = this.known.filter(({ run }) => !isEnded(run))
    const admitted = live.filter(({ run }) => run.admission?.kind === 'admitted')
    if (admitted.length > LIMIT) throw new Error(`${admitted.length} runs are admitted`)
    const keyed = admitted.flatMap(({ run }) => run.concurrency ?? [])
    for (const [key, alike] of Map.groupBy(keyed, (one) => one.key))
      if (alike.length > Math.min(...alike.map(({ limit }) => limit)))
        throw new Error(`${alike.length} runs of ${key} go side by side`)
    for (const test of live.filter(({ run }) => isHeldBack(run))) {
      const grant = test.call(claimPlan, { group: 0 })
      if (grant.kind !== 'refused') throw new Error('a run that is held back grants work')
    }
  }

  private direct(run_id: RunId, order: RunOrder): Promise<FollowAnswer> {
    if (this.isLost('orders')) return Promise.reject(new Error('lost'))
    const member = this.members.find((one) => one.run_id === run_id)
    if (member === undefined || member.isForgotten) return Promise.resolve({ kind: 'unknown' })
    const { test } = member
    test.call(takeOrder, order)
    if (this.isLost('receipts')) return Promise.reject(new Error('lost'))
    return Promise.resolve({ kind: 'live', standing: test.standing() })
  }

  protected isLost(what: keyof Fleet['loses']): boolean {
    if (this.loses[what] === 0) return false
    this.loses = { ...this.loses, [what]: this.loses[what] - 1 }
    return true
  }
}

type FleetStep = (fleet: Fleet, test: TestRun, count: number) => void

const fleetActions = {
  start(fleet, { now }, count) {
    const pick = fleet.members.length + (now % 7)
    const key = `key ${pick % 2}`
    fleet.start({
      priority: (count % 3) - 1,
      ...(pick % 3 === 0 ? { concurrency: { key, limit: 1 + (count % 2) } } : {}),
    })
  },
  work: (fleet, test) => fleet.work(test),
  fail: (fleet, test) => fleet.work(test, true),
  abort: (_, test) => void test.call(abort, by),
  retry: (_, test) => void test.call(retry, { groups: [GroupKey.parse('a')] }),
  pause: (_, test) => void test.call(pause, by),
  resume: (_, test) => void test.call(resume, by),
  pauseAll(fleet) {
    fleet.owner.admissions.pause('alice')
    void fleet.owner.admissions.tell()
  },
  resumeAll(fleet) {
    fleet.owner.admissions.resume()
    void fleet.owner.admissions.tell()
  },
  forget(fleet, test) {
    // Of a run that is itself paused the admissions ask nothing: the owner's list finds that such a run is gone.
    if (test.run.paused !== undefined) return
    for (const member of fleet.members) if (member.test === test) member.isForgotten = true
  },
  ownerWakes: (fleet) => fleet.wakeOwner(),
  pass: (fleet, _, count) => fleet.pass(count * MINUTE),
  loseTells: (fleet, _, count) => void (fleet.loses.tells = count),
  loseAnswers: (fleet, _, count) => void (fleet.loses.answers = count),
  loseOrders: (fleet, _, count) => void (fleet.loses.orders = count),
  loseReceipts: (fleet, _, count) => void (fleet.loses.receipts = count),
} satisfies Record<string, FleetStep>

export async function act(fleet: Fleet, { kind, pick, count }: FleetAction): Promise<void> {
  const { known } = fleet
  const test = known[pick % Math.max(1, known.length)]
  const step: FleetStep = fleetActions[kind]
  if (test !== undefined) step(fleet, test, count)
  else if (kind === 'start') fleet.start()
  await fleet.settle()
  fleet.check()
}
