import ICAL from 'ical.js'

/** Real calendars have some ten parts. The parser takes long for many within each other. */
const MAX_PARTS = 1_000

/** What a calendar shows of an event, in the order of RFC 5545, with a person's words. */
const FIELDS = [
  ['summary', 'Event'],
  ['dtstart', 'Start'],
  ['dtend', 'End'],
  ['due', 'Due'],
  ['duration', 'Duration'],
  ['location', 'Location'],
  ['status', 'Status'],
  ['rrule', 'Repeats'],
  ['organizer', 'Organizer'],
  ['attendee', 'Attendee'],
] as const

/** Says in lines what a calendar (RFC 5545) invites to. A text that is no calendar is given as it is. */
export function invitationLines(text: string): readonly string[] {
  const events = eventsOf(text)
  return events === undefined ? text.split(/\r?\n/) : events.flatMap(linesOf)
}

function eventsOf(text: string): readonly ICAL.Component[] | undefined {
  if (text.split('BEGIN:', MAX_PARTS + 1).length > MAX_PARTS) return undefined
  try {
    const parsed = ICAL.parse(text)
    // The parser gives the parts of one calendar, or a list of calendars.
    const calendars: readonly unknown[][] = Array.isArray(parsed[0]) ? parsed : [parsed]
    const parts = calendars.flatMap((one) => new ICAL.Component(one).getAllSubcomponents())
    const events = parts.filter(({ name }) => name === 'vevent' || name === 'vtodo')
    return events.length === 0 ? undefined : events
  } catch {
    // The caller shows the text as it is.
    return undefined
  }
}

function linesOf(event: ICAL.Component): string[] {
  const facts = FIELDS.flatMap(([name, words]) =>
    event.getAllProperties(name).map((property) => `${words}: ${valueOf(property)}`),
  )
  const description = event.getFirstPropertyValue('description')
  return [...facts, ...(typeof description === 'string' ? description.split(/\r?\n/) : [])]
}

/** A value as the calendar has it: the parser's own values refuse a wrong date. */
function valueOf(property: ICAL.Property): string {
  const written: unknown = property.toJSON()[3]
  if (typeof written !== 'string') return ruleOf(written)
  const name = property.getFirstParameter('cn')
  const text = written.replace(/^mailto:/i, '')
  if (name) return `${name} <${text}>`
  return property.type.startsWith('date') ? timeOf(text, property.getFirstParameter('tzid')) : text
}

/** How an event repeats: `FREQ=WEEKLY;COUNT=4`. */
function ruleOf(rule: unknown): string {
  return Object.entries(Object(rule))
    .map(([name, value]) => `${name.toUpperCase()}=${String(value)}`)
    .join(';')
}

/** `2026-12-01 10:00 (Europe/Berlin)` */
function timeOf(text: string, zone: string | undefined): string {
  const [, date, clock, isUtc] = /^([\d-]{10})T([\d:]{5})[\d:]*(Z?)$/.exec(text) ?? []
  if (date === undefined || clock === undefined) return text
  const place = isUtc === 'Z' ? 'UTC' : zone
  return `${date} ${clock}${place === undefined ? '' : ` (${place})`}`
}
