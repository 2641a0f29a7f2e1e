import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'

import type { DocumentView } from '../../src/protocol/document.ts'
import { DocumentId } from '../../src/protocol/document.ts'
import { RunId } from '../../src/protocol/ids.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { batchesOf } from '../../web/documents/batches.ts'
import { doingWords, percentOfAll } from '../../web/documents/document-state.ts'
import { Highlighted } from '../../web/documents/highlighted.tsx'

const MB = 1024 * 1024
const of = (...sizes: number[]) => sizes.map((size) => ({ size: size * MB }))
const sizesIn = (sizes: number[]) =>
  batchesOf(of(...sizes)).map((batch) => batch.map(({ size }) => size / MB))

describe('a drop', () => {
  it('goes up in one upload as long as that takes it', () => {
    expect(sizesIn([40, 45])).toEqual([[40, 45]])
    expect(sizesIn([])).toEqual([])
  })

  it('begins another upload with the file that is too much, and counts from there', () => {
    expect(sizesIn([40, 46, 39, 1])).toEqual([[40], [46, 39], [1]])
  })

  it('sends a file alone that is too large by itself, so that the others go through', () => {
    expect(sizesIn([1, 200, 1])).toEqual([[1], [200], [1]])
  })

  it('sends a hundred files at once at most', () => {
    const many = Array.from({ length: 201 }, () => ({ size: 1 }))
    expect(batchesOf(many).map(({ length }) => length)).toEqual([100, 100, 1])
  })
})

describe('how far a document is', () => {
  it('never falls from one step to the next, and begins and ends with the whole', () => {
    const steps: JobStatus[] = ['pending', 'extracting', 'chunking', 'embedding', 'indexing']
    const way = steps.flatMap((status) =>
      [0, 33, 100].map((progress) => percentOfAll({ status, progress })),
    )
    expect(way).toEqual(way.toSorted((a, b) => a - b))
    expect([way[0], way.at(-1)]).toEqual([0, 100])
    expect(percentOfAll({ status: 'embedding' })).toBe(
      percentOfAll({ status: 'chunking', progress: 100 }),
    )
  })
})

const lease: DocumentView = {
  document_id: DocumentId.parse('a'.repeat(32)),
  matter: 'm',
  name: 'lease.pdf',
  kind: 'pdf',
  size: 1,
  run_id: RunId.parse('b'.repeat(32)),
  status: 'pending',
  created_at: '2026-01-01T00:00:00.000Z',
  indexed_at: null,
}
const content = { title: null, language: 'german', pages: 32, characters: 9, chunks: 1, model: 'm' }

describe('what is said of a document', () => {
  it('is its percent and message while it is at work', () => {
    const standing = { status: 'extracting', progress: 37.9, message: 'Page 12 of 32' } as const
    expect(doingWords(lease, standing)).toBe('37 % · Page 12 of 32')
    expect(doingWords(lease, { status: 'chunking' })).toBe('')
  })

  it('is what there is of it when it is ready, and of pages only where it has some', () => {
    const ready = { status: 'ready' } as const
    expect(doingWords(lease, ready)).toBe('Can be searched')
    expect(doingWords({ ...lease, content }, ready)).toBe('32 pages · German · 1 passage')
    const plain = { ...lease, kind: 'text', content: { ...content, language: 'simple' } } as const
    expect(doingWords(plain, ready)).toBe('1 passage')
  })
})

function marked(text: string, ranges: [number, number][]): string {
  const html = renderToStaticMarkup(createElement(Highlighted, { text, ranges }))
  return html.replaceAll(/ class="[^"]*"/g, '')
}

describe('a passage', () => {
  it('has its ranges marked and the rest as it is', () => {
    expect(
      marked('the rent is due', [
        [4, 8],
        [12, 15],
      ]),
    ).toBe('the <mark>rent</mark> is <mark>due</mark>')
    expect(marked('nothing', [])).toBe('nothing')
  })

  it('is text whatever it holds', () => {
    expect(marked('<b>rent</b>', [[3, 7]])).toBe('&lt;b&gt;<mark>rent</mark>&lt;/b&gt;')
  })
})
