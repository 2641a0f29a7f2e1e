import type { ScheduleStore } from '../../src/durable/owner/schedules/schedule-store.ts'
import type { Schedule } from '../../src/durable/owner/schedules/schedule.ts'
import type { ScheduleId } from '../../src/protocol/schedule.ts'

/** An owner's schedules in memory. A transaction that throws leaves nothing, as in SQLite. */
export function openMemorySchedules(): ScheduleStore & { readonly rows: () => number } {
  let schedules = new Map<ScheduleId, { schedule: Schedule; due: number | undefined }>()
  let inputs = new Map<ScheduleId, string>()
  const all = () =>
    [...schedules.values()].toSorted((a, b) => a.schedule.created_at - b.schedule.created_at)
  return {
    rows: () => schedules.size + inputs.size,
    transaction(work) {
      const before = [new Map(schedules), new Map(inputs)] as const
      try {
        return work()
      } catch (error) {
        ;[schedules, inputs] = before
        throw error
      }
    },
    list: () => all().map(({ schedule }) => schedule),
    find: (schedule_id) => schedules.get(schedule_id)?.schedule,
    put: (schedule, due) => void schedules.set(schedule.schedule_id, { schedule, due }),
    dueBy: (now) =>
      all()
        .filter(({ due }) => due !== undefined && due <= now)
        .map(({ schedule }) => schedule),
    firstDue() {
      const dues = all().flatMap(({ due }) => due ?? [])
      return dues.length === 0 ? undefined : Math.min(...dues)
    },
    input(schedule_id) {
      const input = inputs.get(schedule_id)
      if (input === undefined) throw new Error('no such input')
      return input
    },
    putInput: (schedule_id, input) => void inputs.set(schedule_id, input),
    remove(schedule_id) {
      schedules.delete(schedule_id)
      inputs.delete(schedule_id)
    },
  }
}
