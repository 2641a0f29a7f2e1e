import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { strToU8, zipSync, zlibSync } from 'fflate'
import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

import { EXTRACT_LIMITS } from '../../src/pipelines/documents/read/extract-limits.ts'
import { docx, paragraph, zip } from '../support/documents/docx.ts'
import { encryptedPdf } from '../support/documents/encrypted-pdf.ts'
import { ole } from '../support/documents/ole.ts'
import { joined, latin1, objectsOf, pdf, typed } from '../support/documents/pdf.ts'
import { failureOf, read } from '../support/documents/reading.ts'

const PAGE = typed(['The term of this agreement is two years.'])
const SECRET = 'open sesame'

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

/** The sizes that a ZIP's directory and headers claim, all set to this. */
function claiming(file: Uint8Array, unpacked: number): Uint8Array {
  const lying = Buffer.from(file)
  for (const [magic, at] of [
    ['PK\x01\x02', 24],
    ['PK\x03\x04', 22],
  ] as const) {
    let place = lying.indexOf(magic, 0, 'latin1')
    for (; place !== -1; place = lying.indexOf(magic, place + 1, 'latin1'))
      lying.writeUInt32LE(unpacked, place + at)
  }
  return new Uint8Array(lying)
}

const BOMB = docx({ body: ' '.repeat(120_000_000) })
const ENTITIES = `<!DOCTYPE d [<!ENTITY a "${'lol'.repeat(100)}"><!ENTITY b "${'&a;'.repeat(100)}">]>`
const NESTED = `<</Filter[/FlateDecode/FlateDecode]/Length 1>>\nstream\nx\nendstream`

type Case = {
  readonly what: string
  readonly code: string
  readonly name: string
  readonly bytes: () => Uint8Array
}

const CASES: readonly Case[] = [
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
    bytes: () => encryptedPdf({ pages: [PAGE] }, SECRET),
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
    bytes: () => whole().subarray(0, 2_000),
  },
  {
    what: 'a PDF cut off before its end',
    code: 'damaged',
    name: 'a.pdf',
    bytes: () => whole().subarray(0, -40),
  },
  {
    what: 'a PDF changed and then cut off',
    code: 'damaged',
    name: 'a.pdf',
    bytes: () => latin1(`${decode(whole())}99 0 obj\n<<`),
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
  { what: 'a ZIP bomb', code: 'zip_bomb', name: 'a.docx', bytes: () => BOMB },
  {
    what: 'a ZIP bomb that lies about its size',
    code: 'zip_bomb',
    name: 'a.docx',
    bytes: () => claiming(BOMB, 1_000),
  },
  {
    what: 'a ZIP that claims to be one',
    code: 'zip_bomb',
    name: 'a.docx',
    bytes: () => claiming(docx({ body: '' }), 0x7fffffff),
  },
  {
    what: 'a ZIP of very many files',
    code: 'zip_bomb',
    name: 'a.docx',
    bytes: () => zip(Object.fromEntries(many(4_200))),
  },
  { what: 'a PDF bomb', code: 'zip_bomb', name: 'a.pdf', bytes: () => pdfBomb() },
  {
    what: 'a PDF packed twice',
    code: 'zip_bomb',
    name: 'a.pdf',
    bytes: () => joined('', [...objectsOf({ pages: [PAGE] }), NESTED], ''),
  },
  {
    what: 'an entity bomb',
    code: 'entity_bomb',
    name: 'a.docx',
    bytes: () => zip({ ...wordFiles(), 'd.xml': `${ENTITIES}<document/>` }),
  },
  {
    what: 'one in another part',
    code: 'entity_bomb',
    name: 'a.docx',
    bytes: () => docx({ body: pageXml(), more: { 'word/styles.xml': utf8(ENTITIES) }, styles: '' }),
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
    what: 'a ZIP that is no DOCX',
    code: 'not_a_docx',
    name: 'a.docx',
    bytes: () => zip({ 'hello.txt': 'hi' }),
  },
  {
    what: 'an Excel workbook',
    code: 'not_a_docx',
    name: 'a.xlsx',
    bytes: () => zip({ 'xl/workbook.xml': '<workbook/>' }),
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
  { what: 'an RTF', code: 'unsupported', name: 'a.rtf', bytes: () => utf8('{\\rtf1 x}') },
]

function whole(): Uint8Array<ArrayBuffer> {
  return pdf({ pages: Array.from({ length: 20 }, () => PAGE) })
}

function pageXml(): string {
  return paragraph('Two years. ') + paragraph(randomBytes(3_000).toString('base64'))
}

function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}

/** A DOCX that is not packed. */
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

function many(count: number): [string, string][] {
  return Array.from({ length: count }, (_, at) => [`f${at}`, ''])
}

function wordFiles(): Record<string, string> {
  return { '_rels/.rels': relsOf('d.xml') }
}

