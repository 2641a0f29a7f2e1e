import { expect, test } from 'vitest'

import { listDocuments } from '../../src/db/document-list.ts'
import { readDocument } from '../../src/db/documents.ts'
import {
  findMatter,
  listMatters,
  placeMatter,
  readMatter,
  removeMatter,
  renameMatter,
  withdrawDocuments,
} from '../../src/db/matters.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import { newOwner, openDatabase } from '../support/database.ts'
import { StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()

async function matterNamed(owner: string, name: string) {
  const found = await findMatter(db, owner, { name })
  if (found === undefined) throw new Error(`there is no matter ${name}`)
  return found
}

test('a name is one matter of an owner, also if it is given many times at once', async () => {
  const owner = newOwner()
  const placed = await Promise.all(
    Array.from({ length: 6 }, () => placeMatter(db, owner, 'Müller ./. قضية 案件 💼')),
  )
  expect(new Set(placed.map(({ matter_id }) => matter_id)).size).toBe(1)
  expect(placed.filter(({ made }) => made)).toHaveLength(1)
  const [first] = placed
  expect(first).toMatchObject({ name: 'Müller ./. قضية 案件 💼', group: 'Müller ./. قضية 案件 💼' })
  const stranger = await placeMatter(db, newOwner(), 'Müller ./. قضية 案件 💼')
  expect(stranger.matter_id).not.toBe(first?.matter_id)
})

test('documents that a Worker of an earlier version adds have a matter', async () => {
  const document = new StoredDocument(db, { matter: 'Smith' })
  await document.add()
  const matter = await matterNamed(document.owner, 'Smith')
  expect(await readDocument(db, document.key)).toMatchObject({
    matter_id: matter.matter_id,
    matter: 'Smith',
    group: 'Smith',
  })
})

test('a renamed matter keeps its id, its documents and their jobs, and its first name finds it', async () => {
  const document = await new StoredDocument(db, { matter: 'Smith' }).index('The van left at noon.')
  const { owner } = document
  const { matter_id } = await matterNamed(owner, 'Smith')
  expect(await renameMatter(db, { owner, matter_id }, 'Smith ./. Jones')).toBe('renamed')
  expect(await readDocument(db, document.key)).toMatchObject({
    matter_id,
    matter: 'Smith ./. Jones',
    group: 'Smith',
    status: 'ready',
  })
  expect(await findMatter(db, owner, { name: 'Smith' })).toMatchObject({ matter_id })
  const view = { name: 'Smith ./. Jones', documents: { total: 1, by_status: { ready: 1 } } }
  expect(await readMatter(db, { owner, matter_id })).toMatchObject(view)

  // The first name is free for another matter, which has a group of its own.
  const other = await placeMatter(db, owner, 'Smith')
  expect(other).toMatchObject({ made: true, name: 'Smith' })
  expect(other.group).not.toBe('Smith')
  expect(await findMatter(db, owner, { name: 'Smith' })).toMatchObject({
    matter_id: other.matter_id,
  })
  expect(await renameMatter(db, { owner, matter_id }, 'Smith')).toBe('taken')
  expect(await renameMatter(db, { owner, matter_id }, 'Smith ./. Jones')).toBe('renamed')
  expect(await renameMatter(db, { owner: newOwner(), matter_id }, 'X')).toBeUndefined()
  const listed = await listDocuments(db, { owner, matter: 'Smith', limit: 9 })
  expect(listed).toMatchObject({ page: { documents: [{ matter: 'Smith ./. Jones' }] } })
})

test('two matters that get one name at once do not both get it', async () => {
  const owner = newOwner()
  const ids = await Promise.all(['a', 'b'].map((name) => placeMatter(db, owner, name)))
  const done = await Promise.all(
    ids.map(({ matter_id }) => renameMatter(db, { owner, matter_id }, 'c')),
  )
  expect(new Set(done)).toEqual(new Set(['renamed', 'taken']))
})

test('a matter goes only without documents, and documents bring a removed one back', async () => {
  const document = new StoredDocument(db, { matter: 'Smith' })
  const { owner } = document
  const { matter_id } = await placeMatter(db, owner, 'Smith')
  await document.add()
  expect(await removeMatter(db, { owner, matter_id })).toBe('used')
  await withdrawDocuments(db, { owner, document_ids: [document.key.document_id], made: matter_id })
  expect(await findMatter(db, owner, { name: 'Smith' })).toBeUndefined()
  expect(await removeMatter(db, { owner, matter_id })).toBeUndefined()
  await document.add()
  expect(await readDocument(db, document.key)).toMatchObject({ matter: 'Smith' })
})

test('an owner’s matters are listed in pages with their documents in numbers, the latest first', async () => {
  const owner = newOwner()
  const empty = await placeMatter(db, owner, 'Empty')
  const one = await new StoredDocument(db, { owner, matter: 'Smith' }).index('A text.')
  await new StoredDocument(db, { owner, matter: 'Jones' }).index('A text.')
  await new StoredDocument(db, { owner, matter: 'Smith' }).add()
  await new StoredDocument(db, { matter: 'Other' }).add()
  await db.query(
    `UPDATE documents SET notices = '[{"code":"a","message":"b","count":1},{"code":"c","message":"d","count":2}]'
     WHERE owner = $1 AND document_id = $2`,
    [owner, one.key.document_id],
  )
  const seen = []
  let cursor: string | undefined
  do {
    const answer = await listMatters(db, { owner, cursor, limit: 2 })
    if (answer.kind !== 'page') throw new Error(answer.kind)
    seen.push(...answer.page.matters)
    cursor = answer.page.next_cursor ?? undefined
  } while (cursor !== undefined)
  expect(seen).toMatchObject([
    { name: 'Smith', notices: 2, documents: { total: 2, by_status: { ready: 1, pending: 1 } } },
    { name: 'Jones', notices: 0, documents: { total: 1, by_status: { ready: 1 } } },
    { name: 'Empty', matter_id: empty.matter_id, documents: { total: 0, by_status: {} } },
  ])
  expect(await listMatters(db, { owner, cursor: 'x', limit: 2 })).toEqual({ kind: 'bad_cursor' })
  expect(await readMatter(db, { owner, matter_id: MatterId.parse('0'.repeat(32)) })).toBeUndefined()
})
