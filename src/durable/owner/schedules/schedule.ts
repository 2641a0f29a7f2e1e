import type { RunId } from '../../../protocol/ids.ts'
import type { Labels } from '../../../protocol/naming.ts'
import type { ScheduleId, ScheduleSummary, SlotView, When } from '../../../protocol/schedule.ts'
import type { Reason, RunStatus } from '../../../protocol/status.ts'

/** The members of a schedule that its owner may change. */
export type ScheduleTerms = {
  readonly name: string
  readonly pipeline: string
  readonly labels?: Labels
  readonly when: When
  readonly jitter_s: number
  readonly overlap: ScheduleSummary['overlap']
  readonly backfill: ScheduleSummary['backfill']
  readonly paused: boolean
}

/** A schedule as its owner's object stores it. The input of its runs has a row of its own. Times in ms since 1970. */
export type Schedule = ScheduleTerms & {
  readonly schedule_id: ScheduleId
  readonly created_at: number
  readonly changed_at: number
  /** All slots up to here are decided: they are in `slots`, or were dropped from there. */
  readonly mark: number
  /** The first slot after the mark. Null: the schedule is paused, or none will ever come. */
  readonly next: number | null
  /** The oldest first. */
  readonly slots: readonly Slot[]
}

/** `at`: the slot itself, without jitter; of a run by hand when it was asked for. `key` names the slot for all tries. */
export type Slot = {
  readonly at: number
  readonly kind: SlotView['kind']
  readonly key: string
  readonly fate: Fate
}

/** What became of a slot. */
export type Fate =
  /**
   * Its run is to be started, from `due` on. `tries`: how often that was begun. `sent`: a start was sent, which may
   * have taken effect although no answer came. `reason`: why the last try failed.
   */
  | {
      readonly state: 'owed'
      readonly due: number
      readonly tries: number
      readonly sent?: true
      readonly reason?: Reason
    }
  /** Its run starts when this run has ended. */
  | { readonly state: 'waiting'; readonly run_id: RunId }
  | {
      readonly state: 'started'
      readonly run_id: RunId
      readonly started_at: number
      readonly status: RunStatus
    }
  | { readonly state: 'skipped' | 'refused'; readonly reason: Reason }
  | { readonly state: 'missed' }

/** A slot whose run is still to be started. */
export type OpenSlot = Slot & { readonly fate: Extract<Fate, { state: 'owed' | 'waiting' }> }

export function isOpen(slot: Slot): slot is OpenSlot {
  return slot.fate.state === 'owed' || slot.fate.state === 'waiting'
}
