import { SLOTS_AHEAD, type ScheduleSummary, type SlotView } from '../../../protocol/schedule.ts'
import { nextSlots } from '../../../slots.ts'
import type { ShownSchedule } from './schedule-rpc.ts'
import type { Schedule, Slot } from './schedule.ts'

/** A schedule as its route shows it, without the input of its runs. */
export function viewSchedule(schedule: Schedule): ShownSchedule {
  return {
    ...summarize(schedule),
    next: nextOf(schedule).map(iso),
    slots: schedule.slots.map(viewSlot).toReversed(),
  }
}

export function summarize(schedule: Schedule): ScheduleSummary {
  const { schedule_id, name, pipeline, labels, when, jitter_s, overlap, backfill, paused } =
    schedule
  const last = schedule.slots.at(-1)
  return {
    schedule_id,
    name,
    pipeline,
    ...(labels === undefined ? {} : { labels }),
    when,
    jitter_s,
    overlap,
    backfill,
    paused,
    created_at: iso(schedule.created_at),
    changed_at: iso(schedule.changed_at),
    next_at: schedule.next === null ? null : iso(schedule.next),
    last: last === undefined ? null : viewSlot(last),
  }
}

export function viewSlot({ at, kind, fate }: Slot): SlotView {
  const slot = { at: iso(at), kind, state: fate.state }
  switch (fate.state) {
    case 'owed':
      return fate.reason === undefined ? slot : { ...slot, reason: fate.reason }
    case 'waiting':
      return { ...slot, run_id: fate.run_id }
    case 'started': {
      const { run_id, status, started_at } = fate
      return { ...slot, run_id, status, started_at: iso(started_at) }
    }
    case 'skipped':
    case 'refused':
      return { ...slot, reason: fate.reason }
    case 'missed':
      return slot
  }
}

function nextOf({ next, when }: Schedule): number[] {
  return next === null ? [] : [next, ...nextSlots(when, next, SLOTS_AHEAD - 1)]
}

function iso(time: number): string {
  return new Date(time).toISOString()
}
