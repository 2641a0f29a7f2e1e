import { expect, test } from 'vitest'

import { decodePage } from '../../src/pipelines/html/charset.ts'

const TEXT = '<p>Prüfung großer Brücken – Überwachung</p>'
const UTF8 = new TextEncoder().encode(TEXT)
const LATIN = latin(TEXT)

const meta = (label: string) => latin(`<meta charset="${label}">${TEXT}`)
const http = (label: string) =>
  latin(`<meta http-equiv="Content-Type" content="text/html; charset=${label}">${TEXT}`)

test.each([
  ['UTF-8', UTF8, null],
  ['UTF-8 with a mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), UTF8]), 'text/html'],
  ['UTF-8 that its header names', UTF8, 'text/html; charset=UTF-8'],
  ['UTF-8 whose header names another', UTF8, 'text/html; charset=ISO-8859-1'],
  ['windows-1252', LATIN, null],
  ['windows-1252 without a word', LATIN, 'text/html'],
  ['windows-1252 whose header says ISO-8859-1', LATIN, 'text/html; charset=ISO-8859-1'],
  ['windows-1252 whose header is quoted', LATIN, 'text/html;charset="windows-1252"'],
  ['windows-1252 whose header says UTF-8', LATIN, 'text/html; charset=utf-8'],
  ['windows-1252 whose header says nothing known', LATIN, 'text/html; charset=none'],
  ['UTF-16 with a mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le'), null],
  ['UTF-16 without a mark', Buffer.from(TEXT, 'utf16le'), 'text/html'],
  ['UTF-16 the other way', Buffer.from(TEXT, 'utf16le').swap16(), null],
])('a page in %s is read as it was written', (_, bytes, type) => {
  expect(decodePage(bytes, type)).toBe(TEXT)
})

test.each([
  meta('iso-8859-1'),
  meta('iso-8859–1'),
  meta('ISO8859_1'),
  meta('iso 8859-1'),
  meta('cp1252'),
  meta('latin-1'),
  meta('bogus'),
  meta('utf-8'),
  http('ISO-8859-1'),
  http('iso-8859&#8211;1'),
  http('windows-1252'),
])('a label in a page is read however it is spelt (%#)', (bytes) => {
  expect(decodePage(bytes, 'text/html')).toContain(TEXT)
})

test('other charsets are read by their labels', () => {
  const windows1251 = Uint8Array.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2])
  expect(decodePage(windows1251, 'text/html; charset=windows-1251')).toBe('Привет')
  const shiftJis = Uint8Array.from([0x8b, 0x81, 0x90, 0x6c])
  expect(decodePage(shiftJis, 'text/html; charset=Shift_JIS')).toBe('求人')
})

test('a damaged sign in a page of UTF-8 stays a damaged sign', () => {
  const damaged = Buffer.concat([UTF8, Buffer.from([0xff])])
  expect(decodePage(damaged, 'text/html; charset=utf-8')).toBe(`${TEXT}\uFFFD`)
})

/** Encodes a text in windows-1252, of whose signs between 0x80 and 0x9F only the dash is used here. */
function latin(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.replaceAll('–', '\u0096'), 'latin1'))
}
