import { BACKFILL_MAX, SLOTS_KEPT } from '../../../protocol/schedule.ts'
import { isTerminalRun } from '../../../protocol/terminal.ts'
import { slotsOf } from '../../../slots.ts'
import { isOpen, type Schedule, type Slot } from './schedule.ts'

const MINUTE = 60_000

/**
 * A slot that the object comes to later than this was missed. The platform's alarms come seconds late, and a deployment
 * or a move of the object takes a minute or two.
 */
export const LATE_MS = 5 * MINUTE

/**
 * A clock that goes back by less than this repeats no slot: the schedule goes on with the first slot after those that
 * were decided. A clock that goes back further was wrong before, so the schedule follows it (cron has the same rule).
 */
const CLOCK_BACK_MS = 180 * MINUTE

/** Takes over the slots that have come by now. Returns the schedule itself if there is none. */
export function comeDue(before: Schedule, now: number): Schedule {
  const schedule = before.mark > now + CLOCK_BACK_MS ? markAt(before, now) : before
  const { next, mark, when, paused } = schedule
  if (paused || next === null || dueOf(schedule, next) > now) return schedule
  const slots = slotsOf(when)
  // The newest slot may still wait for its jitter, which is shorter than the time between two slots.
  const come = slots
    .last({ after: mark, until: now, most: SLOTS_KEPT + 1 })
    .filter((at) => dueOf(schedule, at) <= now)
    .slice(-SLOTS_KEPT)
  const last = come.at(-1)
  if (last === undefined) return schedule
  const late = come.filter((at) => dueOf(schedule, at) < now - LATE_MS)
  const good = late.slice(late.length - madeGood(schedule))
  const woken = {
    ...schedule,
    mark: last,
    next: slots.next(last) ?? null,
    slots: askAgain(schedule, now),
  }
  const decided = come.reduce((so_far, at) => {
    if (!late.includes(at)) return admit(so_far, { at, kind: 'planned', now })
    if (good.includes(at)) return admit(so_far, { at, kind: 'backfill', now })
    return put(so_far, { at, kind: 'planned', key: keyOf(at), fate: { state: 'missed' } })
  }, woken)
  return trim(decided)
}

/** Sets the time from which on slots count: after a change of the schedule, a pause, or a wrong clock. */
export function markAt(schedule: Schedule, now: number): Schedule {
  const next = schedule.paused ? null : (slotsOf(schedule.when).next(now) ?? null)
  return { ...schedule, mark: now, next }
}

/** A slot with its jitter, which is always the same for this slot of this schedule. */
export function dueOf({ schedule_id, jitter_s }: Schedule, at: number): number {
  if (jitter_s === 0) return at
  return at + (scatter(`${schedule_id} ${at}`) % (jitter_s * 1_000))
}

/** FNV-1a: spreads equal slots of different schedules. */
function scatter(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function madeGood({ backfill }: Schedule): number {
  switch (backfill) {
    case 'none':
      return 0
    case 'last':
      return 1
    case 'all':
      return BACKFILL_MAX
  }
}

/** A slot that waits asks its run again, in case nobody told that the run has ended. */
function askAgain({ slots }: Schedule, now: number): readonly Slot[] {
  return slots.map((slot) =>
    slot.fate.state === 'waiting' ? { ...slot, fate: { state: 'owed', due: now, tries: 0 } } : slot,
  )
}

function keyOf(at: number): string {
  return new Date(at).toISOString()
}

type NewSlot = { readonly at: number; readonly kind: 'planned' | 'backfill'; readonly now: number }

/** Enters a slot that is to have a run, unless an earlier slot that has none yet speaks against it. */
function admit(schedule: Schedule, { at, kind, now }: NewSlot): Schedule {
  const slot = { at, kind, key: keyOf(at), fate: { state: 'owed', due: now, tries: 0 } } as const
  const before = schedule.slots.filter((one) => isOpen(one) && one.kind === 'planned')
  if (kind === 'backfill' || before.length === 0) return put(schedule, slot)
  if (schedule.overlap !== 'abort') return put(schedule, { ...slot, fate: BEHIND })
  return put({ ...schedule, slots: schedule.slots.map(giveWay) }, slot)
}

const BEHIND = {
  state: 'skipped',
  reason: { code: 'slot_behind', message: 'The run of the slot before had not started yet.' },
} as const

/** A slot whose start was never begun gives way to a later one. A begun start may have taken effect, so it goes on. */
function giveWay(slot: Slot): Slot {
  const { fate, kind } = slot
  if (kind !== 'planned' || fate.state !== 'owed' || fate.tries > 0) return slot
  return { ...slot, fate: OVERTAKEN }
}

const OVERTAKEN = {
  state: 'skipped',
  reason: { code: 'slot_overtaken', message: 'The next slot came before this one could start.' },
} as const

/** Enters a slot in its place. A clock that went back comes to slots again: one that may have a run stays as it is. */
export function put(schedule: Schedule, slot: Slot): Schedule {
  const known = schedule.slots.find(({ key }) => key === slot.key)
  if (known !== undefined && (isOpen(known) || known.fate.state === 'started')) return schedule
  const others = schedule.slots.filter((one) => one !== known)
  return { ...schedule, slots: [...others, slot].toSorted((a, b) => a.at - b.at) }
}

/** Drops the oldest slots beyond those that are kept. A slot stays while its run is to be started or goes on. */
export function trim(schedule: Schedule): Schedule {
  const ended = schedule.slots.filter((slot) => !isOpen(slot) && !goesOn(slot))
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - SLOTS_KEPT)))
  return dropped.size === 0
    ? schedule
    : { ...schedule, slots: schedule.slots.filter((slot) => !dropped.has(slot)) }
}

/** Whether the slot's run has not ended, as far as the schedule was told. */
export function goesOn({ fate }: Slot): boolean {
  return fate.state === 'started' && !isTerminalRun(fate.status)
}
