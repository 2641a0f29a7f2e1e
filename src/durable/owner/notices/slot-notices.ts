import type { Reason } from '../../../protocol/status.ts'
import type { Schedule, Slot } from '../schedules/schedule.ts'
import type { TypedNotice } from './run-notices.ts'

/** The notices of slots that have no run, or have their run late, if a change of a schedule brings some. */
export function noticesOfSlots(before: Schedule, after: Schedule, now: number): TypedNotice[] {
  const known = new Map(before.slots.map((slot) => [slot.key, slot]))
  const late = after.slots.filter((slot) => !known.has(slot.key) && isLate(slot))
  const refused = after.slots.filter((slot) => isRefused(slot) && !isRefused(known.get(slot.key)))
  return [
    ...(late.length === 0 ? [] : [noticeOfLate(after, late, now)]),
    ...refused.flatMap((slot) => noticeOfRefused(after, slot, now)),
  ]
}

function isLate({ kind, fate }: Slot): boolean {
  return kind === 'backfill' || fate.state === 'missed'
}

/** The answer to a run by hand has the reason already, so no notice tells of such a slot. */
function isRefused(slot: Slot | undefined): boolean {
  return slot?.kind !== 'by_hand' && slot?.fate.state === 'refused'
}

function noticeOfLate(schedule: Schedule, late: readonly Slot[], now: number): TypedNotice {
  const made_good = late.filter(({ kind }) => kind === 'backfill').length
  const what = `${late.length} missed, of which ${made_good} are made good`
  return noticeOf(schedule, { slots: late, id: 'missed', made_good, what, now })
}

function noticeOfRefused(schedule: Schedule, slot: Slot, now: number): TypedNotice[] {
  if (slot.fate.state !== 'refused') return []
  const { reason } = slot.fate
  const what = `1 missed, because its run was refused: ${reason.message}`
  return [noticeOf(schedule, { slots: [slot], id: 'refused', made_good: 0, reason, what, now })]
}

type MissedSlots = {
  readonly slots: readonly Slot[]
  readonly id: 'missed' | 'refused'
  readonly made_good: number
  readonly reason?: Reason
  readonly what: string
  readonly now: number
}

function noticeOf(
  { schedule_id, name, pipeline }: Schedule,
  { slots, id, made_good, reason, what, now }: MissedSlots,
): TypedNotice {
  const data = {
    schedule_id,
    name,
    pipeline,
    slots: slots.map(({ at }) => new Date(at).toISOString()),
    made_good,
    ...(reason === undefined ? {} : { reason }),
    path: `/api/schedules/${schedule_id}`,
  }
  return {
    notice_id: `${schedule_id}.${id}.${slots[0]?.at}`,
    type: 'schedule.missed',
    order: schedule_id,
    at: now,
    data: JSON.stringify(data),
    text: `${name}: ${what}`,
  }
}
