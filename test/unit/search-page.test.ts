import { expect, test } from 'vitest'

import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { searchPage } from '../../src/pipelines/documents/search-page.ts'
import type { FoundChunk, SearchPorts } from '../../src/pipelines/documents/search.ts'
import { DocumentId } from '../../src/protocol/document.ts'
import { Owner } from '../../src/protocol/ids.ts'

const document_id = DocumentId.parse('a'.repeat(32))

function chunk(n: number): FoundChunk {
  const place = { document_id, matter: 'Smith', name: 'lease.txt', page: 2, headings: ['Rent'] }
  return { ...place, n, text: `The rent of chunk ${n}.` }
}

/** Words find five chunks. Vectors find two: one of those five, and another one. */
const ports: SearchPorts = {
  embedder: hashingEmbedder,
  words: () => Promise.resolve([0, 1, 2, 3, 4].map(chunk)),
  vectors: () => Promise.resolve([4, 5].map(chunk)),
}

const none = () => Promise.resolve([])

const query = { owner: Owner.parse('alice'), q: 'rents', limit: 4 }

test('a hit is a passage with its highlights, and a link to its place', async () => {
  expect(await searchPage({ ...query, limit: 1 }, ports)).toEqual({
    kind: 'page',
    page: {
      hits: [
        {
          document_id,
          matter: 'Smith',
          name: 'lease.txt',
          page: 2,
          headings: ['Rent'],
          passage: 'The rent of chunk 4.',
          highlights: [[4, 8]],
          link: `/read/${document_id}#passage-4`,
          score: 1.2,
        },
      ],
      next_cursor: '1',
      documents: [{ document_id, matter: 'Smith', name: 'lease.txt', hits: [0] }],
    },
  })
})

test('pages continue where the last one ended, and each hit comes once', async () => {
  const first = await searchPage(query, ports)
  const cursor = first.kind === 'page' ? first.page.next_cursor : null
  expect(cursor).toBe('4')
  const second = await searchPage({ ...query, cursor: cursor ?? '' }, ports)
  expect(second).toMatchObject({ kind: 'page', page: { next_cursor: null } })
  const hits = [first, second].flatMap((listed) => (listed.kind === 'page' ? listed.page.hits : []))
  const links = hits.map(({ link }) => link)
  expect(links.toSorted()).toEqual(
    [0, 1, 2, 3, 4, 5].map((n) => `/read/${document_id}#passage-${n}`),
  )
})

test.for(['-1', '1.5', 'x', '99999', ' 1'])('%j is no cursor of a search', async (cursor) => {
  expect(await searchPage({ ...query, cursor }, ports)).toEqual({ kind: 'bad_cursor' })
})

test('a question that nothing answers has near misses and no hit', async () => {
  const answer = await searchPage(
    { ...query, q: 'Which rent do mining licences for zinc carry?' },
    ports,
  )
  expect(answer).toMatchObject({
    kind: 'page',
    page: { hits: [], next_cursor: null, documents: [] },
  })
  const misses = answer.kind === 'page' ? (answer.page.near_misses ?? []) : []
  expect(misses).toHaveLength(3)
  expect(misses[0]?.passage).toContain('rent')
})

test('a search that finds no passage at all has no near misses either', async () => {
  expect(await searchPage(query, { ...ports, words: none, vectors: none })).toMatchObject({
    page: { hits: [], near_misses: [] },
  })
})

test('a model that is trusted orders its passages by their ranks', async () => {
  const { judging: _, ...trusted } = hashingEmbedder
  const asked = { ...query, q: 'Which zinc?', limit: 1 }
  expect(await searchPage(asked, { ...ports, embedder: trusted })).toMatchObject({
    page: { hits: [{ link: `/read/${document_id}#passage-4`, score: 1 / 65 + 2 / 61 }] },
  })
})

test('the hits of a page are grouped by document, the best first', async () => {
  const other = DocumentId.parse('b'.repeat(32))
  const found = [chunk(0), { ...chunk(1), document_id: other, name: 'b.txt' }, chunk(2)]
  const lists = {
    ...ports,
    words: () => Promise.resolve(found),
    vectors: () => Promise.resolve([]),
  }
  expect(await searchPage(query, lists)).toMatchObject({
    page: {
      documents: [
        { document_id, hits: [0, 2] },
        { document_id: other, name: 'b.txt', hits: [1] },
      ],
    },
  })
})
