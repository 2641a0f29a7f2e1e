import {
  createMemoryHistory,
  createRootRoute,
  createRouter,
  RouterContextProvider,
} from '@tanstack/react-router'
import { createElement, type ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'

import type { DocumentView } from '../../src/protocol/document.ts'
import { DocumentId } from '../../src/protocol/document.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { Attached } from '../../web/documents/attached.tsx'
import { batchesOf } from '../../web/documents/batches.ts'
import { attachedWords, doingWords, percentOfAll } from '../../web/documents/document-state.ts'
import { Highlighted } from '../../web/parts/highlighted.tsx'
import { afterKey } from '../../web/reader/page-bar.tsx'

const MB = 1024 * 1024
const of = (...sizes: number[]) => sizes.map((size) => ({ size: size * MB }))
const sizesIn = (sizes: number[]) =>
  batchesOf(of(...sizes)).map((batch) => batch.map(({ size }) => size / MB))

describe('dropped files', () => {
  it('go up in one upload as long as they fit', () => {
    expect(sizesIn([40, 45])).toEqual([[40, 45]])
    expect(sizesIn([])).toEqual([])
  })

  it('begin another upload with the file that does not fit, which counts from there', () => {
    expect(sizesIn([40, 46, 39, 1])).toEqual([[40], [46, 39], [1]])
  })

  it('are sent alone if they are too large, so that the others get through', () => {
    expect(sizesIn([1, 200, 1])).toEqual([[1], [200], [1]])
  })

  it('are at most a hundred in an upload', () => {
    const many = Array.from({ length: 201 }, () => ({ size: 1 }))
    expect(batchesOf(many).map(({ length }) => length)).toEqual([100, 100, 1])
  })
})

describe('the progress of a document', () => {
  it('never goes back from one step to the next, and covers the whole', () => {
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
  matter_id: MatterId.parse('e'.repeat(32)),
  matter: 'm',
  group: 'm',
  name: 'lease.pdf',
  kind: 'pdf',
  size: 1,
  run_id: RunId.parse('b'.repeat(32)),
  status: 'pending',
  created_at: '2026-01-01T00:00:00.000Z',
  indexed_at: null,
}
const content = { title: null, language: 'german', pages: 32, characters: 9, chunks: 1, model: 'm' }

describe('the description of a document', () => {
  it('is its percent and message during its work', () => {
    const standing = { status: 'extracting', progress: 37.9, message: 'Page 12 of 32' } as const
    expect(doingWords(lease, standing)).toBe('37 % · Page 12 of 32')
    expect(doingWords(lease, { status: 'chunking' })).toBe('')
  })

  it('is its counts when it is ready, with pages only if it has some', () => {
    const ready = { status: 'ready' } as const
    expect(doingWords(lease, ready)).toBe('Can be searched')
    expect(doingWords({ ...lease, content }, ready)).toBe('32 pages · German · 1 passage')
    const plain = { ...lease, kind: 'text', content: { ...content, language: 'simple' } } as const
    expect(doingWords(plain, ready)).toBe('1 passage')
  })
})

describe('an attached document', () => {
  it('names its message, in the list and where it is read', () => {
    const [one, two] = ['a', 'b'].map((digit) => DocumentId.parse(digit.repeat(32)))
    if (one === undefined || two === undefined) throw new Error('two ids were made')
    const parent = { document_id: one, name: 'a.eml' }
    expect(attachedWords({ parent })).toBe('In “a.eml”')
    expect(attachedWords(lease)).toBe('')
    const child = { document_id: two, name: 'lease.pdf' }
    const children = [
      { ...child, status: 'ready' as const },
      { ...child, name: 'old.rar', document_id: one, status: 'failed' as const },
    ]
    const html = markupOf(createElement(Attached, { document: { parent, children } }))
    expect(html).toContain(`href="/read/${one}"`)
    expect(html).toContain(`href="/read/${two}"`)
    expect(html).toContain('old.rar (could not be read)')
    expect(markupOf(createElement(Attached, { document: {} }))).toBe('')
  })
})

/** Links need a router. */
function markupOf(children: ReactNode): string {
  const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() })
  // oxlint-disable-next-line react/no-children-prop -- the component's type wants its children among its properties
  return renderToStaticMarkup(createElement(RouterContextProvider, { router, children }))
}

function marked(text: string, ranges: [number, number][]): string {
  const html = renderToStaticMarkup(createElement(Highlighted, { text, ranges }))
  return html.replaceAll(/ class="[^"]*"/g, '')
}

describe('a passage', () => {
  it('has its ranges marked, and the rest unchanged', () => {
    expect(
      marked('the rent is due', [
        [4, 8],
        [12, 15],
      ]),
    ).toBe('the <mark>rent</mark> is <mark>due</mark>')
    expect(marked('nothing', [])).toBe('nothing')
  })

  it('is shown as text, whatever it contains', () => {
    expect(marked('<b>rent</b>', [[3, 7]])).toBe('&lt;b&gt;<mark>rent</mark>&lt;/b&gt;')
  })
})

describe('the keys of the reader', () => {
  it.each([
    ['ArrowRight', { page: 3, zoom: 1 }],
    ['PageUp', { page: 1, zoom: 1 }],
    ['End', { page: 3, zoom: 1 }],
    ['Home', { page: 1, zoom: 1 }],
    ['+', { page: 2, zoom: 1.25 }],
    ['-', { page: 2, zoom: 0.75 }],
    ['x', undefined],
  ])('%s turns or scales the page', (key, after) => {
    expect(afterKey({ page: 2, zoom: 1 }, key, 3)).toEqual(after)
  })

  it('stop at the ends', () => {
    expect(afterKey({ page: 3, zoom: 4 }, 'ArrowRight', 3)).toEqual({ page: 3, zoom: 4 })
    expect(afterKey({ page: 1, zoom: 4 }, '+', 3)).toEqual({ page: 1, zoom: 4 })
    expect(afterKey({ page: 1, zoom: 0.5 }, '-', 3)).toEqual({ page: 1, zoom: 0.5 })
  })
})
