import type { RunFacts } from '../../protocol/events.ts'
import type { GroupKey, RunId } from '../../protocol/ids.ts'
import type { PlanNotice } from '../../protocol/plan-notice.ts'
import type { Concurrency, OwnerPaused, Snapshot } from '../../protocol/run.ts'
import type { Reason, RunStatus } from '../../protocol/status.ts'

/** The error with which an object ends itself once its storage is empty. */
export const ERASED = 'the object was erased'

/**
 * The calls of an owner's object. Arguments and answers are single objects so that objects of different versions can
 * talk: fields may be added, but never renamed.
 */
export type OwnerRpc = {
  /** Enters a run in the owner's list, or brings its row up to date (OWN-1). A call may be repeated, and come late. */
  tell(standing: RunStanding): Promise<ToldAnswer>
  /** The runs of the list. An object of an earlier version lacks this call and the next two. */
  runs(): Promise<readonly RunId[]>
  /** Takes deleted runs out of the list. Those who follow it connect again, and get the list without them (DEL-3). */
  forget(request: { readonly run_ids: readonly RunId[] }): Promise<void>
  /**
   * Deletes all that the object has, whatever its parts have stored, and ends the object: call again until it answers
   * without an error.
   */
  erase(): Promise<void>
  /**
   * Holds back the work of all runs of the owner, also of those that are started later, and lets them go on (RUN-9). An
   * object of an earlier version lacks these calls, and the next.
   */
  pauseAll(request: { by: string }): Promise<OwnerPaused>
  resumeAll(): Promise<OwnerPaused>
  /** How many of the owner's runs are at work and wait, and the quotas. */
  admitted(request?: UsageRequest): Promise<OwnerPaused>
}

/** `stored_bytes`: as Postgres has just counted them. Absent from an API of an earlier version, or while Postgres is away. */
export type UsageRequest = { readonly stored_bytes?: number }

/**
 * `noticed`: the object took over the notices of the standing. An object of an earlier version knows none.
 * `followed_ms`: for how long the run shall tell its progress, too. 0: nobody follows the list (OWN-2). `order`: absent
 * after the run's end, and in the answer of an object of an earlier version.
 */
export type ToldAnswer = {
  readonly followed_ms: number
  readonly order?: RunOrder
  readonly noticed?: true
}

/**
 * What an owner's object tells one of its runs to do in this round (ADM-1). `n` numbers the orders of an owner's object:
 * an order with a lower number than the last one comes too late. `at`: in ms since 1970.
 */
export type RunOrder = { readonly n: number; readonly round: number } & (
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly reason: Reason }
  | { readonly kind: 'paused'; readonly by: string; readonly at: number }
)

/**
 * A run as its owner's list shows it. `epoch`, `seq`, `named` and `at` (in ms since 1970, by the clock of the run's
 * object) tell a later standing from an earlier one.
 */
export type RunStanding = {
  readonly run_id: RunId
  readonly epoch: string
  readonly seq: number
  readonly named: number
  readonly at: number
  /** What people call the run: its name, the title of its only group, or "40 companies". */
  readonly title: string
  readonly status: RunStatus
  readonly round: number
  readonly error?: Reason
  readonly asks?: Asks
  readonly facts: RunFacts
  /** What came of the run's postings, of a run that has ended. */
  readonly results?: RunResults
  /** What the plans of groups found since the last answer, for the owner's endpoints. It may come again. */
  readonly notices?: readonly GroupNotice[]
}

/** The counts of an ended run's snapshot. `gone`: absent if no plan counts what expired. */
export type RunResults = Pick<Snapshot, 'total' | 'new' | 'changed' | 'unchanged' | 'gone'>

export type GroupNotice = {
  readonly group: GroupKey
  readonly title: string | null
  readonly notice: PlanNotice
}

/**
 * What the owner's object has to know of a run that goes on, to admit it. Absent after the end, and in a standing of an
 * object of an earlier version, which goes on without being admitted. `n`: the number of the last order that the run
 * took in this round.
 */
type Asks = {
  readonly n: number
  readonly admitted?: true
  readonly paused?: true
  readonly priority?: number
  readonly concurrency?: Concurrency
}
