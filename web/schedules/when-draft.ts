import type { When } from '../../src/protocol/schedule.ts'

/** The forms in which a person says when. The API knows `weekly` as a cron expression. */
type WhenForm = 'daily' | 'weekly' | 'every' | 'cron'

/** What the fields of the form hold. The fields of the other forms keep what was typed into them. */
export type WhenDraft = {
  readonly form: WhenForm
  readonly at: string
  /** Days of the week, where 0 is Sunday. */
  readonly days: readonly number[]
  readonly minutes: string
  readonly cron: string
  readonly zone: string
}

export function newWhen(zone: string): WhenDraft {
  return { form: 'daily', at: '03:00', days: [1], minutes: '60', cron: '0 3 * * 1-5', zone }
}

/** The fields that show a schedule's `when`. `zone`: of the person, for a `when` that has none. */
export function whenDraftOf(when: When, zone: string): WhenDraft {
  const usual = newWhen(zone)
  switch (when.kind) {
    case 'daily':
      return { ...usual, form: 'daily', at: when.at, zone: when.zone }
    case 'every':
      return { ...usual, form: 'every', minutes: String(when.minutes) }
    case 'cron': {
      const weekly = weeklyOf(when.cron)
      const given = { ...usual, cron: when.cron, zone: when.zone }
      return weekly ? { ...given, form: 'weekly', ...weekly } : { ...given, form: 'cron' }
    }
  }
}

/** What the API is sent. The API says what of the fields is not valid. */
export function whenOf({ form, at, days, minutes, cron, zone }: WhenDraft): When {
  switch (form) {
    case 'daily':
      return { kind: 'daily', at, zone }
    case 'weekly':
      return { kind: 'cron', cron: weeklyCron(at, days), zone }
    case 'every':
      return { kind: 'every', minutes: Number(minutes) }
    case 'cron':
      return { kind: 'cron', cron: cron.trim(), zone }
  }
}

export type WeeklySlots = { readonly at: string; readonly days: readonly number[] }

/** Reads a cron expression that means certain days of the week at one time. Undefined: the expression means something else. */
export function weeklyOf(cron: string): WeeklySlots | undefined {
  const [, minute, hour, days = ''] =
    /^(\d{1,2}) (\d{1,2}) \* \* ([0-6](?:,[0-6])*)$/.exec(cron) ?? []
  if (minute === undefined || hour === undefined) return undefined
  if (Number(minute) > 59 || Number(hour) > 23) return undefined
  const chosen = [...new Set(days.split(',').map(Number))].toSorted(byNumber)
  return { at: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`, days: chosen }
}

function weeklyCron(at: string, days: readonly number[]): string {
  const [hour, minute] = at.split(':').map(Number)
  // Without a day the expression has four fields, which the API refuses.
  return `${minute} ${hour} * * ${days.toSorted(byNumber).join(',')}`.trim()
}

function byNumber(one: number, other: number): number {
  return one - other
}
