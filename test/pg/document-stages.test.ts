import { Client } from 'pg'
import { describe, expect, inject, test } from 'vitest'

import { hasVectors, stageChunks } from '../../src/db/chunk-stages.ts'
import { headedChunks, readChunk } from '../../src/db/document-list.ts'
import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { moveDocument, readDocument, removeDocument } from '../../src/db/documents.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { newRunId, openDatabase } from '../support/database.ts'
import { StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()
const vectors = await hasVectors(db)

/** Counts the rows of each stage. If there are two tables, both must have the same rows. */
async function rowsOf(document: StoredDocument): Promise<Record<string, number>> {
  const rows = await document.rows('chunks')
  const others = vectors ? await document.rows('chunk_vectors') : rows
  expect(others).toEqual(rows)
  return rows
}

/** Searches for a question by words and by vectors. */
async function found({ owner }: StoredDocument, question: string): Promise<string[]> {
  const scope = { owner, limit: 10 }
  const [vector] = await hashingEmbedder.embed([question], 'query')
  const words = await searchWords(db, scope, question)
  const near = vector && (await searchVectors(db, scope, { model: hashingEmbedder.model, vector }))
  return [...new Set([...words, ...(near ?? [])].map(({ text }) => text))]
}

test('JOB-4: staged chunks become visible with the result, all at once, and the document has its content', async () => {
  const document = new StoredDocument(db)
  await document.add()
  await document.write(1, 'rent', 'rent and deposit')
  expect(await found(document, 'rent')).toEqual([])
  expect(await readDocument(db, document.key)).not.toHaveProperty('content')
  expect(await document.record(1)).toEqual(['new'])
  expect(new Set(await found(document, 'rent'))).toEqual(new Set(['rent', 'rent and deposit']))
  expect(await readDocument(db, document.key)).toMatchObject({
    status: 'ready',
    stage: `${document.run_id}.1`,
    content: { title: 'A lease', language: 'english', model: hashingEmbedder.model },
  })
})

test('JOB-4: repeated staging and recording change nothing', async () => {
  const document = await new StoredDocument(db).index('rent', 'deposit')
  const before = await readDocument(db, document.key)
  await document.write(1, 'rent', 'deposit')
  expect(await document.record(1)).toEqual(['new'])
  await document.sweep(1)
  expect(await rowsOf(document)).toEqual({ [`${document.run_id}.1`]: 2 })
  const after = await readDocument(db, document.key)
  expect({ ...after, indexed_at: null }).toEqual({ ...before, indexed_at: null })
})

test("JOB-4: a late worker's chunks never become visible, and are swept", async () => {
  const document = new StoredDocument(db)
  await document.add()
  await document.write(1, 'of the late one')
  await document.write(2, 'of the second')
  expect(await document.record(2)).toEqual(['new'])
  expect(await document.record(1)).toEqual([])
  expect(await found(document, 'late second')).toEqual(['of the second'])
  await document.sweep(2)
  expect(await rowsOf(document)).toEqual({ [`${document.run_id}.2`]: 1 })
  await document.write(1, 'of the late one', 'and more of it')
  expect(await rowsOf(document)).toEqual({ [`${document.run_id}.2`]: 1 })
})

test('a sweep keeps the chunks of an attempt at work, until they are old', async () => {
  const document = await new StoredDocument(db).index('first')
  await document.write(2, 'on its way')
  await document.sweep(1)
  expect(Object.keys(await rowsOf(document))).toHaveLength(2)
  await document.sweep(1, -1)
  expect(await rowsOf(document)).toEqual({ [`${document.run_id}.1`]: 1 })
})

test('a result that lost removes its staged chunks', async () => {
  const document = new StoredDocument(db)
  await document.add()
  await document.write(1, 'lost')
  await document.sweep(1)
  expect(await rowsOf(document)).toEqual({})
})

test('a sweep removes the old abandoned chunks of another document too', async () => {
  const given_up = new StoredDocument(db)
  await given_up.add()
  await given_up.write(1, 'never recorded')
  const other = await new StoredDocument(db, { owner: given_up.owner }).index('seen')
  await other.sweep(1)
  expect(await rowsOf(given_up)).toEqual({ [`${given_up.run_id}.1`]: 1 })
  await other.sweep(1, -1)
  expect(await rowsOf(given_up)).toEqual({})
  expect(await rowsOf(other)).toEqual({ [`${other.run_id}.1`]: 1 })
})

test('another run’s result does not change a document, and its rows are removed', async () => {
  const document = await new StoredDocument(db).index('the rent as it was')
  const first = document.run_id
  document.run_id = newRunId()
  await document.write(1, 'of a run that it is not in')
  await document.record(1)
  expect(await found(document, 'rent run')).toEqual(['the rent as it was'])
  expect(await readDocument(db, document.key)).toMatchObject({ run_id: first })
  expect(await rowsOf(document)).toEqual({ [`${first}.1`]: 1 })
})

test('a document that another run indexes is shown as before, and changes at once', async () => {
  const document = await new StoredDocument(db).index('old text')
  const first = document.run_id
  document.run_id = newRunId()
  await moveDocument(db, document.key, document.run_id)
  await document.write(1, 'new text')
  expect(await found(document, 'text')).toEqual(['old text'])
  expect(await document.record(1)).toEqual(['changed'])
  expect(await found(document, 'text')).toEqual(['new text'])
  await document.sweep(1)
  expect(await rowsOf(document)).toEqual({ [`${document.run_id}.1`]: 1 })
  expect(await document.record(2, first)).toEqual(['new'])
  expect(await found(document, 'text')).toEqual(['new text'])
})

test('a removed document leaves no row, whatever is written for it afterwards', async () => {
  const document = await new StoredDocument(db).index('seen')
  const other = await new StoredDocument(db, { owner: document.owner }).index('stays')
  await document.write(2, 'on its way')
  expect(await removeDocument(db, document.key)).toEqual([document.file.file_key])
  expect(await removeDocument(db, document.key)).toBeUndefined()
  await document.write(2, 'still writing', 'more')
  await document.record(2)
  expect(await rowsOf(document)).toEqual({})
  expect(await readDocument(db, document.key)).toBeUndefined()
  expect(await found(document, 'seen stays')).toEqual(['stays'])
  expect(await rowsOf(other)).toEqual({ [`${other.run_id}.1`]: 1 })
})

/** Locks the document's row like a writer until `then` has begun to wait for the lock. */
async function holding(document: StoredDocument, lock: string, then: () => Promise<unknown>) {
  const client = new Client({ connectionString: inject('postgres').url })
  await client.connect()
  try {
    await client.query('BEGIN')
    const { owner, document_id } = document.key
    await client.query(lock, [owner, document_id])
    const waits = then()
    const blocked = `SELECT FROM pg_stat_activity
      WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))`
    while ((await client.query(blocked)).rowCount === 0);
    await client.query('COMMIT')
    return await waits
  } finally {
    await client.end()
  }
}

// The embedded Postgres has one connection, so nobody waits for a lock there.
describe.skipIf(process.env['TEST_DATABASE_URL'] === undefined)('with locks held', () => {
  test('a removal that waits for a staging removes its chunks', async () => {
    const document = await new StoredDocument(db).index('seen')
    const staging = `WITH locked AS (
        SELECT FROM documents WHERE owner = $1 AND document_id = $2 FOR SHARE)
      INSERT INTO chunks
      SELECT $1, $2, 'late.1', 0, 'text', 0, 4, 1, 1, '{}', 'english', '' FROM locked`
    await holding(document, staging, () => removeDocument(db, document.key))
    expect(await rowsOf(document)).toEqual({})
  })

  test('a staging that waits for a removal writes nothing', async () => {
    const document = new StoredDocument(db)
    await document.add()
    const removal = 'DELETE FROM documents WHERE owner = $1 AND document_id = $2'
    await holding(document, removal, () => document.write(1, 'too late'))
    expect(await rowsOf(document)).toEqual({})
  })
})

test('a chunk keeps its headings and its place on a recognised page', async () => {
  const document = new StoredDocument(db)
  await document.add()
  const stage = document.stage(1)
  const headings = ['Lease', 'Rent']
  const boxes = [{ page: 2, x: 59.5, y: 168.4, width: 297.5, height: 42.1 }]
  const places = [{ at: 0, page: 2, label: null, headings }]
  const chunk = { text: 'Rent.', start: 0, end: 5, page: 2, page_end: 2, headings, places }
  const chunks = [
    { ...chunk, n: 0, boxes },
    { ...chunk, n: 1 },
  ]
  await stageChunks(db, { ...stage, language: 'english' }, chunks)
  expect(await readChunk(db, stage, 0)).toMatchObject({ text: 'Rent.', boxes })
  expect(await readChunk(db, stage, 1)).toMatchObject({ boxes: [] })
  expect(await headedChunks(db, stage)).toEqual([
    { n: 0, start: 0, page: 2, headings, places },
    { n: 1, start: 0, page: 2, headings, places },
  ])
})
