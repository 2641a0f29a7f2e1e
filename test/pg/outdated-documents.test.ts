import { describe, expect, test } from 'vitest'

import { hasVectors } from '../../src/db/chunk-stages.ts'
import { listDocuments } from '../../src/db/document-list.ts'
import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { moveDocument, readDocument, removeDocument, replaceFile } from '../../src/db/documents.ts'
import { findOutdated, takeOutdated } from '../../src/db/outdated-documents.ts'
import { writeRunJobs } from '../../src/db/run-jobs.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import type { Owner } from '../../src/protocol/ids.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { newFile, StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()

const OLD = 'an-earlier-model'
const NOW = hashingEmbedder.model

type Asked = Partial<Parameters<typeof findOutdated>[1]>

async function found(owner: string, asked: Asked = {}) {
  const usual = { run_id: newRunId(), model: NOW, limit: 100, input_bytes: 100_000 }
  const { documents, left } = await findOutdated(db, { owner, ...usual, ...asked })
  return { ids: documents.map(({ document_id }) => document_id), documents, left }
}

function indexed(owner: Owner, model: string, matter = 'Smith') {
  return new StoredDocument(db, { owner, model, matter }).index('the rent is due')
}

/** Stores the end of a job without a result, as the run's object does. */
async function end(document: StoredDocument, status: 'failed' | 'aborted'): Promise<void> {
  const { owner, run_id, matter, file } = document
  const error = { code: 'broken', message: 'The model is away.' }
  const row = { group: matter, external_id: file.document_id, title: file.name, attempt: 9 }
  await writeRunJobs(db, { owner, run_id }, [{ ...row, status, outcome: null, error }])
}

describe('the outdated documents of an owner', () => {
  test('are those of another model, in all matters or in one', async () => {
    const owner = newOwner()
    const smith = await indexed(owner, OLD)
    const jones = await indexed(owner, OLD, 'Jones')
    await indexed(owner, NOW)
    await new StoredDocument(db, { owner }).add()
    await indexed(newOwner(), OLD)
    const both = [smith, jones].map(({ file, matter }) => {
      return { document_id: file.document_id, name: file.name, matter }
    })
    expect(await found(owner)).toMatchObject({ documents: both, left: 0 })
    expect(await found(owner, { matter: 'Jones' })).toMatchObject({ documents: both.slice(1) })
    expect(await found(owner, { matter: 'Nobody' })).toMatchObject({ documents: [], left: 0 })
    expect(await found(owner, { model: OLD })).toMatchObject({ documents: [{}] })
    expect((await found(newOwner())).ids).toEqual([])
  })

  test('do not include those that another run works on, or that the owner must repair', async () => {
    const owner = newOwner()
    const [moved, replaced] = [await indexed(owner, OLD), await indexed(owner, OLD)]
    await moveDocument(db, moved.key, newRunId())
    await replaceFile(db, replaced.key, newFile())
    await end(replaced, 'failed')
    expect((await found(owner)).ids).toEqual([])
  })

  test('come in parts, the oldest first, and those that failed in this embedding last', async () => {
    const owner = newOwner()
    const made: StoredDocument[] = []
    for (let n = 0; n < 4; n += 1) made.push(await indexed(owner, OLD))
    const [first, ...others] = made
    if (first === undefined) throw new Error('there is none')
    first.run_id = newRunId()
    await moveDocument(db, first.key, first.run_id)
    await end(first, 'failed')
    const ids = [...others, first].map(({ file }) => file.document_id)
    expect(await found(owner)).toMatchObject({ ids, left: 0 })
    expect(await found(owner, { limit: 3 })).toMatchObject({ ids: ids.slice(0, 3), left: 1 })
    expect(await found(owner, { input_bytes: 200 })).toMatchObject({
      ids: ids.slice(0, 2),
      left: 2,
    })
    expect(await found(owner, { input_bytes: 1 })).toMatchObject({ ids: ids.slice(0, 1), left: 3 })
  })

  test('begin with the run’s own, so that a repeated start gets the same', async () => {
    const owner = newOwner()
    const made = [await indexed(owner, OLD), await indexed(owner, OLD), await indexed(owner, OLD)]
    const last = made[2]
    if (last === undefined) throw new Error('there is none')
    last.run_id = newRunId()
    const { run_id } = last
    await takeOutdated(db, { ...last.key, run_id }, NOW)
    last.model = NOW
    await last.write(1, 'the rent is due')
    await last.record(1)
    const { ids, left } = await found(owner, { run_id, limit: 1 })
    expect({ ids, left }).toEqual({ ids: [last.file.document_id], left: 2 })
    expect((await found(owner)).ids).not.toContain(last.file.document_id)
  })
})

describe('JOB-4: an outdated document can be claimed', () => {
  test('by one run only, which may claim it again, with the data that its job needs', async () => {
    const document = await indexed(newOwner(), OLD)
    const runs = Array.from({ length: 8 }, newRunId)
    const taken = await Promise.all(
      runs.map((run_id) => takeOutdated(db, { ...document.key, run_id }, NOW)),
    )
    expect(taken.filter((source) => source !== undefined)).toHaveLength(1)
    const { name, kind, file_key } = document.file
    expect(taken).toContainEqual(expect.objectContaining({ name, kind, file_key }))
    const run_id = runs[taken.findIndex((source) => source !== undefined)] ?? newRunId()
    expect(await takeOutdated(db, { ...document.key, run_id }, NOW)).toEqual(
      expect.objectContaining({ name }),
    )
    expect(await readDocument(db, document.key)).toMatchObject({ run_id })
  })

  test('by no run if it is removed, up to date, another owner’s, or worked on', async () => {
    const owner = newOwner()
    const [gone, fresh, busy] = [
      await indexed(owner, OLD),
      await indexed(owner, NOW),
      await indexed(owner, OLD),
    ]
    await removeDocument(db, gone.key)
    const at_it = newRunId()
    await moveDocument(db, busy.key, at_it)
    const run_id = newRunId()
    for (const { key } of [gone, fresh, busy])
      expect(await takeOutdated(db, { ...key, run_id }, NOW)).toBeUndefined()
    const stranger = { ...busy.key, owner: newOwner() }
    expect(await takeOutdated(db, { ...stranger, run_id: at_it }, NOW)).toBeUndefined()
    expect(await readDocument(db, busy.key)).toMatchObject({ run_id: at_it })
  })

  test.for(['failed', 'aborted'] as const)(
    'and stays ready with its text when the job is %s, and can be claimed again',
    async (status) => {
      const document = await indexed(newOwner(), OLD)
      const { owner } = document
      const before = await readDocument(db, document.key)
      const text = async () => {
        const [hit] = await searchWords(db, { owner, limit: 5 }, 'rent')
        return hit?.text
      }
      document.run_id = newRunId()
      const { run_id } = document
      await takeOutdated(db, { ...document.key, run_id }, NOW)
      document.model = NOW
      await document.write(1, 'half of it')
      expect(await text()).toBe('the rent is due')
      const listed = () => listDocuments(db, { owner, limit: 5 })
      expect(await listed()).toMatchObject({ page: { documents: [{ status: 'ready', run_id }] } })
      await end(document, status)
      const after = await readDocument(db, document.key)
      expect(after).toEqual({ ...before, run_id })
      expect(after?.content?.model).toBe(OLD)
      expect(await text()).toBe('the rent is due')
      expect((await found(owner)).ids).toEqual([document.file.document_id])
      await document.sweep(1, -1)
      expect(Object.keys(await document.rows('chunks'))).toEqual([before?.stage])
    },
  )
})

test('a document that gets another file is not ready because of its earlier index', async () => {
  const document = await indexed(newOwner(), NOW)
  await replaceFile(db, document.key, newFile())
  await end(document, 'failed')
  expect(await readDocument(db, document.key)).toMatchObject({
    status: 'failed',
    indexed_at: null,
    error: { code: 'broken' },
    content: { model: NOW },
  })
})

describe.skipIf(!(await hasVectors(db)))('with pgvector', () => {
  test('a search compares no vector of another model, and none that is not visible yet', async () => {
    const owner = newOwner()
    const old = await indexed(owner, OLD)
    const fresh = await indexed(owner, NOW)
    const ask = async (model: string) => {
      const [vector = new Float32Array()] = await hashingEmbedder.embed(['the rent'], 'query')
      const hits = await searchVectors(db, { owner, limit: 9 }, { model, vector })
      return hits.map(({ document_id }) => document_id)
    }
    expect(await ask(NOW)).toEqual([fresh.file.document_id])
    expect(await ask(OLD)).toEqual([old.file.document_id])
    old.run_id = newRunId()
    await takeOutdated(db, { ...old.key, run_id: old.run_id }, NOW)
    old.model = NOW
    await old.write(1, 'the rent is due')
    expect(await ask(NOW)).toEqual([fresh.file.document_id])
    await old.record(1)
    expect((await ask(NOW)).toSorted()).toEqual(
      [old.file.document_id, fresh.file.document_id].toSorted(),
    )
    expect(await ask(OLD)).toEqual([])
    await old.sweep(1)
    expect(await old.rows('chunk_vectors')).toEqual({ [`${old.run_id}.1`]: 1 })
  })
})
