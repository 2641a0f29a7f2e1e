import { describe, expect, test } from 'vitest'

import { hasVectors } from '../../src/db/chunk-stages.ts'
import { type ChunkQuery, searchVectors, searchWords } from '../../src/db/document-search.ts'
import { removeDocument } from '../../src/db/documents.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { newOwner, newRunId, openDatabase } from '../support/database.ts'
import { StoredDocument } from '../support/stored-document.ts'

const db = openDatabase()

type Asked = Pick<ChunkQuery, 'owner'> & Partial<ChunkQuery>

const words = (scope: Asked, question: string) => searchWords(db, { limit: 20, ...scope }, question)

async function vectors(scope: Asked, question: string, model = hashingEmbedder.model) {
  const [vector = new Float32Array()] = await hashingEmbedder.embed([question], 'query')
  return searchVectors(db, { limit: 20, ...scope }, { model, vector })
}

const texts = (found: readonly { readonly text: string }[]) => found.map(({ text }) => text)

function indexed(given: ConstructorParameters<typeof StoredDocument>[1], ...chunks: string[]) {
  return new StoredDocument(db, given).index(...chunks)
}

test('other forms of a word are found, in each language of the documents', async () => {
  const owner = newOwner()
  await indexed({ owner }, 'The tenant shall be terminating the agreements.', 'Nothing else.')
  await indexed({ owner, language: 'german' }, 'Die Kündigungen der Mieter sind schriftlich.')
  expect(texts(await words({ owner }, 'terminate agreement'))).toEqual([
    'The tenant shall be terminating the agreements.',
  ])
  expect(texts(await words({ owner }, 'Kündigung des Mieters'))).toEqual([
    'Die Kündigungen der Mieter sind schriftlich.',
  ])
  expect(await words({ owner }, 'the of and')).toEqual([])
})

test('a chunk with more of the words comes first, and a hit has its place', async () => {
  const document = await indexed({}, 'The deposit.', 'The deposit is returned with interest.')
  const found = await words({ owner: document.owner }, 'Is interest paid on the returned deposit?')
  const of = { ...document.key, matter: 'Smith', name: 'lease.txt' }
  // These chunks were stored as an earlier version stored them.
  const place = { ...of, page: 1, headings: [], places: null }
  const { owner: _owner, ...shown } = place
  expect(found).toEqual([
    { ...shown, n: 1, text: 'The deposit is returned with interest.' },
    { ...shown, n: 0, text: 'The deposit.' },
  ])
})

test.for(['a & b', "it's (un!balanced <-> :*", '\\', "'", '', ' ', '| & !', 'a:b'])(
  'a question is read as words, not as a query language: %j',
  async (question) => {
    const { owner } = await indexed({}, 'nothing of it')
    expect(await words({ owner }, question)).toEqual([])
  },
)

describe.skipIf(!(await hasVectors(db)))('with pgvector', () => {
  test('vectors come nearest first, and only those of the requested model', async () => {
    const { owner } = await indexed(
      {},
      'The landlord returns the deposit within a month.',
      'Bicycles are kept in the yard.',
      'The deposit of the tenant is kept apart by the landlord.',
    )
    const found = texts(await vectors({ owner }, 'deposit landlord returns month'))
    expect(found[0]).toBe('The landlord returns the deposit within a month.')
    expect(found[2]).toBe('Bicycles are kept in the yard.')
    expect(await vectors({ owner }, 'deposit', 'another-model')).toEqual([])
  })

  test('a vector is stored as a unit vector with the same direction', async () => {
    const text = 'The landlord returns the deposit within a month.'
    const { owner } = await indexed({}, text)
    const [vector = new Float32Array()] = await hashingEmbedder.embed([text], 'passage')
    const [kept] = await db.query(
      `SELECT vector_norm(vector) AS length, vector <=> $2::text::vector AS far
       FROM chunk_vectors WHERE owner = $1`,
      [owner, `[${vector.join(',')}]`],
    )
    expect(kept?.['length']).toBeCloseTo(1, 6)
    expect(kept?.['far']).toBeCloseTo(0, 5)
  })
})

const same = ['The rent is due in advance.', 'The rent is due in advance, on the third day.']

