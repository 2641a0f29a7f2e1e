import { setImmediate as nextTurn } from 'node:timers/promises'

import * as fc from 'fast-check'
import { expect, test } from 'vitest'

import { docx, paragraph } from '../support/documents/docx.ts'
import { epub, openDocument, pptx, shape, xlsx } from '../support/documents/packages.ts'
import { pdf, typed } from '../support/documents/pdf.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { failureOf } from '../support/documents/reading.ts'

const SAMPLES = {
  'a.pdf': () =>
    pdf({ pages: [typed(['One page.']), typed(['Another.'])], deflated: true, field: 'x' }),
  'b.pdf': () => pdf({ pages: [typed(['One page.'])], title: 'x' }),
  'a.docx': () =>
    docx({ body: paragraph('Words.', '<w:pStyle w:val="T"/>').repeat(20), styles: '' }),
  'a.xlsx': () =>
    xlsx({ sheets: [{ name: 'S', rows: '<row r="1"><c r="B1"><v>7</v></c></row>' }] }),
  'a.pptx': () => pptx([{ shapes: shape(['Words.', 'More']), notes: shape(['Notes'], 'body') }]),
  'a.odt': () => openDocument({ kind: 'text', body: '<text:p>Words.</text:p>'.repeat(20) }),
  'a.ods': () =>
    openDocument({
      kind: 'spreadsheet',
      body: '<table:table><table:table-row><table:table-cell><text:p>Words</text:p></table:table-cell></table:table-row></table:table>',
    }),
  'a.epub': () => epub(['<h1>One</h1><p>Words.</p>']),
  'a.rtf': () => utf8('{\\rtf1{\\fonttbl{\\f0 A;}}\\pard Words\\par{\\b more \\u8364?}}'),
  'a.eml': () => utf8('From: a@b.test\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\nWords'),
  'a.csv': () => utf8('a,b\n"c, d",e\n'),
} as const

const NAMES = [
  'a.pdf',
  'b.pdf',
  'a.docx',
  'a.xlsx',
  'a.pptx',
  'a.odt',
  'a.ods',
  'a.epub',
  'a.rtf',
  'a.eml',
  'a.csv',
] as const

/** Bytes to change at these places. The file's end may be cut off. */
const harm = fc.record({
  name: fc.constantFrom(...NAMES),
  changes: fc.array(fc.tuple(fc.nat(4_000), fc.nat(255)), { maxLength: 12 }),
  cut: fc.option(fc.nat(4_000), { nil: undefined }),
})

/**
 * The errors of promises that pdf.js forgets. It looks for all pages of a damaged file in advance
 * (`Catalog.getPageDict`), and nobody handles the rejections of pages that are never read. In workerd each
 * is a line in the log. Any other unhandled rejection fails the test.
 */
const FORGOTTEN = ['XRefEntryException', 'FormatError']

/** Collects the unhandled rejections during `work`. vitest would count them as failures. */
async function unhandledDuring(work: () => Promise<void>): Promise<unknown[]> {
  const listeners = process.listeners('unhandledRejection')
  const unhandled: unknown[] = []
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', (error) => unhandled.push(error))
  try {
    await work()
    await nextTurn()
  } finally {
    process.removeAllListeners('unhandledRejection')
    for (const listener of listeners) process.on('unhandledRejection', listener)
  }
  return unhandled
}

test('a damaged file is read or refused, without any other effect', async () => {
  const unhandled = await unhandledDuring(readHarmed)
  expect(unhandled.filter((error) => !FORGOTTEN.includes(nameOf(error)))).toEqual([])
})

test('a damaged page that the library reads in advance fails only its file', async () => {
  const bytes = SAMPLES['a.pdf']().slice(0, 1_070)
  for (const [at, byte] of [
    [640, 41],
    [74, 110],
    [139, 166],
    [935, 160],
  ] as const)
    bytes[at] = byte
  const unhandled = await unhandledDuring(async () => void (await failureOf(bytes, 'a.pdf')))
  expect(unhandled.map(nameOf)).toEqual(['FormatError'])
})

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : ''
}

async function readHarmed(): Promise<void> {
  await fc.assert(
    fc.asyncProperty(harm, async ({ name, changes, cut }) => {
      const whole = SAMPLES[name]()
      const bytes = whole.slice(0, cut === undefined ? undefined : cut % whole.length)
      for (const [at, byte] of changes) bytes[at % Math.max(1, bytes.length)] = byte
      const failure = await failureOf(bytes, name)
      expect(failure?.message ?? 'it was read').not.toBe('')
    }),
    { numRuns: 400 },
  )
}

test('a missing page is reported once, even if the file has a form', async () => {
  const text = Buffer.from(SAMPLES['a.pdf']()).toString('latin1')
  const broken = text.replace('/Kids[6 0 R', '/Kids[9 0 R')
  expect(broken).not.toBe(text)
  const unhandled = await unhandledDuring(async () => {
    const failure = await failureOf(Uint8Array.from(Buffer.from(broken, 'latin1')), 'a.pdf')
    expect(failure?.code).toBe('damaged')
  })
  expect(unhandled).toEqual([])
})
