import { PROPERTY } from './item-properties.ts'
import type { OutlookMessage } from './outlook-message.ts'

/** Items that a calendar shows: appointments, and the messages that invite to them. */
const IN_CALENDAR = /^IPM\.(?:Appointment|Schedule\.Meeting)(?:\.|$)/i

/** The set of names of appointments (PSETID_Appointment, MS-OXPROPS), as a file has its bytes. */
const APPOINTMENT_NAMES = '0220060000000000c000000000000046'
/** The numbers of names in this set. */
const NAMED = { location: 0x8208, start: 0x820d, end: 0x820e } as const

/** The lines that a calendar shows of an item beside its text. None for any other item. */
export function appointmentLines(
  message: OutlookMessage,
): readonly (readonly [name: string, value: string])[] {
  if (!IN_CALENDAR.test(message.item_class)) return []
  const { properties } = message
  const ids = namedIds(message)
  const date = (own: number, named: number) => {
    const id = ids.get(named)
    return timeOf((id === undefined ? undefined : properties.date(id)) ?? properties.date(own))
  }
  const place = ids.get(NAMED.location)
  return [
    ['Start', date(PROPERTY.start, NAMED.start)],
    ['End', date(PROPERTY.end, NAMED.end)],
    ['Location', place === undefined ? '' : properties.text(place).trim()],
  ]
}

/** `2026-12-01 09:00 (UTC)`, as invitations of other programs show a time. */
function timeOf(date: Date | undefined): string {
  return date === undefined ? '' : `${date.toISOString().slice(0, 16).replace('T', ' ')} (UTC)`
}

const NAMES = '__nameid_version1.0'
const [GUIDS, ENTRIES] = ['__substg1.0_00020102', '__substg1.0_00030102']
const [GUID_BYTES, ENTRY_BYTES] = [16, 8]
/** The numbers of the sets that Outlook has without writing them into a file. */
const OWN_SETS = 3
const FIRST_NAMED = 0x8000

/** Finds the properties that have no number of their own, by the numbers of their names (MS-OXMSG, 2.2.3). */
function namedIds({ root }: OutlookMessage): ReadonlyMap<number, number> {
  const names = root.storages.find(({ name }) => name === NAMES)
  const guids = names?.stream(GUIDS) ?? new Uint8Array(0)
  const bytes = names?.stream(ENTRIES) ?? new Uint8Array(0)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const ids = new Map<number, number>()
  for (let at = 0; at + ENTRY_BYTES <= view.byteLength; at += ENTRY_BYTES) {
    const place = view.getUint16(at + 4, true)
    const from = ((place >> 1) - OWN_SETS) * GUID_BYTES
    const isText = (place & 1) === 1
    if (isText || from < 0 || hexOf(guids.subarray(from, from + GUID_BYTES)) !== APPOINTMENT_NAMES)
      continue
    ids.set(view.getUint32(at, true), FIRST_NAMED + view.getUint16(at + 6, true))
  }
  return ids
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
