import { describe, expect, it } from 'vitest'

import type { DocumentPorts } from '../../src/api/document-ports.ts'
import type { LiveJob } from '../../src/durable/run/run-rpc.ts'
import { hashingEmbedder } from '../../src/pipelines/documents/embed/hashing-embedder.ts'
import { work } from '../../src/pipelines/documents/work.ts'
import { DocumentId, DocumentView, Matter } from '../../src/protocol/document.ts'
import type { RunEvent } from '../../src/protocol/events.ts'
import { RunId } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import { createTestApi } from '../support/api.ts'
import {
  memoryDocumentPorts,
  documentTask,
  fileNamed,
} from '../support/documents/memory-document-ports.ts'
import { noDocuments } from '../support/no-documents.ts'
import { streamText } from '../support/scripted-run.ts'

describe('the job of an outdated document', () => {
  const task = { ...documentTask(), payload: 'outdated' }
  const content = fileNamed('a.txt', 'text')
  const files = { file: () => new TextEncoder().encode('The rent is due in advance.') }

  it('claims the document, and makes its text and vectors anew', async () => {
    const room = memoryDocumentPorts({ content, files, made_by: 'another' })
    const done = await work(task, room.ports)
    expect(done).toMatchObject({ kind: 'ready', result: { model: hashingEmbedder.model } })
    expect(room.stages.get(`${task.run_id}.1`)?.vectors).toHaveLength(1)
  })

  it('is skipped if the document is up to date or missing', async () => {
    const fresh = memoryDocumentPorts({ content, files, made_by: hashingEmbedder.model })
    for (const room of [fresh, memoryDocumentPorts({})]) {
      const done = await work(task, room.ports)
      expect(done).toMatchObject({ kind: 'skipped', reason: { code: 'not_outdated' } })
      expect(room.stages.size).toBe(0)
    }
  })
})

const document_id = DocumentId.parse('d'.repeat(32))
const run_id = RunId.parse('0'.repeat(32))
const ERROR = { code: 'broken', message: 'The model is away.' }

/** An API with one document. `job` and `events` come from the document's run. */
function apiOf(indexed_at: string | null, job: LiveJob, events: readonly RunEvent[] = []) {
  const group = Matter.parse('m')
  const matter = { matter_id: MatterId.parse('e'.repeat(32)), matter: 'M', group }
  const stored = { document_id, ...matter, name: 'a.txt', kind: 'text', size: 1, run_id } as const
  const kept = { file_key: 'file', text_key: null, stage: `${'1'.repeat(32)}.1` }
  const times = { created_at: '2026-01-02T03:04:05.678Z', indexed_at }
  const read: DocumentPorts['read'] = async () => {
    return { ...stored, ...kept, ...times, status: 'pending' as const }
  }
  return createTestApi(({ run }) => ({
    documents: { ...noDocuments, read },
    run: (id) => ({
      ...run(id),
      job: () => Promise.resolve(job),
      fetch: () => Promise.resolve(new Response(streamText(events))),
    }),
  }))
}

const INDEXED = '2026-01-02T03:04:06.000Z'

describe('a document whose job its run knows', () => {
  it.each(['failed', 'aborted', 'skipped'] as const)(
    'stays ready if the job is %s and the document was indexed before',
    async (status) => {
      const show = async (indexed_at: string | null) => {
        const api = apiOf(indexed_at, { status, error: ERROR })
        return DocumentView.parse(await (await api.call(`/api/documents/${document_id}`)).json())
      }
      const [before, never] = [await show(INDEXED), await show(null)]
      expect(before.status).toBe('ready')
      expect(before).not.toHaveProperty('error')
      expect(never).toMatchObject({ status, error: ERROR })
    },
  )

  it('shows the present work on it', async () => {
    const api = apiOf(INDEXED, { status: 'embedding', progress: 40, message: 'Passage 5 of 9' })
    const answer = await api.call(`/api/documents/${document_id}`)
    expect(await answer.json()).toMatchObject({ status: 'embedding', progress: 40 })
  })

  it('is shown the same way on its stream, to the end', async () => {
    const listed = { external_id: document_id, title: 'a.txt', status: 'embedding' as const }
    const detail = { m: { [document_id]: { attempt: 1, error: ERROR } } }
    const events: RunEvent[] = [
      { event: 'all_jobs', data: { m: [listed] }, id: 'e.1' },
      { event: 'update', data: { m: { [document_id]: 'failed' } } },
      { event: 'detail', data: detail, id: 'e.2' },
    ]
    const last = async (indexed_at: string | null) => {
      const api = apiOf(indexed_at, { status: 'embedding' }, events)
      const answer = await api.call(`/progress/documents/${document_id}/stream`)
      const data = (await answer.text()).trim().split('data: ').at(-1) ?? ''
      return JSON.parse(data) as unknown
    }
    expect(await last(INDEXED)).toMatchObject({ status: 'INDEXED', message: 'Ready' })
    expect(await last(null)).toMatchObject({ status: 'FAILED', message: ERROR.message })
  })
})
