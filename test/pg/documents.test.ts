import { expect, test } from 'vitest'

import { listChunks, listDocuments } from '../../src/db/document-list.ts'
import {
  addDocuments,
  giveText,
  moveDocument,
  readDocument,
  readSource,
  removeDocument,
  replaceFile,
} from '../../src/db/documents.ts'
import { withdrawDocuments } from '../../src/db/matters.ts'
import { encodePosition, type ListAnswer } from '../../src/db/page.ts'
import { countStoredBytes } from '../../src/db/stored-bytes.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { newFile, StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()

test('a new document is pending, and is read unchanged', async () => {
  const document = new StoredDocument(db)
  const { key, run_id, file } = document
  expect(await document.add()).toEqual([{ document_id: key.document_id, run_id, known: false }])
  const { sha256: _sha256, refused: _refused, ...given } = file
  const iso = expect.stringMatching(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  const pending = { status: 'pending', text_key: null, stage: null, indexed_at: null }
  const matter = { matter_id: expect.any(String), matter: 'Smith', group: 'Smith' }
  const read = { ...given, ...pending, ...matter, run_id, created_at: iso }
  expect(await readDocument(db, key)).toEqual(read)
  const { name, kind, size, file_key } = file
  const source = { name, kind, size, file_key, text_key: null, refused: null }
  expect(await readSource(db, { ...key, run_id })).toEqual(source)
  expect(await readSource(db, { ...key, run_id: newRunId() })).toBeUndefined()
  expect(await readDocument(db, { ...key, owner: newOwner() })).toBeUndefined()
})

test('the same bytes again in a matter are the existing document, in their order', async () => {
  const first = new StoredDocument(db)
  await first.add()
  const { owner, matter } = first
  const [again, fresh] = [newFile({ sha256: first.file.sha256 }), newFile()]
  const twice = newFile({ sha256: fresh.sha256 })
  const run_id = newRunId()
  const added = await addDocuments(db, { owner, matter, run_id, documents: [again, fresh, twice] })
  expect(added).toEqual([
    { document_id: first.key.document_id, run_id: first.run_id, known: true },
    { document_id: fresh.document_id, run_id, known: false },
    { document_id: fresh.document_id, run_id, known: true },
  ])
  const file = { sha256: first.file.sha256 }
  const elsewhere = new StoredDocument(db, { owner, matter: 'Jones', file })
  expect(await elsewhere.add()).toMatchObject([{ known: false }])
  const stranger = new StoredDocument(db, { file })
  expect(await stranger.add()).toMatchObject([{ known: false }])
})

test('QUOTA-2: the stored bytes of an owner are those of the files that are stored, once each', async () => {
  const owner = newOwner()
  expect(await countStoredBytes(db, owner)).toBe(0)
  const first = new StoredDocument(db, { owner, file: { size: 4_000_000_000 } })
  await first.add()
  const refused = { code: 'unknown_kind', message: 'No.' }
  const documents = [
    newFile({ sha256: first.file.sha256, size: 5 }),
    newFile({ size: 70 }),
    newFile({ size: 900, file_key: null, refused }),
  ]
  await addDocuments(db, { owner, matter: first.matter, run_id: newRunId(), documents })
  await new StoredDocument(db, { file: { size: 11 } }).add()
  expect(await countStoredBytes(db, owner)).toBe(4_000_000_070)
  await removeDocument(db, first.key)
  expect(await countStoredBytes(db, owner)).toBe(70)
})

test('simultaneous uploads of the same bytes all get one document', async () => {
  const owner = newOwner()
  const shas = Array.from({ length: 5 }, () => newFile().sha256)
  const uploads = Array.from({ length: 6 }, (_, n) => {
    const documents = (n % 2 ? shas : shas.toReversed()).map((sha256) => newFile({ sha256 }))
    return addDocuments(db, { owner, matter: 'Smith', run_id: newRunId(), documents })
  })
  const added = (await Promise.all(uploads)).flat()
  expect(new Set(added.map(({ document_id }) => document_id)).size).toBe(5)
  expect(added.filter(({ known }) => !known)).toHaveLength(5)
})

test('characters that Postgres cannot store are removed from names and reasons', async () => {
  const refused = { code: 'damaged', message: 'torn\0 \uD800' }
  const document = new StoredDocument(db, {
    matter: 'Sm\0ith',
    file: { name: 'a\0b\uDC00.pdf', kind: null, file_key: null, refused },
  })
  await document.add()
  expect(await readDocument(db, document.key)).toMatchObject({
    name: 'ab\uFFFD.pdf',
    matter: 'Smith',
    kind: null,
    error: { code: 'damaged', message: 'torn \uFFFD' },
  })
})

test('the documents of a run that could not start are removed, and no others', async () => {
  const [kept, gone] = [new StoredDocument(db), new StoredDocument(db)]
  await Promise.all([kept.add(), gone.add()])
  const document_ids = [gone.key.document_id, kept.key.document_id]
  await withdrawDocuments(db, { owner: gone.owner, document_ids })
  expect(await readDocument(db, gone.key)).toBeUndefined()
  expect(await readDocument(db, kept.key)).toBeDefined()
})

test('another file replaces a document’s file and the text from its password', async () => {
  const document = new StoredDocument(db)
  await document.add()
  expect(await giveText(db, document.key, 'files/text')).toBe(true)
  const refused = { code: 'encrypted', message: 'It has a password.' }
  const other = newFile({ name: 'other.pdf', kind: null, file_key: null, refused })
  expect(await replaceFile(db, document.key, other)).toEqual([document.file.file_key, 'files/text'])
  expect(await readDocument(db, document.key)).toMatchObject({
    name: 'other.pdf',
    file_key: null,
    text_key: null,
    error: refused,
  })
  const last = newFile()
  expect(await replaceFile(db, document.key, last)).toEqual([])
  expect(await readDocument(db, document.key)).not.toHaveProperty('error')
  // Its own bytes again do not belong to another document.
  expect(await replaceFile(db, document.key, last)).toEqual([last.file_key])
})

test('a file that the matter has under another id replaces nothing', async () => {
  const [one, other] = [new StoredDocument(db), new StoredDocument(db)]
  const mine = new StoredDocument(db, { owner: one.owner })
  await Promise.all([one.add(), mine.add(), other.add()])
  expect(await replaceFile(db, one.key, newFile({ sha256: mine.file.sha256 }))).toBe('known')
  expect(await readDocument(db, one.key)).toMatchObject({ file_key: one.file.file_key })
  expect(await replaceFile(db, one.key, newFile({ sha256: other.file.sha256 }))).toHaveLength(1)
})

test('a missing document, or another owner’s, gets no file', async () => {
  const document = new StoredDocument(db)
  await document.add()
  const stranger = { ...document.key, owner: newOwner() }
  expect(await giveText(db, stranger, 'key')).toBe(false)
  expect(await moveDocument(db, stranger, newRunId())).toBe(false)
  expect(await replaceFile(db, stranger, newFile())).toBeUndefined()
  expect(await readDocument(db, document.key)).toMatchObject({ run_id: document.run_id })
})

test("a moved document is only its new run's job", async () => {
  const document = new StoredDocument(db)
  await document.add()
  const run_id = newRunId()
  expect(await moveDocument(db, document.key, run_id)).toBe(true)
  expect(await readSource(db, { ...document.key, run_id: document.run_id })).toBeUndefined()
  expect(await readSource(db, { ...document.key, run_id })).toBeDefined()
})

async function pageOf<Page>(listed: Promise<ListAnswer<Page>>): Promise<Page> {
  const answer = await listed
  if (answer.kind !== 'page') throw new Error(answer.kind)
  return answer.page
}

test('documents are listed newest first, in pages, by owner and matter', async () => {
  const owner = newOwner()
  const made: StoredDocument[] = []
  for (let n = 0; n < 5; n += 1) {
    const document = new StoredDocument(db, { owner, matter: n % 2 ? 'Jones' : 'Smith' })
    await document.add()
    made.push(document)
  }
  await new StoredDocument(db).add()
  const ids = made.toReversed().map(({ key }) => key.document_id)
  const seen: string[] = []
  let cursor: string | undefined
  do {
    const listed = await listDocuments(db, { owner, cursor, limit: 2 })
    if (listed.kind !== 'page') throw new Error(listed.kind)
    seen.push(...listed.page.documents.map(({ document_id }) => document_id))
    cursor = listed.page.next_cursor ?? undefined
  } while (cursor !== undefined)
  expect(new Set(seen)).toEqual(new Set(ids))
  expect(seen).toHaveLength(5)
  const jones = await listDocuments(db, { owner, matter: 'Jones', limit: 9 })
  expect(jones).toMatchObject({ kind: 'page', page: { next_cursor: null } })
  const matters = jones.kind === 'page' ? jones.page.documents.map(({ matter }) => matter) : []
  expect(matters).toEqual(['Jones', 'Jones'])
  // A cursor of an earlier version: the time without its microseconds. Nothing of that millisecond is left out.
  const { documents: all } = await pageOf(listDocuments(db, { owner, limit: 9 }))
  const [first] = all
  const earlier = encodePosition([first?.created_at ?? '', first?.document_id ?? ''])
  const { documents: rest } = await pageOf(listDocuments(db, { owner, cursor: earlier, limit: 9 }))
  expect(rest).toEqual(expect.arrayContaining(all.slice(1)))
  const torn = await listDocuments(db, { owner, cursor: 'torn', limit: 2 })
  expect(torn).toEqual({ kind: 'bad_cursor' })
})

test('a document’s chunks come in pages and in order, only from the visible stage', async () => {
  const document = new StoredDocument(db)
  const list = (cursor?: string) => listChunks(db, { ...document.key, cursor, limit: 2 })
  expect(await list()).toBeUndefined()
  await document.add()
  await document.write(1, 'zero', 'one', 'two')
  expect(await list()).toEqual({ kind: 'page', page: { chunks: [], next_cursor: null } })
  await document.record(1)
  await document.write(2, 'never seen')
  const first = await list()
  const chunk = { start: 0, page: 1, page_end: 1, headings: [] }
  expect(first).toMatchObject({
    kind: 'page',
    page: {
      chunks: [
        { ...chunk, n: 0, text: 'zero', end: 4 },
        { n: 1, text: 'one' },
      ],
    },
  })
  const cursor = (first?.kind === 'page' && first.page.next_cursor) || ''
  const rest = await list(cursor)
  expect(rest).toMatchObject({ page: { chunks: [{ n: 2, text: 'two' }], next_cursor: null } })
  expect(await list('torn')).toEqual({ kind: 'bad_cursor' })
})
