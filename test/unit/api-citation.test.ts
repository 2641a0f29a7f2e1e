import { describe, expect, it } from 'vitest'

import type { DocumentPorts } from '../../src/api/document-ports.ts'
import type { StoredDocument } from '../../src/db/documents.ts'
import { type ChunkView, DocumentId, Matter } from '../../src/protocol/document.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import { createTestApi } from '../support/api.ts'
import { noDocuments } from '../support/no-documents.ts'

const document_id = DocumentId.parse('d'.repeat(32))

const document: StoredDocument = {
  document_id,
  matter_id: MatterId.parse('e'.repeat(32)),
  matter: 'Smith',
  group: Matter.parse('Smith'),
  name: 'lease.pdf',
  kind: 'pdf',
  size: 9,
  run_id: RunId.parse('0'.repeat(32)),
  file_key: 'file',
  text_key: null,
  stage: 'run.1',
  status: 'ready',
  created_at: '2026-01-02T03:04:05.678Z',
  indexed_at: '2026-01-02T03:04:06.678Z',
}

const headings = ['Rent']

const firstChunk: ChunkView = {
  n: 0,
  text: 'Rent is due. Always.',
  start: 0,
  end: 20,
  page: 1,
  page_end: 2,
  headings,
  places: [
    { at: 0, page: 1, label: 'iv', headings },
    { at: 13, page: 2, label: null, headings },
  ],
}

/** Two pieces of which the second begins within the first, on two pages. */
const chunks: readonly ChunkView[] = [
  firstChunk,
  {
    n: 1,
    text: 'Always.\n\nA deposit is paid.',
    start: 13,
    end: 40,
    page: 2,
    page_end: 2,
    headings,
    places: [{ at: 0, page: 2, label: null, headings }],
  },
]

const noFile = () => Promise.reject(new Error('no file is needed'))
const line = (text: string, y: number) => ({ text, x: 72, y, width: 100, height: 12 })

function createApi(change: Partial<DocumentPorts> = {}, stored: Partial<StoredDocument> = {}) {
  const ports: DocumentPorts = {
    ...noDocuments,
    files: { ...noDocuments.files, read: () => Promise.resolve(new Uint8Array(9)) },
    read: (name) =>
      Promise.resolve(name.document_id === document_id ? { ...document, ...stored } : undefined),
    chunk: (_document, n) => {
      const chunk = chunks[n]
      return Promise.resolve(chunk && { ...chunk, boxes: [] })
    },
    onPage: (_document, page) =>
      Promise.resolve(chunks.filter(({ places }) => places?.some((place) => place.page === page))),
    layouts: (_pdf, pages) =>
      Promise.resolve(
        pages.map((page) => ({
          page,
          width: 595,
          height: 842,
          lines: [
            line(page === 1 ? 'Rent is due.' : 'Always.', 50),
            line('A deposit is paid.', 70),
          ],
        })),
      ),
    ...change,
  }
  const api = createTestApi(() => ({ documents: ports }))
  return async (path: string) => {
    const answer = await api.call(`/api/documents/${document_id}/${path}`)
    const body: unknown = await answer.json()
    return { status: answer.status, body }
  }
}

describe('a passage', () => {
  it('is cited with its page, its printed label, its headings, its link and its lines', async () => {
    const { status, body } = await createApi()('passages/0')
    expect(status).toBe(200)
    expect(body).toEqual({
      ...chunks[0],
      document_id,
      matter: 'Smith',
      name: 'lease.pdf',
      page_label: 'iv',
      link: `/read/${document_id}#passage-0`,
      boxes: [
        { page: 1, x: 72, y: 50, width: 100, height: 12 },
        { page: 2, x: 72, y: 50, width: 100, height: 12 },
      ],
    })
  })

  it('of a page that was read from its picture has the lines that were found there', async () => {
    const recognised = { page: 1, x: 10, y: 20, width: 30, height: 4 }
    const chunk = () => Promise.resolve({ ...firstChunk, boxes: [recognised] })
    const { body } = await createApi({ chunk })('passages/0')
    expect(body).toMatchObject({ boxes: [recognised, { page: 1, y: 50 }, { page: 2 }] })
  })

  it('of another kind of file has no boxes, and opens no file', async () => {
    const get = createApi({ files: { ...noDocuments.files, read: noFile } }, { kind: 'docx' })
    expect((await get('passages/1')).body).toMatchObject({ n: 1, boxes: null })
  })

  it('of a PDF whose file is gone has an empty list', async () => {
    const get = createApi({}, { file_key: null })
    expect((await get('passages/1')).body).toMatchObject({ boxes: [] })
  })

  it.each([
    ['passages/2', 404],
    ['passages/-1', 404],
    ['passages/x', 404],
    ['pages/3', 404],
    ['pages/0', 404],
  ])('%s is %i', async (path, status) => {
    expect((await createApi()(path)).status).toBe(status)
  })
})

describe('a page', () => {
  it('has its own text once, and its size', async () => {
    const get = createApi()
    expect((await get('pages/1')).body).toEqual({
      document_id,
      matter: 'Smith',
      name: 'lease.pdf',
      page: 1,
      page_label: 'iv',
      text: 'Rent is due.',
      size: { width: 595, height: 842 },
    })
    expect((await get('pages/2')).body).toMatchObject({
      page_label: null,
      text: 'Always.\n\nA deposit is paid.',
    })
  })

  it('of another kind of file has no size', async () => {
    expect((await createApi({}, { kind: 'pptx' })('pages/1')).body).toMatchObject({ size: null })
  })
})