test('an owner finds only their own chunks, even if others have the same text', async () => {
  const mine = await indexed({}, ...same)
  const theirs = await indexed({}, ...same)
  for (const document of [mine, theirs]) {
    const { owner, document_id } = document.key
    const found = [
      ...(await words({ owner }, 'rent due')),
      ...(await vectors({ owner }, 'rent due')),
    ]
    expect(found.length).toBeGreaterThanOrEqual(2)
    expect(new Set(found.map((hit) => hit.document_id))).toEqual(new Set([document_id]))
  }
  const stranger = { owner: newOwner() }
  const asked = { ...stranger, document_id: mine.key.document_id }
  for (const scope of [stranger, asked]) {
    expect(await words(scope, 'rent due')).toEqual([])
    expect(await vectors(scope, 'rent due')).toEqual([])
  }
})

test('an owner finds their own chunks among many nearer ones of others', async () => {
  const many = Array.from({ length: 400 }, (_, n) => `Rent is due, clause ${n}.`)
  await indexed({}, ...many)
  const mine = await indexed({}, 'Bicycles in the yard, and rent.')
  const { owner } = mine
  expect(await words({ owner, limit: 5 }, 'rent is due')).toHaveLength(1)
  const near = await vectors({ owner, limit: 5 }, 'rent is due')
  expect(near).toHaveLength((await hasVectors(db)) ? 1 : 0)
})

test('a search can be limited to a matter, and to a document', async () => {
  const owner = newOwner()
  const one = await indexed({ owner, matter: 'Smith' }, 'rent of one')
  const other = await indexed({ owner, matter: 'Smith' }, 'rent of another')
  await indexed({ owner, matter: 'Jones' }, 'rent of a third')
  for (const search of [words, ...((await hasVectors(db)) ? [vectors] : [])]) {
    expect(await search({ owner }, 'rent')).toHaveLength(3)
    const smith = texts(await search({ owner, matter: 'Smith' }, 'rent'))
    expect(smith.toSorted()).toEqual(['rent of another', 'rent of one'])
    const { document_id } = other.key
    expect(texts(await search({ owner, document_id }, 'rent'))).toEqual(['rent of another'])
    expect(await search({ owner, matter: 'Jones', document_id }, 'rent')).toEqual([])
    expect(await search({ owner, limit: 1 }, 'rent')).toHaveLength(1)
  }
  await removeDocument(db, one.key)
  expect(await words({ owner, matter: 'Smith' }, 'rent')).toHaveLength(1)
})

/** Indexes a document, lets a run write that the document does not belong to, and indexes it again. */
async function arrive(document: StoredDocument): Promise<void> {
  await document.index('rent first', 'rent second', 'rent third')
  const first = document.run_id
  document.run_id = newRunId()
  await document.write(1, 'rent of a run that is not')
  document.run_id = first
  await document.write(2, 'rent again')
  await document.record(2)
}

test('while documents are indexed, a search finds each one completely or not at all', async () => {
  const owner = newOwner()
  const documents = Array.from({ length: 4 }, () => new StoredDocument(db, { owner }))
  const ended = new AbortController()
  const arrived = Promise.all(documents.map(arrive)).finally(() => ended.abort())
  const seen = new Set<string>()
  while (!ended.signal.aborted) {
    for (const search of [words, vectors]) {
      const hits = Object.groupBy(await search({ owner }, 'rent'), (hit) => hit.document_id)
      for (const found of Object.values(hits))
        seen.add(
          texts(found ?? [])
            .toSorted()
            .join(),
        )
    }
  }
  await arrived
  const whole = ['rent first,rent second,rent third', 'rent again']
  expect(whole).toEqual(expect.arrayContaining([...seen]))
  expect(texts(await words({ owner }, 'rent'))).toEqual(Array(4).fill('rent again'))
})

test('among many chunks the common words of a question are left out, unless it has no others', async () => {
  const document = await new StoredDocument(db).index('The tenant keeps a zebra.')
  const { owner, document_id } = document.key
  const { stage } = document.stage(1)
  await db.query(
    `INSERT INTO chunks (owner, document_id, stage, n, text, "start", "end", page, page_end, headings, language, words)
     SELECT $1::text, $2::text, $3::text, n, 'tenant', 0, 6, 1, 1, '{}', 'english', to_tsvector('english', 'tenant ' || n)
     FROM generate_series(1, 9000) AS n`,
    [owner, document_id, stage],
  )
  await db.query('UPDATE documents SET chunks = 9001 WHERE owner = $1', [owner])
  await db.query('ANALYZE chunks', [])
  const found = (question: string) => searchWords(db, { owner, limit: 50 }, question)
  expect(await found('Which tenant has a zebra?')).toMatchObject([{ n: 0 }])
  expect(await found('Tenants?')).toHaveLength(50)
  expect(await found('Which tenant has a xylophone?')).toHaveLength(50)
})
