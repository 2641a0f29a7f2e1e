import { expect, test } from 'vitest'

import { listChildren } from '../../src/db/attachments.ts'
import { listDocuments } from '../../src/db/document-list.ts'
import { documentTail } from '../../src/db/document-result.ts'
import { addDocuments, readDocument, removeDocument, replaceFile } from '../../src/db/documents.ts'
import { withdrawDocuments } from '../../src/db/matters.ts'
import { recordResults } from '../../src/db/results.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { newFile, StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()
const matter = 'Smith'

type File = ReturnType<typeof newFile>

/** Adds a message and what is attached to it, as one upload does. */
function addMessage(
  { owner, run_id = newRunId() }: { readonly owner: string; readonly run_id?: string },
  message: File,
  attached: readonly File[],
) {
  const parent = message.document_id
  const documents = [message, ...attached.map((file) => ({ ...file, parent }))]
  return addDocuments(db, { owner, matter, run_id, documents })
}

const newMessage = () => newFile({ kind: 'eml', name: 'a.eml' })
const again = ({ sha256, name, kind }: File) => newFile({ sha256, name, kind })
const named = async (owner: string, { document_id }: File) =>
  (await listChildren(db, { owner, document_id })).map(({ name }) => name)

test('what is attached to a message names the message, and the message lists it in order', async () => {
  const owner = newOwner()
  const message = newMessage()
  const attached = ['c.pdf', 'a.pdf', 'b.pdf'].map((name) => newFile({ name }))
  const run_id = newRunId()
  await addMessage({ owner, run_id }, message, attached)
  expect(await named(owner, message)).toEqual(['c.pdf', 'a.pdf', 'b.pdf'])
  const [child] = attached
  const { document_id, name } = message
  const key = { owner, document_id: child?.document_id ?? '' }
  expect(await readDocument(db, key)).toMatchObject({ parent: { document_id, name } })
  expect(await readDocument(db, { owner, document_id })).not.toHaveProperty('parent')
  const listed = await listDocuments(db, { owner, limit: 10 })
  expect(listed.kind === 'page' && listed.page.documents.map(({ parent }) => parent?.name)).toEqual(
    expect.arrayContaining([undefined, 'a.eml', 'a.eml', 'a.eml']),
  )
})

test('an upload that is repeated makes no second child and no second link', async () => {
  const owner = newOwner()
  const message = newMessage()
  const attached = [newFile(), newFile()]
  const run_id = newRunId()
  const first = await addMessage({ owner, run_id }, message, attached)
  const repeated = await addMessage({ owner, run_id }, again(message), attached.map(again))
  const ids = (added: typeof first) => added.map(({ document_id }) => document_id)
  expect(ids(repeated)).toEqual(ids(first))
  const rows = await db.query('SELECT 1 FROM attachments WHERE owner = $1', [owner])
  expect(rows).toHaveLength(2)
})

test('a file that the matter has, or that two messages have, is one document of both', async () => {
  const owner = newOwner()
  const file = newFile({ name: 'lease.pdf' })
  await addDocuments(db, { owner, matter, run_id: newRunId(), documents: [file] })
  const [one, two] = [newMessage(), newMessage()]
  await addMessage({ owner }, one, [again(file), again(file)])
  await addMessage({ owner }, two, [again(file)])
  expect(await named(owner, one)).toEqual(['lease.pdf'])
  expect(await named(owner, two)).toEqual(['lease.pdf'])
  const stored = await readDocument(db, { owner, document_id: file.document_id })
  expect(stored?.parent?.document_id).toBe(one.document_id)
})

test('a link goes with the message, with what is attached, with another file, and with a failed upload', async () => {
  const owner = newOwner()
  const messages = [newMessage(), newMessage(), newMessage(), newMessage()] as const
  const files = messages.map(() => newFile())
  for (const [at, message] of messages.entries())
    await addMessage({ owner }, message, [files[at] ?? newFile()])
  const links = () => db.query('SELECT 1 FROM attachments WHERE owner = $1', [owner])
  const [one, two, three, four] = messages
  await removeDocument(db, { owner, document_id: one.document_id })
  expect(await links()).toHaveLength(3)
  expect(await readDocument(db, { owner, document_id: files[0]?.document_id ?? '' })).toBeDefined()
  await removeDocument(db, { owner, document_id: files[1]?.document_id ?? '' })
  expect(await named(owner, two)).toEqual([])
  await replaceFile(db, { owner, document_id: three.document_id }, newFile())
  expect(await links()).toHaveLength(1)
  await withdrawDocuments(db, { owner, document_ids: [four.document_id] })
  expect(await links()).toHaveLength(0)
})

test('a message that was read names what could not be read of it, until that is read', async () => {
  const refused = { code: 'unsupported', message: 'A picture.' }
  const message = new StoredDocument(db, { file: { kind: 'eml', name: 'a.eml' }, matter })
  const left_out = { code: 'attachments_left_out', message: '3 left out', count: 3 }
  const { owner, run_id, key } = message
  const attached = [
    newFile({ name: 'a.png', kind: null, file_key: null, refused }),
    newFile({ name: 'b.pdf' }),
    newFile({ name: 'c.pdf' }),
  ] as const
  await message.add()
  await message.write(1, 'Dear Max')
  await message.record(1, run_id, [left_out])
  expect((await readDocument(db, key))?.notices).toEqual([left_out])

  await addMessage({ owner, run_id }, again(message.file), attached)
  const unread_job = {
    group: matter,
    external_id: attached[1].document_id,
    title: 'b.pdf',
    attempt: 1,
    status: 'skipped' as const,
    result: null,
    error: { code: 'encrypted', message: 'It has a password.' },
  }
  await recordResults(db, { owner, run_id, tail: documentTail }, [unread_job])
  const notices = async () => (await readDocument(db, key))?.notices
  const message_of = '2 attached files could not be read: a.png, b.pdf'
  const unread = { code: 'attachments_unread', message: message_of, count: 2 }
  expect(await notices()).toEqual([unread])

  await removeDocument(db, { owner, document_id: attached[0].document_id })
  await db.query('UPDATE documents SET stage = $2 WHERE owner = $1 AND document_id = $3', [
    owner,
    `${run_id}.2`,
    attached[1].document_id,
  ])
  expect(await notices()).toEqual([])
})
