import { describe, expect, it } from 'vitest'

import type { DocumentPorts } from '../../src/api/document-ports.ts'
import type { RunStub } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { documents } from '../../src/pipelines/documents/documents.ts'
import { Uploaded } from '../../src/protocol/document.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { zip } from '../support/documents/docx.ts'
import { mailWith } from '../support/documents/mail.ts'
import { MemoryDocuments } from '../support/memory-documents.ts'

const away = () => Promise.reject(new DatabaseUnavailable({ cause: new Error('gone') }))

type Change = { readonly documents?: Partial<DocumentPorts>; readonly run?: Partial<RunStub> }

function apiOver(memory: MemoryDocuments, change: Change = {}): TestApi {
  return createTestApi(({ run }) => ({
    pipelines: { documents },
    documents: memory.ports(change.documents),
    run: (run_id) => ({ ...run(run_id), ...change.run }),
  }))
}

/** An owner with one document. */
async function withDocument() {
  const memory = new MemoryDocuments()
  const api = apiOver(memory)
  const body = new FormData()
  body.append('matter', 'm')
  body.append('files', new File(['text'], 'a.txt'))
  const answer = await api.call('/api/documents', { method: 'POST', body })
  const [one] = Uploaded.parse(await answer.json()).documents
  if (one === undefined) throw new Error('nothing was uploaded')
  return { api, memory, document_id: one.document_id }
}

const message = mailWith('Lease', ['lease.txt', 'The lease.'], ['memo.md', '# Memo'])

type SentFile = readonly [name: string, body: Uint8Array<ArrayBuffer>]

function put(api: TestApi, document_id: string, [name, body]: SentFile) {
  return api.call(`/api/documents/${document_id}/file?name=${name}`, { method: 'PUT', body })
}

describe('a message in place of a document', () => {
  it('is read by one run with what is attached to it', async () => {
    const { api, memory, document_id } = await withDocument()
    const answer = await put(api, document_id, ['a.eml', message])
    expect(answer.status).toBe(202)
    const names = [...memory.rows.values()].map(({ name }) => name)
    expect(names).toEqual(['a.eml', 'lease.txt', 'memo.md'])
    expect(memory.objects.size).toBe(3)
    const run = [...api.runs.values()].at(-1)
    const ids = [...memory.rows.keys()]
    expect(ids[0]).toBe(document_id)
    expect(JSON.stringify(run?.groups)).toContain(ids.at(-1))
    expect([...memory.rows.values()].map(({ run_id }) => run_id)).toEqual(
      ids.map(() => run?.run_id),
    )
  })

  it('leaves one object for each file if it is sent again', async () => {
    const { api, memory, document_id } = await withDocument()
    await put(api, document_id, ['a.eml', message])
    expect((await put(api, document_id, ['a.eml', message])).status).toBe(202)
    expect(memory.rows.size).toBe(3)
    expect(memory.objects.size).toBe(3)
  })

  it.each([
    ['Postgres', { documents: { add: away } }],
    ['its run', { run: { create: () => Promise.reject(new Error('gone')) } }],
  ])('leaves nothing of what is attached if it does not reach %s', async (_, change) => {
    const { memory, document_id } = await withDocument()
    const answer = await put(apiOver(memory, change), document_id, ['a.eml', message])
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect([...memory.rows.keys()]).toEqual([document_id])
    expect(memory.objects.size).toBe(1)
  })
})

it.each([
  ['files', zip({ 'a.txt': 'A', 'b.txt': 'B' })],
  ['no files of the owner', zip({ '.DS_Store': 'x' })],
])('a ZIP of %s in place of a document is refused, and changes nothing', async (_, archive) => {
  const { api, memory, document_id } = await withDocument()
  const before = { rows: [...memory.rows], objects: [...memory.objects.keys()] }
  const answer = await put(api, document_id, ['a.zip', archive])
  expect(answer.status).toBe(422)
  expect(await answer.text()).toContain('a ZIP of files')
  expect({ rows: [...memory.rows], objects: [...memory.objects.keys()] }).toEqual(before)
})
