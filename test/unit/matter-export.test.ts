import { unzipSync } from 'fflate'
import Papa from 'papaparse'
import { describe, expect, it } from 'vitest'

import type { DocumentPorts } from '../../src/api/document-ports.ts'
import { markdownOf } from '../../src/api/documents/markdown-text.ts'
import { UniqueNames } from '../../src/api/documents/unique-names.ts'
import {
  type ChunkView,
  DocumentId,
  type DocumentView,
  Matter,
} from '../../src/protocol/document.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import { createTestApi } from '../support/api.ts'
import { noDocuments } from '../support/no-documents.ts'

function view(digit: string, name: string, more: Partial<DocumentView> = {}): DocumentView {
  return {
    document_id: DocumentId.parse(digit.repeat(32)),
    matter_id: MatterId.parse('e'.repeat(32)),
    matter: 'Smith',
    name,
    kind: 'text',
    size: 4,
    run_id: RunId.parse('0'.repeat(32)),
    status: 'ready',
    created_at: '2026-01-02T03:04:05.678Z',
    indexed_at: '2026-01-02T03:04:06.678Z',
    ...more,
  }
}

const chunk: ChunkView = {
  n: 0,
  text: 'Rent\n\nRent is due.',
  start: 0,
  end: 18,
  page: 1,
  page_end: 1,
  headings: ['Rent'],
  places: [{ at: 0, page: 1, label: null, headings: ['Rent'] }],
}

const DOCUMENTS = [
  view('a', 'lease.txt'),
  view('b', 'Lease.txt'),
  view('c', '=1+1.txt', { status: 'failed' }),
]

function exportFrom(change: Partial<DocumentPorts> = {}, documents = DOCUMENTS) {
  const ports: DocumentPorts = {
    ...noDocuments,
    // One document a page.
    list: ({ cursor }) => {
      const at = Number(cursor ?? 0)
      const next_cursor = at + 1 < documents.length ? String(at + 1) : null
      return Promise.resolve({
        kind: 'page',
        page: { documents: documents.slice(at, at + 1), next_cursor },
      })
    },
    find: ({ document_id }) => {
      const { name, run_id } = view('a', 'a')
      const group = Matter.parse('Smith')
      const file_key = document_id.startsWith('c') ? null : document_id
      return Promise.resolve({
        document_id,
        name,
        group,
        matter: 'Smith',
        run_id,
        file_key,
        text_key: null,
        stage: 's',
      })
    },
    files: {
      ...noDocuments.files,
      open: (key) => Promise.resolve({ body: new Blob([key.slice(0, 4)]).stream(), size: 4 }),
    },
    chunks: ({ document_id }) =>
      Promise.resolve({
        kind: 'page',
        page: { chunks: document_id.startsWith('c') ? [] : [chunk], next_cursor: null },
      }),
    ...change,
  }
  const api = createTestApi(() => ({ documents: ports }))
  return api.call('/api/documents/export?matter=Smith')
}

describe('a matter', () => {
  it('is exported with its files, its texts and an index', async () => {
    const answer = await exportFrom()
    expect(answer.headers.get('content-type')).toBe('application/zip')
    const files = unzipSync(new Uint8Array(await answer.arrayBuffer()))
    const text = (name: string) => new TextDecoder().decode(files[name])
    expect(Object.keys(files)).toEqual([
      'files/lease.txt',
      'texts/lease.txt.md',
      'files/Lease (2).txt',
      'texts/Lease (2).txt.md',
      'index.csv',
    ])
    expect(text('files/lease.txt')).toBe('aaaa')
    expect(text('texts/lease.txt.md')).toBe(
      '# lease.txt\n\n<!-- page 1 -->\n\n## Rent\n\nRent is due.\n',
    )
    const rows = Papa.parse<Record<string, string>>(text('index.csv').trim(), { header: true }).data
    expect(rows).toMatchObject([
      { name: 'lease.txt', file: 'files/lease.txt', text: 'texts/lease.txt.md', status: 'ready' },
      { name: 'Lease.txt', file: 'files/Lease (2).txt' },
      { name: "'=1+1.txt", file: '', text: '', status: 'failed' },
    ])
  })

  it('that the caller does not have is 404, and one of more than 4 GB is 413', async () => {
    expect((await exportFrom({}, [])).status).toBe(404)
    expect((await exportFrom({}, [view('a', 'a', { size: 5_000_000_000 })])).status).toBe(413)
  })

  it('is read no further when the caller leaves', async () => {
    let cancelled = 0
    const endless = () =>
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
        cancel: () => void cancelled++,
      })
    const files = {
      ...noDocuments.files,
      open: () => Promise.resolve({ body: endless(), size: 1 }),
    }
    const reader = (await exportFrom({ files })).body?.getReader()
    await reader?.read()
    await reader?.cancel()
    expect(cancelled).toBe(1)
  })
})

describe('the Markdown of a text', () => {
  it('has each part once, with its pages and headings', () => {
    const second: ChunkView = {
      ...chunk,
      n: 1,
      text: 'is due.\nNext page\n\nTerm\nTwo years.',
      start: 11,
      end: 46,
      places: [
        { at: 0, page: 1, label: null, headings: ['Rent'] },
        { at: 8, page: 2, label: 'iv', headings: ['Rent'] },
        { at: 19, page: 2, label: 'iv', headings: ['Rent', 'Term'] },
      ],
    }
    expect(markdownOf('The lease', [chunk, second])).toBe(
      '# The lease\n\n<!-- page 1 -->\n\n## Rent\n\nRent is due.\n\n<!-- page 2, printed iv -->\n\nNext page\n\n### Term\n\nTwo years.\n',
    )
  })

  it('of pieces that an earlier version wrote has no marks', () => {
    const { places: _, ...earlier } = chunk
    expect(markdownOf('x', [earlier])).toBe('# x\n\nRent\n\nRent is due.\n')
  })
})

it('each name of a ZIP is given once', () => {
  const names = new UniqueNames()
  const given = ['a.pdf', 'A.pdf', 'a (2).pdf', 'a', 'a', '.x', '.x'].map((name) =>
    names.take(name),
  )
  expect(given).toEqual(['a.pdf', 'A (2).pdf', 'a (2) (2).pdf', 'a', 'a (2)', '.x', '.x (2)'])
})
