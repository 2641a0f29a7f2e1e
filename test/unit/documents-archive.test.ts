import { describe, expect, test } from 'vitest'

import { isArchive, unpackFiles } from '../../src/pipelines/documents/read/zip/archive.ts'
import { docx, paragraph, zip } from '../support/documents/docx.ts'
import { epub, openDocument, pptx, xlsx } from '../support/documents/packages.ts'
import { relsOf } from '../support/documents/plain-files.ts'
import { rawZip } from '../support/documents/raw-zip.ts'

const bundle = zip({ 'a/one.txt': 'One', 'two.txt': 'Two', '.hidden': 'x', '__MACOSX/a': 'x' })

describe('a ZIP of files', () => {
  test.each([
    ['a ZIP', 'a.zip', bundle, true],
    ['one without the ending', 'a', bundle, false],
    ['a DOCX', 'a.zip', docx({ body: paragraph('x') }), false],
    ['a DOCX in other folders', 'a.zip', zip({ '_rels/.rels': relsOf('d.xml') }), false],
    ['a workbook', 'a.zip', xlsx({ sheets: [] }), false],
    ['a presentation', 'a.zip', pptx([]), false],
    ['an OpenDocument text', 'a.zip', openDocument({ kind: 'text', body: '' }), false],
    ['an e-book', 'a.zip', epub(['x']), false],
    ['a text', 'a.zip', new TextEncoder().encode('PK no'), false],
  ])('is told from a document: %s', (...[, name, head, is]) => {
    expect(isArchive(head, name)).toBe(is)
  })

  test('has its files without folders and those of a system', () => {
    const files = [...unpackFiles({ name: 'a.zip', bytes: bundle })]
    expect(files).toMatchObject([
      { kind: 'file', name: 'a/one.txt' },
      { kind: 'file', name: 'two.txt' },
    ])
  })

  test('is read but for a file that is encrypted or damaged', () => {
    const bytes = rawZip([
      { name: 'a.txt', text: 'One' },
      { name: 'b.txt', text: 'Two', flags: 1 },
      { name: 'c.txt', text: 'Three', crc: 1 },
    ])
    const files = [...unpackFiles({ name: 'a.zip', bytes })]
    expect(files).toMatchObject([
      { kind: 'file', name: 'a.txt' },
      { kind: 'refused', name: 'b.txt' },
      { kind: 'refused', name: 'c.txt', reason: { code: 'damaged' } },
    ])
  })

  test.each([
    ['damaged', bundle.slice(0, 60)],
    ['zip_bomb', zip(Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`f${at}`, ''])))],
    ['too_large', new Uint8Array(25_000_001)],
  ])('is refused as %s as a whole', (code, bytes) => {
    expect([...unpackFiles({ name: 'a.zip', bytes })]).toMatchObject([
      { kind: 'refused', name: 'a.zip', reason: { code } },
    ])
  })

  test('whose file is a bomb refuses that file alone', () => {
    const bytes = zip({ 'a.txt': ' '.repeat(60_000_000), 'b.txt': 'Two' })
    expect([...unpackFiles({ name: 'a.zip', bytes })]).toMatchObject([
      { kind: 'refused', name: 'a.txt', reason: { code: 'zip_bomb' } },
      { kind: 'file', name: 'b.txt' },
    ])
  })
})