function relsOf(target: string): string {
  const type = 'http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument'
  return `<Relationships><Relationship Type="${type}" Target="${target}"/></Relationships>`
}

function pdfBomb(): Uint8Array {
  const packed = Buffer.from(zlibSync(new Uint8Array(120_000_000).fill(32))).toString('latin1')
  const bomb = `<</Length ${packed.length}/Filter/FlateDecode>>\nstream\n${packed}\nendstream`
  const objects = objectsOf({ pages: [PAGE] })
  return joined('', [...objects.slice(0, -1), bomb], '')
}

const READER = join(import.meta.dirname, '../support/documents/reader.ts')
const Told = z.object({ code: z.string(), ms: z.number(), bytes: z.number() })

/** What the person is told to do. */
const TOLD = /upload|enter|save/i

describe('a document that cannot be read', () => {
  test.each(CASES)('$what: $code', async ({ code, name, bytes }) => {
    const file = bytes()
    const started = process.cpuUsage()
    const failure = await failureOf(file, name)
    const spent = process.cpuUsage(started)
    expect(failure?.code).toBe(code)
    expect(failure?.message).toMatch(TOLD)
    expect((spent.user + spent.system) / 1_000).toBeLessThan(2_000)
  })

  test('that unpacks to very much is refused in two seconds and 64 MB', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'runcast-bombs-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const bombs = { 'a.docx': BOMB, 'b.docx': claiming(BOMB, 1_000), 'c.pdf': pdfBomb() }
    const files = { '0.docx': docx({ body: pageXml() }), '0.pdf': whole(), ...bombs }
    const paths = Object.keys(files).map((name) => join(folder, name))
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
    const { stdout } = await promisify(execFile)(process.execPath, [READER, ...paths])
    const told = z.array(Told).parse(JSON.parse(stdout))
    expect(told.map(({ code }) => code).slice(0, 2)).toEqual(['none', 'none'])
    for (const { code, ms, bytes } of told.slice(2)) {
      expect(code).toBe('zip_bomb')
      expect(ms).toBeLessThan(2_000)
      expect(bytes).toBeLessThan(64_000_000)
    }
  })
})

test('a DOCX that is not packed is read', async () => {
  expect((await read(storedDocx(), 'a.docx')).text).toBe('two years')
})

describe('a protected PDF', () => {
  test('is read with its password', async () => {
    const text = await read(encryptedPdf({ pages: [PAGE] }, SECRET), 'a.pdf', { password: SECRET })
    expect(text.text).toBe('The term of this agreement is two years.')
  })

  test('is not read with another one', async () => {
    const file = encryptedPdf({ pages: [PAGE] }, SECRET)
    const failure = await failureOf(file, 'a.pdf', { password: 'guess' })
    expect(failure?.code).toBe('wrong_password')
    expect(failure?.message).not.toContain('guess')
  })

  test('that opens without one needs none', async () => {
    expect((await read(encryptedPdf({ pages: [PAGE] }, ''), 'a.pdf')).text).toContain('two years')
  })
})

describe('a document that is too large', () => {
  test.each([
    { what: 'bytes of text', name: 'a.txt', bytes: utf8('word '.repeat(100)), text_bytes: 400 },
    { what: 'pages', name: 'a.pdf', bytes: whole(), pages: 19 },
    { what: 'characters on its pages', name: 'a.pdf', bytes: whole(), chars: 60 },
    { what: 'characters', name: 'a.docx', bytes: docx({ body: pageXml() }), chars: 60 },
    { what: 'bytes of XML', name: 'a.docx', bytes: docx({ body: pageXml() }), part_bytes: 2_000 },
  ])('has too many $what', async ({ name, bytes, ...limit }) => {
    const { what: _, ...own } = limit
    const failure = await failureOf(bytes, name, { limits: { ...EXTRACT_LIMITS, ...own } })
    expect(failure?.code).toBe('too_large')
  })
})

describe('the signal', () => {
  test('ends the reading of a PDF between two pages', async () => {
    const stop = new AbortController()
    const pages: string[] = []
    const say = (_: number, message: string) => {
      pages.push(message)
      if (pages.length === 3) stop.abort(new Error('the lease is lost'))
    }
    const file = whole()
    await expect(read(file, 'a.pdf', { signal: stop.signal, say })).rejects.toThrow(
      'the lease is lost',
    )
    expect(pages).toHaveLength(3)
  })

  test.each([
    ['a.docx', docx({ body: pageXml() })],
    ['a.html', utf8('<!doctype html><html><body>words</body></html>')],
  ])('ends the reading of %s', async (name, bytes) => {
    const stop = new AbortController()
    const say = () => stop.abort(new Error('the lease is lost'))
    await expect(read(bytes, name, { signal: stop.signal, say })).rejects.toThrow(
      'the lease is lost',
    )
  })
})
