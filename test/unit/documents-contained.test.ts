import { beforeEach, describe, expect, test } from 'vitest'

import { CONTAINED_LIMITS, UploadedFiles } from '../../src/api/documents/put-files.ts'
import type { NewDocument } from '../../src/db/documents.ts'
import { takeOut } from '../../src/pipelines/documents/read/container.ts'
import { zip } from '../support/documents/docx.ts'
import { mailWith } from '../support/documents/mail.ts'
import { utf8 } from '../support/documents/plain-files.ts'
import { MemoryDocuments } from '../support/memory-documents.ts'

let memory: MemoryDocuments
beforeEach(() => {
  memory = new MemoryDocuments()
})

async function put(
  name: string,
  bytes: Uint8Array,
  files = new UploadedFiles(memory.ports()),
): Promise<NewDocument[]> {
  const documents: NewDocument[] = []
  for await (const document of files.put({ name, bytes: once(bytes) })) documents.push(document)
  return documents
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

const named = (documents: readonly NewDocument[]) => {
  const names = new Map(documents.map(({ document_id, name }) => [document_id, name]))
  return documents.map(({ name, parent, refused }) => [
    name,
    ...(parent === undefined ? [] : [`in ${names.get(parent)}`]),
    ...(refused === null ? [] : [refused.code]),
  ])
}

test('what is attached to a message is documents of its own, at any depth', async () => {
  const inner = mailWith('Fwd', ['rent.csv', 'a,b\n1,2'], ['old.rar', 'Rar!'])
  const bundle = zip({ 'x/one.txt': 'One', 'x/inner.eml': inner })
  const message = mailWith('Lease', ['lease.md', '# Lease'], ['bundle.zip', bundle])
  const documents = await put('mails.zip', zip({ 'a.eml': message, 'b.txt': 'Two' }))
  expect(named(documents)).toEqual([
    ['a.eml'],
    ['b.txt'],
    ['lease.md', 'in a.eml'],
    ['one.txt', 'in a.eml'],
    ['inner.eml', 'in a.eml'],
    ['rent.csv', 'in inner.eml'],
    ['old.rar', 'in inner.eml', 'unsupported'],
  ])
  // The ZIPs and the RAR are not kept.
  const kept = documents.flatMap(({ file_key }) => file_key ?? [])
  expect([...memory.objects.keys()].toSorted()).toEqual(kept.toSorted())
  expect(kept).toHaveLength(6)
})

describe('what is attached to a message', () => {
  test.each([
    [
      'with a name in UTF-8',
      ['', 'x', ["Content-Disposition: attachment; filename*=utf-8''K%C3%BCndigung.txt"]],
      ['Kündigung.txt'],
    ],
    ['without a name', ['', 'x', ['Content-Type: application/pdf']], ['attachment 1.pdf']],
    [
      'as a message',
      ['', 'x', ['Content-Type: message/rfc822', 'Content-Disposition: attachment']],
      ['attachment 1.eml'],
    ],
    ['as its signature', ['', 'x', ['Content-Type: application/pkcs7-signature']], []],
  ] as const)('%s', async (_, attached, names) => {
    const bytes = mailWith('Lease', attached)
    const files = [...(await takeOut('eml', { name: 'a.eml', bytes }))]
    expect(files.map(({ name }) => name)).toEqual(names)
  })

  test('is nothing if the message cannot be parsed', async () => {
    const bytes = utf8(`Subject: x\r\nX: ${'x'.repeat(2_000_000)}\r\n\r\n`)
    expect(await takeOut('eml', { name: 'a.eml', bytes })).toEqual([])
  })
})

describe('the limits of one upload', () => {
  test('leave out what is too deep, and say so', async () => {
    let message = mailWith('last', ['last.txt', 'Last'])
    for (let level = CONTAINED_LIMITS.levels; level > 0; level--)
      message = mailWith(`at ${level}`, [`${level}.eml`, message])
    const documents = await put('0.eml', message)
    expect(named(documents).at(-2)).toEqual(['4.eml', 'in 3.eml'])
    expect(named(documents).at(-1)).toEqual(['4.eml', 'in 4.eml', 'too_large'])
  })

  test('count the files of all of its containers', async () => {
    const files = new UploadedFiles(memory.ports())
    const most = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}.txt`, `${n}`]))
    for (let n = 0; n < 4; n++) expect(await put('a.zip', zip(most), files)).toHaveLength(500)
    const one = mailWith('One', ['one.txt', 'One'], ['two.txt', 'Two'])
    expect(named(await put('one.eml', one, files))).toEqual([
      ['one.eml'],
      ['one.eml', 'in one.eml', 'too_large'],
    ])
  })

  test('remove the ZIPs of an upload that breaks off', async () => {
    const files = new UploadedFiles(memory.ports())
    const bytes = zip({ 'a.zip': zip({ 'a.txt': 'A' }), 'b.txt': 'B' })
    for await (const { file_key } of files.put({ name: 'c.zip', bytes: once(bytes) })) {
      await memory.ports().files.remove(file_key === null ? [] : [file_key])
      break
    }
    expect(memory.objects.size).toBe(0)
  })
})
