import { describe, expect, test } from 'vitest'

import { invitationLines } from '../../src/pipelines/documents/read/mail/invitation.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

const EVENT = [
  'BEGIN:VEVENT',
  'UID:1',
  'SUMMARY:Hearing\\, first date',
  'DTSTART;TZID=Europe/Berlin:20261201T100000',
  'DTEND;TZID=Europe/Berlin:20261201T113000',
  'LOCATION:District court\\, room 12',
  'ORGANIZER;CN=Ms Smith:mailto:smith@a.test',
  'ATTENDEE;CN="Jones, B.";ROLE=REQ-PARTICIPANT:mailto:jones@a.',
  ' test',
  'ATTENDEE:MAILTO:clerk@a.test',
  'DESCRIPTION:Bring the lease.\\nAnd the deed.',
  'END:VEVENT',
]

const calendar = (lines: readonly string[]) =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'METHOD:REQUEST', ...lines, 'END:VCALENDAR', ''].join('\r\n')

const SHOWN = [
  'Event: Hearing, first date',
  'Start: 2026-12-01 10:00 (Europe/Berlin)',
  'End: 2026-12-01 11:30 (Europe/Berlin)',
  'Location: District court, room 12',
  'Organizer: Ms Smith <smith@a.test>',
  'Attendee: Jones, B. <jones@a.test>',
  'Attendee: clerk@a.test',
  'Bring the lease.',
  'And the deed.',
]

const mail = (parts: readonly string[]) =>
  utf8(
    `From: a@b.test\r\nSubject: Hearing\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--\r\n`,
  )
const plain = 'Content-Type: text/plain\r\n\r\nPlease come.'
const part = (more = '') =>
  `Content-Type: text/calendar; method=REQUEST; charset=utf-8${more}\r\n\r\n${calendar(EVENT)}`

describe('an invitation in a message', () => {
  test('is shown as a calendar shows it', async () => {
    const { text, notices } = await read(mail([plain, part()]), 'a.eml')
    expect(text.split('\n').filter((line) => line !== '')).toEqual([
      'Hearing',
      'From: a@b.test',
      'Please come.',
      ...SHOWN,
    ])
    expect(notices).toEqual([])
  })

  test('that is attached too is shown once, and named', async () => {
    const file = part('; name=invite.ics\r\nContent-Disposition: attachment; filename=invite.ics')
    const { text } = await read(mail([plain, part(), file]), 'a.eml')
    expect(text.match(/Event: Hearing/g)).toHaveLength(1)
    expect(text).toContain('Attachments: invite.ics')
  })

  test('is whole, however many events it has', () => {
    const events = Array.from(
      { length: 90 },
      (_, n) => `BEGIN:VEVENT\r\nSUMMARY:${n}\r\nEND:VEVENT`,
    )
    expect(invitationLines(calendar(events))).toHaveLength(90)
  })

  test('that comes after ten others is named in a notice', async () => {
    const others = Array.from({ length: 12 }, (_, n) =>
      part().replace('SUMMARY:Hearing', `SUMMARY:Hearing ${n}`),
    )
    const { text, notices } = await read(mail([plain, ...others]), 'a.eml')
    expect(text.match(/Event: Hearing/g)).toHaveLength(10)
    expect(notices).toMatchObject([{ code: 'invitations_left_out', count: 2 }])
  })

  test('that is too large is named as an attached file', async () => {
    const large = calendar([...EVENT.slice(0, -1), `COMMENT:${'x'.repeat(500_000)}`, 'END:VEVENT'])
    const { text } = await read(
      mail([plain, `Content-Type: text/calendar\r\n\r\n${large}`]),
      'a.eml',
    )
    expect(text).toContain('Attachments: attachment 1.ics')
    expect(text).not.toContain('Event: ')
  })

  test.each([
    [['DTSTART;VALUE=DATE:20261224'], ['Start: 2026-12-24']],
    [['DTSTART:20261201T090000Z'], ['Start: 2026-12-01 09:00 (UTC)']],
    [['DTSTART:20261201T090000'], ['Start: 2026-12-01 09:00']],
    [
      ['RRULE:FREQ=WEEKLY;COUNT=4', 'STATUS:CANCELLED'],
      ['Status: CANCELLED', 'Repeats: FREQ=WEEKLY;COUNT=4'],
    ],
    [['DURATION:PT1H'], ['Duration: PT1H']],
    [['DTSTART:soon'], ['Start: soon--T::']],
  ])('with %j says %j', (lines, shown) => {
    expect(invitationLines(calendar(['BEGIN:VEVENT', ...lines, 'END:VEVENT']))).toEqual(shown)
  })

  test.each([
    ['no calendar'],
    ['BEGIN:VCALENDAR\nEND:VCALENDAR'],
    ['BEGIN:VEVENT\nSUMMARY:x'],
    [''],
  ])('that cannot be read is shown as it is: %j', (text) => {
    expect(invitationLines(text)).toEqual(text.split('\n'))
  })

  const many = 20_000
  test.each([
    ['events within each other', 'BEGIN:VEVENT\r\n'.repeat(many)],
    ['many events', calendar(Array.from({ length: many }, () => 'BEGIN:VEVENT\r\nEND:VEVENT'))],
    ['a folded line', `BEGIN:VCALENDAR\r\nSUMMARY:${'a\r\n '.repeat(many)}`],
    ['parameters', `BEGIN:VCALENDAR\r\nSUMMARY${';X=1'.repeat(many)}:a`],
    [
      'values',
      calendar(['BEGIN:VEVENT', `EXDATE:${'20261201T100000,'.repeat(many)}`, 'END:VEVENT']),
    ],
    ['quotes', calendar(['BEGIN:VEVENT', `SUMMARY;X="${'^n'.repeat(many)}`, 'END:VEVENT'])],
    ['attendees', calendar(['BEGIN:VEVENT', ...Array.from({ length: many }, () => 'ATTENDEE:a')])],
  ])('is read in linear time: %s', async (_, text) => {
    expect(await processorMs(() => void invitationLines(text))).toBeLessThan(2_000)
  })
})
