import { describe, expect, test } from 'vitest'

import { takeOut } from '../../src/pipelines/documents/read/container.ts'
import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { EXTRACT_LIMITS } from '../../src/pipelines/documents/read/extract-limits.ts'
import { unpackRtf } from '../../src/pipelines/documents/read/msg/compressed-rtf.ts'
import { msg } from '../support/documents/msg.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { failureOf, read } from '../support/documents/reading.ts'
import { processorMs } from '../support/processor-time.ts'

const SENT = new Date('2024-03-31T08:00:00Z')
const HEAD = { 0x001a: 'IPM.Note', 0x0037: 'Kündigung', 0x0c1a: 'Ada', 0x0c1f: 'ada@harbour.test' }
const SHOWN = 'Kündigung\n\nFrom: Ada <ada@harbour.test>'
const PNG = utf8('\x89PNG')

const filesOf = async (bytes: Uint8Array) => [...(await takeOut('msg', { name: 'a.msg', bytes }))]

describe('a message of Outlook', () => {
  test('has its header and its plain text', async () => {
    const recipients = [
      { 0x0c15: 1, 0x3001: "'max@port.test'", 0x3003: 'max@port.test' },
      { 0x0c15: 2, 0x3001: 'Board', 0x3003: '/o=Exchange/cn=board', 0x39fe: 'board@port.test' },
      { 0x0c15: 1, 0x3001: 'Bell, Max', 0x3003: '/o=Exchange/cn=max' },
    ]
    const bytes = msg({
      properties: { ...HEAD, 0x0039: SENT, 0x1000: 'Dear Max,\r\n\r\nwe end it.' },
      recipients,
    })
    const { text, title, notices, unpaged } = await read(bytes, 'a.msg')
    expect(text).toBe(
      `${SHOWN}\nTo: max@port.test, Bell, Max\nCc: Board <board@port.test>\nDate: Sun, 31 Mar 2024 08:00:00 GMT\n\nDear Max,\n\nwe end it.`,
    )
    expect({ title, notices, unpaged }).toEqual({ title: 'Kündigung', notices: [], unpaged: true })
  })

  test.each([
    [
      'HTML in the page of the message',
      { 0x1013: latin1('<p>Gr\xfc\xdfe</p>'), 0x3fde: 1_252 },
      'Grüße',
    ],
    ['HTML in another one', { 0x1013: utf8('<p>Grüße</p>'), 0x3fde: 20_127 }, 'Grüße'],
    ['HTML as a text', { 0x1013: '<ol><li>Rent</ol>' }, '1. Rent'],
    ['RTF', { 0x1009: rtf(String.raw`{\rtf1\ansi Gr\'fc\'dfe\par}`), 0x1000: 'plain' }, 'Grüße'],
    ['HTML in RTF', { 0x1009: rtf(htmlInRtf()) }, 'Dear Max !'],
    ['damaged RTF', { 0x1009: rtf(String.raw`{\rtf1{`), 0x1000: 'plain' }, 'plain'],
  ])('has its text from %s', async (_, properties, words) => {
    const { text } = await read(msg({ properties: { ...HEAD, ...properties } }), 'a.msg')
    expect(text).toBe(`${SHOWN}\n\n${words}`)
  })

  test.each([
    ['the language', { 0x3ff1: 1_041 }],
    ['the code page', { 0x3ffd: 932, 0x3ff1: 1_031 }],
  ])('that is not in Unicode is read by %s', async (_, properties) => {
    const bytes = msg({ properties: { ...properties, 0x0037: '\x93\xfa\x96{' }, bytes: true })
    expect((await read(bytes, 'a.msg')).title).toBe('日本')
  })

  test('has its date with the sender’s time zone', async () => {
    const headers = 'Received: x\r\nDate: Sun, 31 Mar 2024 10:00:00 +0200\r\n'
    const { text } = await read(msg({ properties: { ...HEAD, 0x007d: headers } }), 'a.msg')
    expect(text).toContain('Date: Sun, 31 Mar 2024 10:00:00 +0200')
  })

  test('names what is attached, and each is a file of its own', async () => {
    const inner = { properties: { ...HEAD, 0x0037: 'Rent', 0x1000: 'It is due.' } }
    const deep = { ...inner, attachments: [{ 0x3707: 'deep.txt', 0x3701: utf8('deep') }] }
    const bytes = msg({
      properties: { ...HEAD, 0x1013: '<p>See <img src="cid:logo"></p>' },
      attachments: [
        { 0x3707: 'lease.txt', 0x3704: 'LEASE~1.TXT', 0x3701: utf8('The lease.'.repeat(1_000)) },
        { 0x3707: 'logo.png', 0x3712: '<logo>', 0x370e: 'image/png', 0x3701: PNG },
        { 0x3707: 'hidden.png', 0x7ffe: 1, 0x3701: PNG },
        { 0x3707: 'scan.png', 0x3701: PNG },
        { 0x3001: 'Rent', 0x3705: 5, message: deep },
        { 0x3707: 'plan.xlsx', 0x3705: 7, 0x370d: 'https://drive.test/plan.xlsx' },
        { 0x3001: 'Sheet', 0x3705: 6 },
      ],
    })
    const { text, notices } = await read(bytes, 'a.msg')
    expect(text).toContain('Attachments: lease.txt, scan.png, Rent.msg, plan.xlsx, Sheet')
    expect(notices).toMatchObject([{ code: 'attachments_left_out', count: 5 }])
    const [lease, , rent, ...refused] = await filesOf(bytes)
    expect(lease?.kind === 'file' && new TextDecoder().decode(lease.bytes)).toMatch(
      /^(The lease\.){1000}$/,
    )
    expect(refused).toMatchObject([
      { kind: 'refused', name: 'plan.xlsx', reason: { message: expect.stringContaining('link') } },
      { kind: 'refused', name: 'Sheet', reason: { message: expect.stringContaining('object') } },
    ])
    const own = rent?.kind === 'file' ? rent.bytes : new Uint8Array(0)
    expect(documentKind(own.subarray(0, 8_192), 'Rent.msg')).toBe('msg')
    expect((await read(own, 'Rent.msg')).text).toContain('It is due.')
    expect(await filesOf(own)).toMatchObject([{ kind: 'file', name: 'deep.txt' }])
    // The bytes are the same each time, so that a repeated upload makes no second document.
    expect(await filesOf(bytes)).toEqual(await filesOf(bytes))
  })

  test.each([
    ['an encrypted message', { 0x001a: 'IPM.Note.SMIME' }, 'encrypted'],
    ['a message under rights', { 0x001a: 'IPM.Note.rpmsg.Microsoft' }, 'encrypted'],
    ['a message without text', { 0x001a: 'IPM.Note' }, 'no_text'],
  ])('is refused as %s', async (_, properties, code) => {
    expect((await failureOf(msg({ properties }), 'a.msg'))?.code).toBe(code)
  })

  test('that is an appointment says that its fields were left out', async () => {
    const { notices } = await read(
      msg({ properties: { ...HEAD, 0x001a: 'IPM.Appointment' } }),
      'a.msg',
    )
    expect(notices).toMatchObject([{ code: 'item_fields_left_out' }])
  })
})

