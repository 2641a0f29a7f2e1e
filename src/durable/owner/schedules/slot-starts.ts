import type { RunId } from '../../../protocol/ids.ts'
import type { Reason, RunStatus } from '../../../protocol/status.ts'
import { isTerminalRun } from '../../../protocol/terminal.ts'
import type { Settings } from '../../../settings.ts'
import { backoff } from '../../outbox/entry.ts'
import { goesOn, put, trim } from './due-slots.ts'
import { type Fate, isOpen, type OpenSlot, type Schedule, type Slot } from './schedule.ts'

type StartTimes = Pick<
  Settings,
  'lease_ms' | 'backoff_ms' | 'backoff_max_ms' | 'unclaimed_ms' | 'unclaimed_max_ms'
>

/** The most runs by hand that may still have to be started. */
const BY_HAND_MAX = 10

/** The slot to start now, if there is one. Slots start one after the other; runs by hand do not wait for them. */
export function readySlot({ slots }: Schedule, now: number): OpenSlot | undefined {
  const open = slots.filter(isOpen)
  const [first] = open.filter(({ kind }) => kind !== 'by_hand')
  const byHand = open.filter(({ kind }) => kind === 'by_hand')
  return [...byHand, ...(first === undefined ? [] : [first])].find((slot) => isDue(slot, now))
}

function isDue({ fate }: OpenSlot, now: number): boolean {
  return fate.state === 'owed' && fate.due <= now
}

/** When the schedule needs the object next. Undefined: not before somebody calls. */
export function scheduleDue(schedule: Schedule, dueOf: (at: number) => number): number | undefined {
  const [first] = schedule.slots.filter((slot) => isOpen(slot) && slot.kind !== 'by_hand')
  const byHand = schedule.slots.filter(({ kind }) => kind === 'by_hand')
  const owed = [first, ...byHand].flatMap((slot) =>
    slot?.fate.state === 'owed' ? [slot.fate.due] : [],
  )
  const dues = schedule.next === null ? owed : [...owed, dueOf(schedule.next)]
  return dues.length === 0 ? undefined : Math.min(...dues)
}

/**
 * Notes that the start of a slot begins. If the answer never comes, because the object was reset, the slot is started
 * again: under the same key, so that the run is the same.
 */
export function beginStart(
  schedule: Schedule,
  key: string,
  { now, times }: { readonly now: number; readonly times: StartTimes },
): Schedule {
  return changeSlot(schedule, key, (fate) => {
    if (fate.state !== 'owed') return fate
    const tries = fate.tries + 1
    return { ...fate, tries, due: now + Math.max(times.lease_ms, backoff(tries, times)) }
  })
}

/** Notes that the start of a slot is sent. From then on the schedule's other runs no longer decide about the slot. */
export function noteSent(schedule: Schedule, key: string): Schedule {
  return changeSlot(schedule, key, (fate) =>
    fate.state === 'owed' ? { ...fate, sent: true } : fate,
  )
}

/** What came of a try to start a slot. */
export type StartOutcome =
  | { readonly kind: 'started'; readonly run_id: RunId; readonly status: RunStatus }
  | { readonly kind: 'skipped' | 'refused'; readonly reason: Reason }
  | { readonly kind: 'waiting'; readonly run_id: RunId }
  | { readonly kind: 'failed'; readonly reason: Reason }

export function endStart(
  schedule: Schedule,
  {
    key,
    outcome,
    now,
    times,
  }: {
    readonly key: string
    readonly outcome: StartOutcome
    readonly now: number
    readonly times: StartTimes
  },
): Schedule {
  const ended = changeSlot(schedule, key, (fate) => {
    if (fate.state !== 'owed') return fate
    switch (outcome.kind) {
      case 'started': {
        const { run_id, status } = outcome
        return { state: 'started', run_id, status, started_at: now }
      }
      case 'waiting':
        return { state: 'waiting', run_id: outcome.run_id }
      case 'failed':
        return { ...fate, due: now + backoff(fate.tries, times), reason: outcome.reason }
      case 'skipped':
      case 'refused':
        return { state: outcome.kind, reason: outcome.reason }
    }
  })
  return trim(ended)
}

/** Enters a run that was asked for by hand. `busy`: too many such runs are still to be started. */
export function askByHand(schedule: Schedule, key: string, now: number): Schedule | 'busy' {
  const open = schedule.slots.filter((slot) => isOpen(slot) && slot.kind === 'by_hand')
  if (schedule.slots.some((slot) => slot.key === key)) return schedule
  if (open.length >= BY_HAND_MAX) return 'busy'
  return put(schedule, {
    at: now,
    kind: 'by_hand',
    key,
    fate: { state: 'owed', due: now, tries: 0 },
  })
}

/** Takes over how a run of the schedule stands. The end of the last run lets the slot go on that waits for it. */
export function runStands(
  schedule: Schedule,
  { run_id, status }: { readonly run_id: RunId; readonly status: RunStatus },
  now: number,
): Schedule {
  const isNews = ({ fate }: Slot) =>
    fate.state === 'started' && fate.run_id === run_id && fate.status !== status
  const told = schedule.slots.map((slot) =>
    slot.fate.state === 'started' && isNews(slot)
      ? { ...slot, fate: { ...slot.fate, status } }
      : slot,
  )
  const waits = ({ fate }: Slot) => fate.state === 'waiting' && fate.run_id === run_id
  if (!schedule.slots.some(isNews) && !schedule.slots.some(waits)) return schedule
  if (!isTerminalRun(status)) return { ...schedule, slots: told }
  const slots = told.map((slot): Slot =>
    waits(slot) ? { ...slot, fate: { state: 'owed', due: now, tries: 0 } } : slot,
  )
  return trim({ ...schedule, slots })
}

/** The runs of the schedule that go on, as far as it was told, the newest first. */
export function goingRuns({ slots }: Schedule): RunId[] {
  return slots
    .filter(goesOn)
    .flatMap(({ fate }) => (fate.state === 'started' ? [fate.run_id] : []))
    .toReversed()
}

/** Ends the slots that no start was begun for, because the schedule is paused. */
export function pauseSlots(schedule: Schedule): Schedule {
  const slots = schedule.slots.map((slot): Slot => {
    const begun = slot.fate.state === 'owed' && slot.fate.tries > 0
    return isOpen(slot) && slot.kind !== 'by_hand' && !begun ? { ...slot, fate: PAUSED } : slot
  })
  return trim({ ...schedule, slots })
}

const PAUSED = {
  state: 'skipped',
  reason: { code: 'schedule_paused', message: 'The schedule was paused.' },
} as const

function changeSlot(schedule: Schedule, key: string, change: (fate: Fate) => Fate): Schedule {
  const slots = schedule.slots.map((slot) =>
    slot.key === key ? { ...slot, fate: change(slot.fate) } : slot,
  )
  return { ...schedule, slots }
}
