import type { HostShare } from './host-rpc.ts'

/** A ticket that nobody has returned counts as a request under way for this long. */
const TICKET_MS = 40_000
const BOOKED_AHEAD_MS = 3_600_000
/** How far two clocks may disagree: a caller that comes this much too early counts as in time. */
const SKEW_MS = 100

/** The requests of a host that are under way. A time of 0 is long ago. */
export type Pace = { readonly under_way: readonly UnderWay[]; readonly last_start: number }

/** `before`: the last starts before this request, of the host and of the owner. */
export type UnderWay = {
  readonly ticket: number
  readonly since: number
  readonly owner: string
  /** The address that it fetches for others too, and the answers that it may bring. */
  readonly share?: HostShare
  readonly before: { readonly host: number; readonly owner: number }
}

/** The slots that were given to the waiting callers of one owner. */
export type Slots = {
  /**
   * How many slots were given and not used yet. They are only counted: a caller that comes back does not say which
   * slot it was given.
   */
  readonly booked: number
  /** The next slot to be given, and how far apart the last ones are: farther while owners share the host. */
  readonly next_slot: number
  readonly spacing_ms: number
  /** The latest time that `book` gave to a caller that came at its slot and could not start even then. */
  readonly soon: number
}

type Interval = { readonly now: number; readonly interval_ms: number }

export const noPace: Pace = { under_way: [], last_start: 0 }
export const noSlots: Slots = { booked: 0, next_slot: 0, spacing_ms: 0, soon: 0 }

export function startRequest(pace: Pace, request: UnderWay): Pace {
  return { under_way: [...pace.under_way, request], last_start: request.since }
}

/**
 * A request that begins uses up one slot of its owner whose time has come, even if that slot was given to another
 * caller.
 */
export function useSlot(slots: Slots, interval: Interval): Slots {
  return { ...slots, booked: slots.booked - Math.min(1, slotsCome(slots, interval)) }
}

/** Tells whether callers still wait. If the last slot is long over, its callers are lost. */
export function hasWaiting({ booked, next_slot, spacing_ms }: Slots, now: number): boolean {
  return booked > 0 && next_slot > now - 2 * spacing_ms
}

export function endRequest(pace: Pace, ticket: number): Pace {
  return keepRequests(pace, (request) => request.ticket !== ticket)
}

/** Ends the requests whose tickets were lost. */
export function endLost(pace: Pace, now: number): Pace {
  return keepRequests(pace, ({ since }) => now < since + TICKET_MS)
}

/**
 * Gives a caller that may not start now a time to come back, not before `from`. A caller that comes a little too early
 * comes again at `from`. A caller whose slot has come stays
 * ahead of all callers with later slots. Any other caller is given the next free slot. A slot is no promise: only
 * actual starts decide the pace, and a slot that nobody uses is lost.
 */
export function book(
  slots: Slots,
  from: number,
  { now, interval_ms, spacing_ms }: Interval & { readonly spacing_ms: number },
): { slots: Slots; until: number } {
  const afterSoon = slots.soon + interval_ms
  const waiting = Math.max(0, Math.ceil((slots.soon - now) / interval_ms))
  const come = slotsCome(slots, { now, interval_ms })
  if (come > 0 && from - now <= skewOf(interval_ms)) {
    return { slots: { ...slots, soon: Math.max(slots.soon, from) }, until: from }
  }
  if (waiting < come) {
    const soon = Math.max(from, afterSoon)
    return { slots: { ...slots, soon }, until: soon }
  }
  const until = Math.max(from, slots.next_slot, afterSoon)
  const last = Math.max(now, from) + BOOKED_AHEAD_MS
  if (until > last) return { slots, until: last }
  const next_slot = until + spacing_ms
  return { slots: { ...slots, booked: slots.booked + 1, next_slot, spacing_ms }, until }
}

function skewOf(interval_ms: number): number {
  return Math.min(SKEW_MS, interval_ms / 4)
}

/** How many slots were given and not used, and are due by now. */
export function slotsCome(
  { booked, next_slot, spacing_ms }: Slots,
  { now, interval_ms }: Interval,
): number {
  const by = now + skewOf(interval_ms)
  const apart = Math.max(spacing_ms, interval_ms)
  const ahead = Math.max(0, Math.ceil((next_slot - by) / apart) - 1)
  return Math.max(0, booked - ahead)
}

function keepRequests(pace: Pace, keeps: (request: UnderWay) => boolean): Pace {
  return pace.under_way.every(keeps) ? pace : { ...pace, under_way: pace.under_way.filter(keeps) }
}
