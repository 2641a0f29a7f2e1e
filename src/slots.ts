import { Cron } from 'croner'

import type { When } from './protocol/schedule.ts'

const MINUTE = 60_000

/** The slots of a schedule: pure functions of its `when`. Times are in ms since 1970. */
export type SlotTimes = {
  /** The first slot after a time. Undefined: none will ever come. */
  next(after: number): number | undefined
  /** The last `most` slots after one time and up to another, the oldest first. */
  last(range: { readonly after: number; readonly until: number; readonly most: number }): number[]
}

/** Throws an error of croner if the cron expression is not valid. */
export function slotsOf(when: When): SlotTimes {
  switch (when.kind) {
    case 'every':
      return regularSlots(when.minutes * MINUTE)
    case 'cron':
      return cronSlots(when.cron, when.zone)
    case 'daily': {
      const [hour, minute] = when.at.split(':').map(Number)
      return cronSlots(`${minute} ${hour} * * *`, when.zone)
    }
  }
}

/** The first slots after a time, fewer where no more will ever come. */
export function nextSlots(when: When, after: number, most: number): number[] {
  const slots = slotsOf(when)
  const ahead: number[] = []
  for (let at = slots.next(after); at !== undefined && ahead.length < most; at = slots.next(at))
    ahead.push(at)
  return ahead
}

/** Why no schedule can have these slots, or undefined. */
export function faultOf(when: When, now: number): string | undefined {
  try {
    return slotsOf(when).next(now) === undefined ? 'never comes due' : undefined
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^\w+: /, '') : 'is not valid'
  }
}

/** The shortest time between two of the next slots. */
export function shortestGap(when: When, now: number): number {
  const slots = slotsOf(when)
  let [shortest, last] = [Infinity, slots.next(now)]
  for (let seen = 0; seen < SEEN && last !== undefined; seen += 1) {
    const next = slots.next(last)
    if (next !== undefined) shortest = Math.min(shortest, next - last)
    last = next
  }
  return shortest
}

/** A day of slots at each half hour: the shortest gap of an uneven pattern shows within it. */
const SEEN = 48

function regularSlots(step: number): SlotTimes {
  const floor = (time: number) => Math.floor(time / step) * step
  return {
    next: (after) => floor(after) + step,
    last({ after, until, most }) {
      const newest = floor(until)
      const count = Math.min(most, Math.max(0, Math.round((newest - floor(after)) / step)))
      return Array.from({ length: count }, (_, i) => newest - (count - 1 - i) * step)
    },
  }
}

/**
 * In the hour that daylight saving leaves out, a fixed time of day is the first moment after that hour; the hour that
 * comes twice has it once. A pattern of every hour or every few minutes goes on by the real time.
 */
function cronSlots(pattern: string, zone: string): SlotTimes {
  const cron = new Cron(pattern, { timezone: zone, mode: '5-part', paused: true })
  const next = (after: number) => cron.nextRun(new Date(after))?.getTime()
  return {
    next,
    last: ({ after, until, most }) => backwards(cron, { after, until, most }),
  }
}

function backwards(
  cron: Cron,
  { after, until, most }: { readonly after: number; readonly until: number; readonly most: number },
): number[] {
  // croner looks for what lies before a second. So it is asked for one slot more, from a second later.
  return cron
    .previousRuns(most + 1, new Date(until + 1_000))
    .map((date) => date.getTime())
    .filter((at) => at > after && at <= until)
    .slice(0, most)
    .toReversed()
}
