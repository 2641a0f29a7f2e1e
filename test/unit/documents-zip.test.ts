import { describe, expect, test } from 'vitest'

import { pageXml, relsOf } from '../support/documents/plain-files.ts'
import { type RawEntry, rawZip } from '../support/documents/raw-zip.ts'
import { read } from '../support/documents/reading.ts'
import { refusalOf, TOLD } from '../support/documents/unreadable.ts'

const W = 'http://schemas.openxmlformats.org/wordprocessingml/2006/main'
const XML = `<w:document xmlns:w="${W}"><w:body>${pageXml()}</w:body></w:document>`
const RELATIONS: RawEntry = { name: '_rels/.rels', text: relsOf('d.xml') }
const DOCUMENT: RawEntry = { name: 'd.xml', text: XML }
const PLAIN = [RELATIONS, DOCUMENT]

const plainText = async () => (await read(rawZip(PLAIN), 'a.docx')).text

describe('a ZIP is read', () => {
  test.each([
    ['with wide numbers, as ZIP64', rawZip(PLAIN, { wide: true })],
    ['with its sizes behind the bytes', rawZip(PLAIN, { descriptors: true })],
    ['with both', rawZip(PLAIN, { descriptors: true, wide: true })],
    [
      'with two files of one name, of which the last counts',
      rawZip([{ ...DOCUMENT, text: '<x/>' }, ...PLAIN]),
    ],
    ['with an unpacked size that is a lie', rawZip([RELATIONS, { ...DOCUMENT, unpacked: 10 }])],
    [
      'with an encrypted file that nothing needs',
      rawZip([...PLAIN, { name: 'x', text: 'x', flags: 1 }]),
    ],
  ])('%s', async (_, bytes) => {
    expect((await read(bytes, 'a.docx')).text).toBe(await plainText())
  })
})

const FAR = 2 ** 52

describe('a ZIP is refused', () => {
  test.each([
    ['damaged', 'whose checksum is wrong', [RELATIONS, { ...DOCUMENT, crc: 1 }], {}],
    ['damaged', 'whose packed size is too small', [RELATIONS, { ...DOCUMENT, packed: 9 }], {}],
    [
      'damaged',
      'whose packed size leads out of it',
      [RELATIONS, { ...DOCUMENT, packed: 99_999 }],
      {},
    ],
    ['damaged', 'whose file begins nowhere', [RELATIONS, { ...DOCUMENT, offset: 99_999 }], {}],
    [
      'damaged',
      'whose file begins beyond 4 GB',
      [RELATIONS, { ...DOCUMENT, offset: FAR }],
      { wide: true },
    ],
    [
      'damaged',
      'whose packed file has petabytes',
      [RELATIONS, { ...DOCUMENT, packed: FAR }],
      { wide: true },
    ],
    [
      'zip_bomb',
      'whose file unpacks to petabytes',
      [RELATIONS, { ...DOCUMENT, unpacked: FAR }],
      { wide: true },
    ],
    ['not_a_docx', 'whose document is encrypted', [RELATIONS, { ...DOCUMENT, flags: 1 }], {}],
    ['not_a_docx', 'that is packed in another way', [RELATIONS, { ...DOCUMENT, method: 14 }], {}],
    [
      'not_a_docx',
      'all of whose files are one',
      [RELATIONS, { ...DOCUMENT, ...sameAs(RELATIONS) }],
      {},
    ],
    ['zip_bomb', 'of files that overlap and add up', overlapping(4_000, 100_000), {}],
    ['zip_bomb', 'of more files than a document has', overlapping(5_000, 1), { wide: true }],
  ] as const)('%s: one %s', async (...[code, , entries, how]) => {
    const refusal = await refusalOf({ name: 'a.docx', bytes: () => rawZip(entries, how) })
    expect(refusal.code).toBe(code)
    expect(refusal.message).toMatch(TOLD)
    expect(refusal.cpu_ms).toBeLessThan(2_000)
  })

  test.each([
    ['whose locator points outside', -34, 0xff],
    ['whose wide record is invalid', -98, 0],
  ])('damaged: a ZIP64 %s', async (_, place, byte) => {
    const bytes = rawZip(PLAIN, { wide: true })
    bytes.fill(byte, bytes.length + place, bytes.length + place + 4)
    expect((await refusalOf({ name: 'a.docx', bytes: () => bytes })).code).toBe('damaged')
  })
})

/** The directory's entry of one file leads to another file, the first of the ZIP. */
function sameAs({ text }: RawEntry): Partial<RawEntry> {
  return { text, offset: 0 }
}

/** Adds many names for the same bytes, like the most effective ZIP bombs. */
function overlapping(count: number, unpacked: number): RawEntry[] {
  const names = Array.from({ length: count }, (_, n) => ({
    name: `f${n}`,
    text: 'x',
    offset: 0,
    unpacked,
  }))
  return [...PLAIN, ...names]
}
