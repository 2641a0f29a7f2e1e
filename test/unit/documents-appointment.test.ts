import { expect, test } from 'vitest'

import { msg } from '../support/documents/msg.ts'
import { read } from '../support/documents/reading.ts'

const START = new Date('2026-12-01T09:00:00Z')
const END = new Date('2026-12-01T10:30:00Z')
const HEAD = {
  0x0037: 'Hearing',
  0x0c1a: 'Ada',
  0x0c1f: 'ada@harbour.test',
  0x1000: 'Bring the lease.',
}
const SHOWN = [
  'Hearing',
  'From: Ada <ada@harbour.test>',
  'Start: 2026-12-01 09:00 (UTC)',
  'End: 2026-12-01 10:30 (UTC)',
]

async function linesOf(bytes: Uint8Array): Promise<readonly string[]> {
  return (await read(bytes, 'a.msg')).text.split(/\n+/)
}

test.each(['IPM.Appointment', 'IPM.Schedule.Meeting.Request'])(
  'an item of Outlook says when and where it is: %s',
  async (item) => {
    const bytes = msg({
      properties: { ...HEAD, 0x001a: item, 0x8000: START, 0x8001: 'Room 12', 0x8002: END },
      appointmentNames: [0x820d, 0x8208, 0x820e],
    })
    expect(await linesOf(bytes)).toEqual([...SHOWN, 'Location: Room 12', 'Bring the lease.'])
  },
)

test('an invitation without names has the times that every message may have', async () => {
  const bytes = msg({
    properties: { ...HEAD, 0x001a: 'IPM.Schedule.Meeting.Request', 0x0060: START, 0x0061: END },
  })
  expect(await linesOf(bytes)).toEqual([...SHOWN, 'Bring the lease.'])
})

test('a plain message has no such lines', async () => {
  const bytes = msg({ properties: { ...HEAD, 0x001a: 'IPM.Note', 0x0060: START } })
  expect(await linesOf(bytes)).toEqual([...SHOWN.slice(0, 2), 'Bring the lease.'])
})
