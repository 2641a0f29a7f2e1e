/** A ticket that nobody has returned counts as a request under way for this long. */
const TICKET_MS = 40_000
const BOOKED_AHEAD_MS = 3_600_000
/** How far two clocks may disagree: a caller that comes this much too early counts as in time. */
const SKEW_MS = 100

/** The requests under way, and the slots that were given to waiting callers. A time of 0 is long ago. */
export type Pace = {
  readonly under_way: readonly UnderWay[]
  readonly last_start: number
  /**
   * How many slots were given and not used yet. They are only counted: a caller that comes back does not say which
   * slot it was given.
   */
  readonly booked: number
  /** The next slot to be given. Slots are an interval apart. */
  readonly next_slot: number
  /** The latest time that `book` gave to a caller that came at its slot and could not start even then. */
  readonly soon: number
}

type UnderWay = { readonly ticket: number; readonly since: number }

type Interval = { readonly now: number; readonly interval_ms: number }

export const noPace: Pace = { under_way: [], last_start: 0, booked: 0, next_slot: 0, soon: 0 }

/**
 * Begins a request. The request uses up one slot whose time has come, even if that slot was given to another
 * caller.
 */
export function startRequest(pace: Pace, ticket: number, interval: Interval): Pace {
  const { now } = interval
  return {
    ...pace,
    under_way: [...pace.under_way, { ticket, since: now }],
    last_start: now,
    booked: pace.booked - Math.min(1, slotsCome(pace, interval)),
  }
}

export function endRequest(pace: Pace, ticket: number): Pace {
  return keepRequests(pace, (request) => request.ticket !== ticket)
}

/** Ends the requests whose tickets were lost. */
export function endLost(pace: Pace, now: number): Pace {
  return keepRequests(pace, ({ since }) => now < since + TICKET_MS)
}

/**
 * Gives a caller that may not start now a time to come back, not before `from`. A caller whose slot has come stays
 * ahead of all callers with later slots. Any other caller is given the next free slot. A slot is no promise: only
 * actual starts decide the pace, and a slot that nobody uses is lost.
 */
export function book(pace: Pace, from: number, interval: Interval): { pace: Pace; until: number } {
  const { now, interval_ms } = interval
  const afterSoon = pace.soon + interval_ms
  const waiting = Math.max(0, Math.ceil((pace.soon - now) / interval_ms))
  if (waiting < slotsCome(pace, interval)) {
    const soon = Math.max(from, afterSoon)
    return { pace: { ...pace, soon }, until: soon }
  }
  const until = Math.max(from, pace.next_slot, afterSoon)
  const last = Math.max(now, from) + BOOKED_AHEAD_MS
  if (until > last) return { pace, until: last }
  return { pace: { ...pace, booked: pace.booked + 1, next_slot: until + interval_ms }, until }
}

/** How many slots were given and not used, and are due by now. */
function slotsCome({ booked, next_slot }: Pace, { now, interval_ms }: Interval): number {
  const by = now + Math.min(SKEW_MS, interval_ms / 4)
  const ahead = Math.max(0, Math.ceil((next_slot - by) / interval_ms) - 1)
  return Math.max(0, booked - ahead)
}

function keepRequests(pace: Pace, keeps: (request: UnderWay) => boolean): Pace {
  return pace.under_way.every(keeps) ? pace : { ...pace, under_way: pace.under_way.filter(keeps) }
}
