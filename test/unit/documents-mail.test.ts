import { describe, expect, test } from 'vitest'

import { documentKind } from '../../src/pipelines/documents/read/document-kind.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { failureOf, read } from '../support/documents/reading.ts'
import { refusalOf } from '../support/documents/unreadable.ts'

const HEAD = [
  'Return-Path: <ada@harbour.test>',
  'From: Ada Lovelace <ada@harbour.test>',
  'To: "Bell, Max" <max@port.test>, info@port.test',
  'Cc: Board: a@port.test, b@port.test;',
  'Date: Sun, 31 Mar 2024 10:00:00 +0200',
  'Subject: =?utf-8?Q?K=C3=BCndigung?= of the lease',
  'MIME-Version: 1.0',
].join('\r\n')

function mail(body: string, type = 'text/plain; charset=utf-8'): Uint8Array {
  return utf8(`${HEAD}\r\nContent-Type: ${type}\r\n\r\n${body}`)
}

/** A message of several parts. Each is its headers and its content. */
function parts(...contents: readonly string[]): Uint8Array {
  const between = contents.map((content) => `--b\r\n${content}\r\n`).join('')
  return mail(`${between}--b--\r\n`, 'multipart/mixed; boundary=b')
}

const SHOWN = `Kündigung of the lease

From: Ada Lovelace <ada@harbour.test>
To: Bell, Max <max@port.test>, info@port.test
Cc: Board: a@port.test, b@port.test
Date: Sun, 31 Mar 2024 10:00:00 +0200`

const PDF =
  'Content-Type: application/pdf; name="lease.pdf"\r\nContent-Disposition: attachment\r\n\r\n%PDF'
const IMAGE = 'Content-Type: image/png\r\nContent-ID: <i>\r\nContent-Disposition: inline\r\n\r\nx'

describe('a message', () => {
  test('has its headers and its text', async () => {
    const { text, title, headings, notices, unpaged } = await read(
      mail('Dear Max,\r\n\r\nwe end it.'),
      'a.eml',
    )
    expect(text).toBe(`${SHOWN}\n\nDear Max,\n\nwe end it.`)
    expect(title).toBe('Kündigung of the lease')
    expect(headings).toHaveLength(1)
    expect(notices).toEqual([])
    expect(unpaged).toBe(true)
  })

  test('in HTML has the numbers of its lists', async () => {
    const { text } = await read(
      mail('<p>Dear Max,</p><ol><li>we end it.</ol>', 'text/html'),
      'a.eml',
    )
    expect(text).toBe(`${SHOWN}\n\nDear Max,\n\n1. we end it.`)
  })

  test('names what is attached', async () => {
    const body = 'Content-Type: text/html\r\n\r\n<p>See it. <img src="cid:i"></p>'
    const { text, notices } = await read(parts(body, PDF, PDF, IMAGE), 'a.eml')
    expect(text).toContain('See it.')
    expect(text).toContain('Attachments: lease.pdf, lease.pdf')
    expect(notices).toMatchObject([{ code: 'attachments_left_out' }])
    expect(notices?.[0]?.count).toBeGreaterThanOrEqual(2)
  })

  test('has the words of a message that it passes on', async () => {
    const inner =
      'Content-Type: message/rfc822\r\n\r\nFrom: c@port.test\r\nSubject: Rent\r\n\r\nThe rent is due.'
    const { text } = await read(parts('Content-Type: text/plain\r\n\r\nSee below.', inner), 'a.eml')
    expect(text).toContain('See below.')
    expect(text).toContain('The rent is due.')
  })

  test.each([
    ['S/MIME', mail('x', 'application/pkcs7-mime; smime-type=enveloped-data')],
    ['PGP', mail('--b\r\n\r\nx\r\n--b--', 'multipart/encrypted; boundary=b')],
    ['PGP within its text', mail('-----BEGIN PGP MESSAGE-----\r\n\r\nx')],
  ])('that is encrypted with %s is refused', async (_, bytes) => {
    expect((await failureOf(bytes, 'a.eml'))?.code).toBe('encrypted')
  })

  test.each([
    ['of ten thousand parts within parts', nested(10_000)],
    ['of a header without an end', utf8(`${HEAD}\r\nX: ${'x'.repeat(3_000_000)}`)],
  ])('%s is refused as damaged', async (_, bytes) => {
    const refusal = await refusalOf({ name: 'a.eml', bytes: () => bytes })
    expect(refusal.code).toBe('damaged')
    expect(refusal.cpu_ms).toBeLessThan(2_000)
  })
})

function nested(depth: number): Uint8Array {
  const open = Array.from(
    { length: depth },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  )
  return utf8(`${HEAD}\r\n${open.join('')}\r\nx`)
}

test.each([
  ['eml', 'a.txt', `${HEAD}\r\n\r\nx`],
  ['eml', 'a.eml', 'Subject: x\r\n\r\nx'],
  ['text', 'a.txt', 'From: A\nTo: B\nDate: today\nSubject: a memo\n\nWords'],
  ['text', 'a.eml', 'No header here'],
])('%s is told for %s', (kind, name, source) => {
  expect(documentKind(utf8(source), name)).toBe(kind)
})
