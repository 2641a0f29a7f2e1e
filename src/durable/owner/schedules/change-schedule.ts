import type { ScheduleId } from '../../../protocol/schedule.ts'
import { markAt } from './due-slots.ts'
import type { Schedule, ScheduleTerms } from './schedule.ts'
import { pauseSlots } from './slot-starts.ts'

/** A new schedule. Its first slot is the first one from now on. */
export function openSchedule(schedule_id: ScheduleId, terms: ScheduleTerms, now: number): Schedule {
  const schedule = { ...terms, schedule_id, created_at: now, changed_at: now, slots: [] }
  return markAt({ ...schedule, mark: now, next: null }, now)
}

/**
 * Changes what a schedule's owner gave. A new `when`, and the end of a pause, count from now on: what lay before is not
 * missed.
 */
export function changeSchedule(
  before: Schedule,
  change: Partial<ScheduleTerms>,
  now: number,
): Schedule {
  const after = { ...before, ...change, changed_at: now }
  const counts = change.when !== undefined || after.paused !== before.paused
  const marked = counts ? markAt(after, now) : after
  return marked.paused && !before.paused ? pauseSlots(marked) : marked
}