function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0))
}

/** An RTF as Outlook stores it, without compression. */
function rtf(text: string): Uint8Array {
  return head(text.length, 0x41_4c_45_4d, latin1(text))
}

function head(size: number, form: number, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(16 + content.length)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, content.length + 12, true)
  view.setUint32(4, size, true)
  view.setUint32(8, form, true)
  bytes.set(content, 16)
  return bytes
}

/** HTML as Outlook keeps it in RTF, in Japanese, with the space that Japanese does not have. */
function htmlInRtf(): string {
  return String.raw`{\rtf1\ansi\ansicpg932\fromhtml1{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Dear Max{\*\htmltag84 &nbsp;}\htmlrtf \'a0\htmlrtf0 !\htmlrtf\par}\htmlrtf0}`
}

describe('compressed RTF', () => {
  // MS-OXRTFCP, 3.1 and 3.2: the examples of the specification.
  const simple =
    '2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af3 2068656c090020627 705b06c647d0a800fa0'.replaceAll(
      ' ',
      '',
    )

  test('is unpacked as the specification shows', () => {
    expect(text(unpackRtf(hex(simple), 1_000))).toBe(
      '{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n',
    )
    const crossing = '1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0'
    expect(text(unpackRtf(hex(crossing), 1_000))).toBe('{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}')
  })

  test('that claims more than the most is too large, and one that is cut off ends there', () => {
    const bytes = hex(simple)
    new DataView(bytes.buffer).setUint32(4, 4_000_000_000, true)
    expect(() => unpackRtf(bytes, EXTRACT_LIMITS.text_bytes)).toThrow('too large')
    expect(text(unpackRtf(hex(simple).subarray(0, 20), 1_000))).toBe('{\\rtf1\\ansi\\')
  })
})

const hex = (digits: string) =>
  Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16))
const text = (bytes: Uint8Array) => new TextDecoder('latin1').decode(bytes)

describe('a damaged message', () => {
  const large = msg({
    properties: { ...HEAD, 0x1000: 'x'.repeat(20_000) },
    attachments: [{ 0x3707: 'a.txt', 0x3701: new Uint8Array(50_000) }],
  })
  const view = new DataView(large.buffer)
  const directory = view.getUint32(48, true)
  const table = (view.getUint32(76, true) + 1) * 512

  test.each([
    ['that is cut off', (bytes: Uint8Array) => bytes.subarray(0, 5_000)],
    ['whose directory runs in a circle', changed(table + directory * 4, directory)],
    ['whose entries are a circle', changed((directory + 1) * 512 + 76, 0)],
    ['whose directory is far away', changed(48, 0x00_ff_ff_ff)],
    ['whose table is in its directory', changed(76, directory)],
  ])('%s is refused', async (_, change) => {
    const bytes = change(large.slice())
    expect(['damaged', 'unsupported']).toContain((await failureOf(bytes, 'a.msg'))?.code)
    expect(await filesOf(bytes)).toEqual([])
  })

  function damaged(seed: number): Uint8Array {
    const bytes = large.slice()
    for (let n = 0, at = seed; n < 4; n++) {
      at = (at * 48_271) % 2_147_483_647
      const place = n % 2 === 0 ? table + (at % 512) : (directory + 1) * 512 + (at % 2_048)
      bytes[place] = at & 0xff
    }
    return bytes
  }

  test('takes little time and fails as a document, whatever is changed in it', async () => {
    const spent = await processorMs(async () => {
      for (let seed = 1; seed <= 150; seed++) {
        const bytes = damaged(seed)
        await failureOf(bytes, 'a.msg')
        await filesOf(bytes)
      }
    })
    expect(spent).toBeLessThan(3_000)
  })
})

function changed(at: number, value: number): (bytes: Uint8Array) => Uint8Array {
  return (bytes) => {
    new DataView(bytes.buffer).setUint32(at, value, true)
    return bytes
  }
}
