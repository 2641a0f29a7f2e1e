import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { deflateSync } from 'node:zlib'

import { describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'

import { docx, zip } from '../support/documents/docx.ts'
import { joined, objectsOf } from '../support/documents/pdf.ts'
import { PAGE, pageXml, relsOf, utf8, wholePdf } from '../support/documents/plain-files.ts'
import { refusalOf, TOLD, type Unreadable } from '../support/documents/unreadable.ts'

/** Sets all sizes in a ZIP's directory and headers to this claim. */
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

const CASES: readonly Unreadable[] = [
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
]

function many(count: number): [string, string][] {
  return Array.from({ length: count }, (_, at) => [`f${at}`, ''])
}

function wordFiles(): Record<string, string> {
  return { '_rels/.rels': relsOf('d.xml') }
}

function pdfBomb(): Uint8Array {
  const packed = deflateSync(new Uint8Array(120_000_000).fill(32)).toString('latin1')
  const bomb = `<</Length ${packed.length}/Filter/FlateDecode>>\nstream\n${packed}\nendstream`
  const objects = objectsOf({ pages: [PAGE] })
  return joined('', [...objects.slice(0, -1), bomb], '')
}

const READER = join(import.meta.dirname, '../support/documents/reader.ts')
const Told = z.object({ code: z.string(), ms: z.number(), bytes: z.number() })

describe('a small document that unpacks to a huge one', () => {
  test.each(CASES)('$what: $code', async ({ code, ...file }) => {
    const refusal = await refusalOf(file)
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(TOLD)
    expect(refusal.cpu_ms).toBeLessThan(2_000)
  })

  test('is refused within two seconds and 64 MB', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'runcast-bombs-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const bombs = { 'a.docx': BOMB, 'b.docx': claiming(BOMB, 1_000), 'c.pdf': pdfBomb() }
    const files = { '0.docx': docx({ body: pageXml() }), '0.pdf': wholePdf(), ...bombs }
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
