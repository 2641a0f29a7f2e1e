import { randomBytes } from 'node:crypto'

import { strToU8, zipSync } from 'fflate'
import { describe, expect, test } from 'vitest'

import { docx, paragraph, zip } from '../support/documents/docx.ts'
import { encryptedPdf } from '../support/documents/encrypted-pdf.ts'
import { ole } from '../support/documents/ole.ts'
import { latin1, pdf } from '../support/documents/pdf.ts'
import { PAGE, pageXml, relsOf, utf8, wholePdf } from '../support/documents/plain-files.ts'
import { read } from '../support/documents/reading.ts'
import { refusalOf, TOLD, type Unreadable } from '../support/documents/unreadable.ts'

const CASES: readonly Unreadable[] = [
  { what: 'nothing at all', code: 'empty', name: 'a.pdf', bytes: () => new Uint8Array() },
  { what: 'white space', code: 'empty', name: 'a.txt', bytes: () => utf8(' \r\n\t\n') },
  {
    what: 'a PDF without text',
    code: 'no_text',
    name: 'a.pdf',
    bytes: () => pdf({ pages: [[], []] }),
  },
  {
    what: 'a DOCX without text',
    code: 'no_text',
    name: 'a.docx',
    bytes: () => docx({ body: '<w:p/>' }),
  },
  {
    what: 'a web page without text',
    code: 'no_text',
    name: 'a.html',
    bytes: () => utf8('<!doctype html><html><body></body></html>'),
  },
  {
    what: 'a protected PDF',
    code: 'encrypted',
    name: 'a.pdf',
    bytes: () => encryptedPdf({ pages: [PAGE] }, 'open sesame'),
  },
  {
    what: 'a protected DOCX',
    code: 'encrypted',
    name: 'a.docx',
    bytes: () => ole('Root Entry', 'EncryptedPackage'),
  },
  {
    what: 'a PDF that is cut off',
    code: 'damaged',
    name: 'a.pdf',
    bytes: () => wholePdf().subarray(0, 2_000),
  },
  {
    what: 'a PDF cut off before its end',
    code: 'damaged',
    name: 'a.pdf',
    bytes: () => wholePdf().subarray(0, -40),
  },
  {
    what: 'a PDF changed and then cut off',
    code: 'damaged',
    name: 'a.pdf',
    bytes: () => latin1(`${decode(wholePdf())}99 0 obj\n<<`),
  },
  {
    what: 'a PDF without a page',
    code: 'damaged',
    name: 'a.pdf',
    bytes: () => latin1('%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF'),
  },
  {
    what: 'a DOCX that is cut off',
    code: 'damaged',
    name: 'a.docx',
    bytes: () => docx({ body: pageXml() }).subarray(0, 900),
  },
  {
    what: 'a DOCX with a wrong word in it',
    code: 'damaged',
    name: 'a.docx',
    bytes: () => changed(storedDocx(), 'two years', 'ten years'),
  },
  {
    what: 'a DOCX with a hole in it',
    code: 'damaged',
    name: 'a.docx',
    bytes: () => holed(docx({ body: pageXml() })),
  },
  {
    what: 'a Word file of 1997',
    code: 'legacy_doc',
    name: 'a.doc',
    bytes: () => ole('Root Entry', 'WordDocument'),
  },
  {
    what: 'one under a wrong name',
    code: 'legacy_doc',
    name: 'a.docx',
    bytes: () => ole('Root Entry', '1Table', 'WordDocument'),
  },
  {
    what: 'another Office file',
    code: 'unsupported',
    name: 'a.xls',
    bytes: () => ole('Root Entry', 'Workbook'),
  },
  {
    what: 'HTML under the name of a PDF',
    code: 'type_mismatch',
    name: 'a.pdf',
    bytes: () => utf8('<!doctype html><h1>403</h1>'),
  },
  {
    what: 'text under the name of a DOCX',
    code: 'type_mismatch',
    name: 'a.docx',
    bytes: () => utf8('Not found'),
  },
  {
    what: 'a ZIP that is not a DOCX',
    code: 'not_a_docx',
    name: 'a.docx',
    bytes: () => zip({ 'hello.txt': 'hi' }),
  },
  {
    what: 'a binary Excel workbook',
    code: 'not_a_docx',
    name: 'a.xlsb',
    bytes: () => zip({ 'xl/workbook.bin': 'x' }),
  },
  {
    what: 'random bytes',
    code: 'unsupported',
    name: 'a.txt',
    bytes: () => new Uint8Array([1, 2, 3, 4, ...randomBytes(4_000)]),
  },
  { what: 'many NULs', code: 'unsupported', name: 'a.txt', bytes: () => new Uint8Array(100) },
  {
    what: 'an image',
    code: 'unsupported',
    name: 'a.txt',
    bytes: () => latin1('\x89PNG\r\n\x1a\n'),
  },
  {
    what: 'an RTF that is cut off',
    code: 'damaged',
    name: 'a.rtf',
    bytes: () => utf8('{\\rtf1 x'),
  },
]

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

/** A DOCX without compression. */
function storedDocx(): Uint8Array {
  const document = `<document>${paragraph('two years')}</document>`
  return zipSync(
    { '_rels/.rels': strToU8(relsOf('d.xml')), 'd.xml': strToU8(document) },
    { level: 0 },
  )
}

function changed(file: Uint8Array, from: string, to: string): Uint8Array {
  return latin1(decode(file).replace(from, to))
}

function holed(file: Uint8Array): Uint8Array {
  const at = Buffer.from(file).indexOf('word/document.xml') + 60
  return file.map((byte, place) => (place >= at && place < at + 600 ? 0xff : byte))
}

describe('a document that cannot be read', () => {
  test.each(CASES)('$what: $code', async ({ code, ...file }) => {
    const refusal = await refusalOf(file)
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(TOLD)
    expect(refusal.cpu_ms).toBeLessThan(2_000)
  })
})

test('a DOCX without compression is read', async () => {
  expect((await read(storedDocx(), 'a.docx')).text).toBe('two years')
})
