/** How long a ticket that nobody leaves is taken for a request under way. */
const TICKET_MS = 40_000
const BOOKED_AHEAD_MS = 3_600_000
/** As far as two clocks may disagree: who comes that much too early has come at its time. */
const SKEW_MS = 100

/** Requests under way, and the times that those who wait were told; 0 is a time long ago. */
export type Pace = {
  readonly under_way: readonly UnderWay[]
  readonly last_start: number
  /** Who comes back says no name, so slots that were given and not yet used are only counted. */
  readonly booked: number
  /** The next to be given. Slots lie an interval apart. */
  readonly next_slot: number
  /** The last time that was given to one whose slot had come, and who was refused all the same. */
  readonly soon: number
}

type UnderWay = { readonly ticket: number; readonly since: number }

type Beat = { readonly now: number; readonly interval_ms: number }

export const noPace: Pace = { under_way: [], last_start: 0, booked: 0, next_slot: 0, soon: 0 }

/** Something is under way, and has used a slot if one had come, whoever it was given to. */
export function startRequest(pace: Pace, ticket: number, beat: Beat): Pace {
  const { now } = beat
  return {
    ...pace,
    under_way: [...pace.under_way, { ticket, since: now }],
    last_start: now,
    booked: pace.booked - Math.min(1, slotsCome(pace, beat)),
  }
}

export function endRequest(pace: Pace, ticket: number): Pace {
  return keepRequests(pace, (request) => request.ticket !== ticket)
}

/** Tickets that were lost count as left. */
export function endLost(pace: Pace, now: number): Pace {
  return keepRequests(pace, ({ since }) => now < since + TICKET_MS)
}

/**
 * A time of its own, not before `from`, for one who may not start now. Whose slot had come stays
 * ahead of those who were told later times; all others queue up behind them. A slot is a promise of
 * nothing: only the actual starts make the pace, and one that nobody takes is wasted.
 */
export function book(pace: Pace, from: number, beat: Beat): { pace: Pace; until: number } {
  const { now, interval_ms } = beat
  const afterSoon = pace.soon + interval_ms
  const waiting = Math.max(0, Math.ceil((pace.soon - now) / interval_ms))
  if (waiting < slotsCome(pace, beat)) {
    const soon = Math.max(from, afterSoon)
    return { pace: { ...pace, soon }, until: soon }
  }
  const until = Math.max(from, pace.next_slot, afterSoon)
  const last = Math.max(now, from) + BOOKED_AHEAD_MS
  if (until > last) return { pace, until: last }
  return { pace: { ...pace, booked: pace.booked + 1, next_slot: until + interval_ms }, until }
}

/** Of the slots that were given and not used, those whose time has come. */
function slotsCome({ booked, next_slot }: Pace, { now, interval_ms }: Beat): number {
  const by = now + Math.min(SKEW_MS, interval_ms / 4)
  const ahead = Math.max(0, Math.ceil((next_slot - by) / interval_ms) - 1)
  return Math.max(0, booked - ahead)
}

function keepRequests(pace: Pace, keeps: (request: UnderWay) => boolean): Pace {
  return pace.under_way.every(keeps) ? pace : { ...pace, under_way: pace.under_way.filter(keeps) }
}
