import type { ScheduleId } from '../../../protocol/schedule.ts'
import type { Schedule } from './schedule.ts'

/** The schedules in the storage of an owner's object. Every call is synchronous. */
export type ScheduleStore = {
  transaction<T>(work: () => T): T
  /** The oldest first. */
  list(): Schedule[]
  find(schedule_id: ScheduleId): Schedule | undefined
  /** `due`: when the schedule needs the object next. Undefined: not before somebody calls. */
  put(schedule: Schedule, due: number | undefined): void
  /** The schedules that are due by then. */
  dueBy(now: number): Schedule[]
  /** When the first schedule is due. */
  firstDue(): number | undefined
  /** The input of the schedule's runs, as JSON text. */
  input(schedule_id: ScheduleId): string
  putInput(schedule_id: ScheduleId, input: string): void
  remove(schedule_id: ScheduleId): void
}
