import type { When } from '../../src/protocol/schedule.ts'
import { countOf } from '../parts/words.ts'
import { weeklyOf } from './when-draft.ts'

/** The week as people in most places read it. 1 January 2023 was a Sunday. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const

export function dayName(day: number, style: 'long' | 'short'): string {
  const date = new Date(Date.UTC(2023, 0, 1 + day))
  return new Intl.DateTimeFormat(undefined, { weekday: style, timeZone: 'UTC' }).format(date)
}

/** Says when the slots of a schedule are. `zone`: the person's, which is not named. */
export function whenWords(when: When, zone: string): string {
  switch (when.kind) {
    case 'every':
      return everyWords(when.minutes)
    case 'daily':
      return `Daily at ${when.at}${zoneWords(when.zone, zone)}`
    case 'cron': {
      const weekly = weeklyOf(when.cron)
      if (weekly === undefined) return `By cron ${when.cron}${zoneWords(when.zone, zone)}`
      const days = WEEK.filter((day) => weekly.days.includes(day)).map((day) =>
        dayName(day, 'short'),
      )
      return `${days.join(', ')} at ${weekly.at}${zoneWords(when.zone, zone)}`
    }
  }
}

function everyWords(minutes: number): string {
  if (minutes === 1) return 'Every minute'
  if (minutes === 60) return 'Every hour'
  if (minutes % 60 === 0) return `Every ${countOf(minutes / 60, 'hour')}`
  return `Every ${countOf(minutes, 'minute')}`
}

function zoneWords(zone: string, own: string): string {
  return zone === own ? '' : `, ${zone.replaceAll('_', ' ')}`
}

/** The time of a slot for a person, in the time zone of the schedule where that is another one. */
export function slotMoment(at: string, zone: string | undefined): string {
  const format = new Intl.DateTimeFormat(undefined, {
    dateStyle: 'full',
    timeStyle: 'short',
    ...(zone !== undefined && { timeZone: zone }),
  })
  return format.format(new Date(at))
}

/** The time zone in which a schedule's slots are meant. Undefined: none. */
export function zoneOf(when: When): string | undefined {
  return when.kind === 'every' ? undefined : when.zone
}

export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}
