import type { Owner, RunId } from '../../../protocol/ids.ts'
import type { Labels } from '../../../protocol/naming.ts'
import type {
  ScheduleId,
  ScheduleSummary,
  ScheduleView,
  SlotView,
} from '../../../protocol/schedule.ts'
import type { Reason, RunStatus } from '../../../protocol/status.ts'
import type { ScheduleTerms } from './schedule.ts'

/** The calls on an owner's schedules. An object of an earlier version lacks them. */
export type ScheduleRpc = { schedules(call: ScheduleCall): Promise<ScheduleAnswer> }

/** `input`: JSON text. The caller names a new schedule, so that a repeated call makes no second one. */
export type ScheduleCall =
  | { readonly op: 'list' }
  | { readonly op: 'read' | 'remove'; readonly schedule_id: ScheduleId }
  | {
      readonly op: 'create'
      readonly schedule_id: ScheduleId
      readonly terms: ScheduleTerms
      readonly input: string
    }
  | {
      readonly op: 'change'
      readonly schedule_id: ScheduleId
      readonly change: Partial<ScheduleTerms>
      readonly input?: string
    }
  /** Starts a run at once. Calls with the same key are one run. */
  | { readonly op: 'run'; readonly schedule_id: ScheduleId; readonly key: string }

/** A schedule without the input of its runs. */
export type ShownSchedule = Omit<ScheduleView, 'start'>

export type ScheduleAnswer =
  | { readonly kind: 'list'; readonly schedules: readonly ScheduleSummary[] }
  /** `input`: JSON text. */
  | { readonly kind: 'schedule'; readonly schedule: ShownSchedule; readonly input: string }
  | { readonly kind: 'slot'; readonly slot: SlotView }
  /** `full`: the owner has as many schedules as there may be. `busy`: too many runs by hand are to be started. */
  | { readonly kind: 'removed' | 'unknown' | 'full' | 'busy' }

/** The start of a slot's run. Starts with the same key are one run. `input`: JSON text. */
export type SlotStart = {
  readonly owner: Owner
  readonly key: string
  readonly pipeline: string
  readonly input: string
  readonly name: string
  readonly labels: Labels
}

export type SlotAnswer =
  | { readonly kind: 'started'; readonly run_id: RunId; readonly status: RunStatus }
  /** No later try would start it. */
  | { readonly kind: 'refused'; readonly reason: Reason }

/** Starts a slot's run. Rejects where a later try may succeed. */
export type StartSlot = (start: SlotStart) => Promise<SlotAnswer>
