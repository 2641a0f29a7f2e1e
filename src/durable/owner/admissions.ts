import { failpoint } from '../../failpoint.ts'
import type { Owner, RunId } from '../../protocol/ids.ts'
import type { OwnerPaused } from '../../protocol/run.ts'
import { limitsOf, type Settings } from '../../settings.ts'
import { backoff } from '../outbox/entry.ts'
import type { FollowAnswer, RunRpc } from '../run/run-rpc.ts'
import type { RunOrder, RunStanding } from './owner-rpc.ts'
import {
  type TurnDecision,
  type Desk,
  free,
  hearStanding,
  orderNumber,
  orderOf,
  type RunTurn,
  type TurnStore,
  moveGate,
} from './turns.ts'

type AdmissionParts = {
  readonly owner: Owner
  readonly store: TurnStore
  readonly settings: Settings
  readonly now: () => number
  readonly find: (run_id: RunId) => Pick<RunRpc, 'direct'>
  /** Takes the answer of a run that was told its order: it says how the run stands. */
  readonly heard: (run_id: RunId, answer: FollowAnswer) => void
  readonly failed: (error: unknown, run_id: RunId) => void
}

/** When a run is told its order again, how often that has failed, and whether a call is under way. */
type Call = { readonly due: number; readonly failures: number; readonly flying: boolean }

/** So many runs are told their orders at a time. */
const LANES = 20

/**
 * Admits an owner's runs (ADM-1), and owes each its order: the rows say which orders a run may lack, so that a call that
 * was lost, or that an eviction cut off, is made again.
 */
export class Admissions {
  private readonly parts: AdmissionParts
  private desk: Desk
  private turns: Map<RunId, RunTurn>
  /** In memory: an object that wakes tells all orders that may be lacking at once. */
  private readonly calls = new Map<RunId, Call>()
  /** When each run at work was last heard of. In memory: an object that wakes waits as long as after a word. */
  private readonly heard_at = new Map<RunId, number>()
  private readonly woke: number

  constructor(parts: AdmissionParts) {
    this.parts = parts
    const { desk, turns } = parts.store.read()
    this.desk = desk
    this.turns = turns
    this.woke = parts.now()
  }

  /** Hears how a run stands. The standing is not older than the one that the list has. */
  hear(standing: RunStanding): void {
    this.heard_at.set(standing.run_id, this.parts.now())
    this.decide(hearStanding(this.state(), standing))
  }

  /** Frees the turn of a run of which not even the list knows. */
  drop(run_id: RunId): void {
    if (this.turns.has(run_id)) this.decide(free(this.state(), { run_id }))
  }

  /** What the answer to a run's call says. Undefined after the run's end. */
  orderFor(run_id: RunId): RunOrder | undefined {
    const turn = this.turns.get(run_id)
    return turn && orderOf(this.state(), turn)
  }

  pause(by: string): OwnerPaused {
    this.decide(moveGate(this.state(), { by, at: this.parts.now() }))
    return this.shown()
  }

  resume(): OwnerPaused {
    this.decide(moveGate(this.state(), undefined))
    return this.shown()
  }

  /** How many runs are at work and wait, how many may be at work, and whether all are paused. */
  shown(): OwnerPaused {
    const all = [...this.turns.values()]
    const admitted = all.filter(({ state }) => state === 'admitted').length
    const { paused } = this.desk.gate
    return {
      admitted,
      waiting: all.length - admitted,
      runs_at_once: this.state().limit,
      ...(paused === undefined
        ? {}
        : { paused: { by: paused.by, at: new Date(paused.at).toISOString() } }),
    }
  }

  /** When a run is to be told its order next. Undefined if every run has it. */
  due(): number | undefined {
    const dues = [...this.turns.values()].flatMap((turn) => this.dueOf(turn) ?? [])
    // The platform takes no alarm for the beginning of time.
    return dues.length === 0 ? undefined : Math.max(this.parts.now(), Math.min(...dues))
  }

  /**
   * Tells all runs their orders whose time has come. Never rejects: a failure goes to `failed`, and the alarm repeats the
   * call. A call that hangs holds up no other run for longer than the time after which it is made again.
   */
  async tell(): Promise<void> {
    const now = this.parts.now()
    const flying = [...this.calls.values()].filter((call) => call.flying && call.due > now).length
    const due = [...this.turns.values()].filter((turn) => (this.dueOf(turn) ?? Infinity) <= now)
    const next = due.slice(0, Math.max(0, LANES - flying))
    await Promise.all(next.map((turn) => this.tellOne(turn).then(() => this.tell())))
  }

  private async tellOne(turn: RunTurn): Promise<void> {
    const { run_id } = turn
    const { owner, settings, find, heard, failed, now } = this.parts
    const failures = (this.calls.get(run_id)?.failures ?? 0) + 1
    const again = now() + settings.unclaimed_ms
    this.calls.set(run_id, { due: again, failures: failures - 1, flying: true })
    try {
      RUNCAST_FAILPOINTS && (await failpoint('owner.directing'))
      const answer = await find(run_id).direct({ owner, order: orderOf(this.state(), turn) })
      RUNCAST_FAILPOINTS && (await failpoint('owner.directed'))
      this.heard_at.set(run_id, now())
      heard(run_id, answer)
      if (answer.kind !== 'live') this.drop(run_id)
      this.later(run_id, failures)
    } catch (error) {
      this.later(run_id, failures)
      failed(error, run_id)
    }
  }

  /** Lets the next call of this run wait. After an answer there is none, unless the run did not take the order. */
  private later(run_id: RunId, failures: number): void {
    const { now, settings } = this.parts
    const turn = this.turns.get(run_id)
    if (turn === undefined || orderNumber(turn, this.desk) <= turn.told) this.calls.delete(run_id)
    else
      this.calls.set(run_id, { due: now() + backoff(failures, settings), failures, flying: false })
  }

  /**
   * When this run is told its order next: at once if it may lack the order. While others wait, a run at work of which
   * nothing was heard for long is told again: its answer says whether the turn is still in use.
   */
  private dueOf(turn: RunTurn): number | undefined {
    const { run_id, state, told } = turn
    const called = this.calls.get(run_id)?.due
    if (orderNumber(turn, this.desk) > told) return called ?? -Infinity
    if (state === 'waiting' || !this.anyWaits) return undefined
    const silent = (this.heard_at.get(run_id) ?? this.woke) + this.parts.settings.ask_again_ms
    return Math.max(silent, called ?? -Infinity)
  }

  private get anyWaits(): boolean {
    return [...this.turns.values()].some(({ state }) => state === 'waiting')
  }

  private decide(decision: TurnDecision): void {
    const { desk, put, drop } = decision
    if (desk === this.desk && put.length === 0 && drop.length === 0) return
    this.parts.store.write(decision)
    this.desk = desk
    for (const turn of put) this.turns.set(turn.run_id, turn)
    for (const run_id of drop) {
      this.turns.delete(run_id)
      this.calls.delete(run_id)
      this.heard_at.delete(run_id)
    }
  }

  private state() {
    const { desk, turns, parts } = this
    return { desk, turns, limit: limitsOf(parts.settings, parts.owner).runs_at_once }
  }
}
