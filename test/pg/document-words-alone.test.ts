import { afterAll, expect, test } from 'vitest'

import { hasVectors } from '../../src/db/chunk-stages.ts'
import { connect } from '../../src/db/connect.ts'
import { searchVectors, searchWords } from '../../src/db/document-search.ts'
import { readDocument, removeDocument } from '../../src/db/documents.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { searchPage } from '../../src/pipelines/documents/search-page.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { startPlainPostgres } from '../support/plain-postgres.ts'
import { StoredDocument } from '../support/stored-document.ts'

const postgres = await startPlainPostgres()
afterAll(() => postgres.stop())

const db = connect({ ...postgres, statement_ms: 30_000 })

test('without pgvector a document is indexed, searched by its words, and removed', async () => {
  expect(await hasVectors(db)).toBe(false)
  const document = await new StoredDocument(db).index('The rent is due.', 'A deposit is paid.')
  expect(await readDocument(db, document.key)).toMatchObject({ status: 'ready' })
  const ports = {
    embedder: hashingEmbedder,
    words: searchWords.bind(null, db),
    vectors: searchVectors.bind(null, db),
  }
  const query = { owner: Owner.parse(document.owner), q: 'deposits', limit: 10 }
  expect(await searchPage(query, ports)).toMatchObject({
    kind: 'page',
    page: { hits: [{ passage: 'A deposit is paid.', highlights: [[2, 9]] }], next_cursor: null },
  })
  await document.write(2, 'A deposit is returned.')
  await document.record(2)
  await document.sweep(2)
  expect(await document.rows('chunks')).toEqual({ [`${document.run_id}.2`]: 1 })
  expect(await searchPage(query, ports)).toMatchObject({
    page: { hits: [{ passage: 'A deposit is returned.' }] },
  })
  expect(await removeDocument(db, document.key)).toEqual([document.file.file_key])
  expect(await document.rows('chunks')).toEqual({})
})
