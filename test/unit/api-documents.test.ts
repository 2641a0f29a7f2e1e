import { describe, expect, it } from 'vitest'

import type { DocumentPorts } from '../../src/api/document-ports.ts'
import type { RunStub } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { documents } from '../../src/pipelines/documents/documents.ts'
import { type DocumentId, Uploaded } from '../../src/protocol/document.ts'
import { encodeEvent } from '../../src/protocol/sse.ts'
import { tokenExpired } from '../../src/protocol/token-expired.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { MemoryDocuments } from '../support/memory-documents.ts'
import { inSeconds, signToken } from '../support/tokens.ts'

type Change = {
  readonly documents?: Partial<DocumentPorts>
  readonly run?: Partial<RunStub>
}

function createDocumentsApi(change: Change = {}) {
  const memory = new MemoryDocuments()
  const api = createTestApi(({ run }) => ({
    pipelines: { documents },
    documents: memory.ports(change.documents),
    run: (run_id) => ({ ...run(run_id), ...change.run }),
  }))
  return { api, memory }
}

function upload(api: TestApi, files: Record<string, string>, headers: HeadersInit = {}) {
  const body = new FormData()
  body.append('matter', 'm')
  for (const [name, content] of Object.entries(files))
    body.append('files', new File([content], name))
  return api.call('/api/documents', { method: 'POST', body, headers })
}

async function uploadOne(api: TestApi) {
  const answer = Uploaded.parse(await (await upload(api, { 'a.txt': 'text' })).json())
  const [one] = answer.documents
  if (one === undefined) throw new Error('nothing was uploaded')
  return { run_id: answer.run_id, document_id: one.document_id }
}

const away = () => Promise.reject(new DatabaseUnavailable({ cause: new Error('gone') }))

describe('an upload', () => {
  it('starts a run over the files that the matter did not have', async () => {
    const { api } = createDocumentsApi()
    const { document_id } = await uploadOne(api)
    const answer = await upload(api, { 'b.txt': 'text', 'c.txt': 'new', 'd.txt': '' })
    expect(answer.status).toBe(202)
    const { run_id, documents: shown } = Uploaded.parse(await answer.json())
    expect(answer.headers.get('location')).toBe(`/api/runs/${run_id}`)
    expect(shown).toMatchObject([
      { document_id, name: 'b.txt', known: true },
      { name: 'c.txt', known: false },
      { name: 'd.txt', known: false, error: { code: 'empty' } },
    ])
    const run = [...api.runs.values()].at(-1)
    expect(run).toMatchObject({ run_id, pipeline: 'documents', flight_jobs: 1 })
    const input: unknown = JSON.parse(run?.groups[0]?.input ?? '')
    const [, second, third] = shown
    expect(input).toEqual({
      matter: 'm',
      documents: [
        { document_id: second?.document_id, name: 'c.txt' },
        { document_id: third?.document_id, name: 'd.txt' },
      ],
    })
  })

  it('is undone while Postgres is away, even after the rows were stored', async () => {
    const memory = new MemoryDocuments()
    const { add } = memory.ports()
    const api = createTestApi(() => ({
      pipelines: { documents },
      documents: memory.ports({ add: async (request) => add(request).then(away) }),
    }))
    expect((await upload(api, { 'a.txt': 'text' })).status).toBe(503)
    expect([memory.rows.size, memory.objects.size, api.runs.size]).toEqual([0, 0, 0])
  })

  it('is undone if its run cannot be started, and says why even if the undoing fails', async () => {
    const overloaded = Object.assign(new Error('too much'), { overloaded: true })
    const create = () => Promise.reject(overloaded)
    const { api, memory } = createDocumentsApi({ run: { create } })
    expect((await upload(api, { 'a.txt': 'text', 'b.txt': 'more' })).status).toBe(503)
    expect([memory.rows.size, memory.objects.size]).toEqual([0, 0])

    const broken = createDocumentsApi({ run: { create }, documents: { withdraw: away } })
    const answer = await upload(broken.api, { 'a.txt': 'text' })
    expect(await answer.json()).toMatchObject({ detail: expect.stringContaining('The run') })
    expect(broken.memory.objects.size).toBe(0)
    const [id] = broken.memory.rows.keys()
    expect(broken.api.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        fields: expect.objectContaining({ document_ids: [id] }),
      }),
    )
  })

  it('under a key whose documents have been removed is refused, and leaves nothing', async () => {
    const { api, memory } = createDocumentsApi()
    const key = { 'idempotency-key': 'k' }
    expect((await upload(api, { 'a.txt': 'text' }, key)).status).toBe(202)
    memory.rows.clear()
    memory.objects.clear()
    expect((await upload(api, { 'a.txt': 'text' }, key)).status).toBe(422)
    expect([memory.rows.size, memory.objects.size, api.runs.size]).toEqual([0, 0, 1])
  })

  it.each([
    ['no file', () => new FormData(), 'files'],
    ['an unknown field', () => formWith('mattr', 'm'), 'mattr'],
    ['no matter', () => formWith('files', new File(['x'], 'a.txt')), 'matter'],
  ])('with %s is refused with the field', async (_, form, path) => {
    const { api, memory } = createDocumentsApi()
    const answer = await api.call('/api/documents', { method: 'POST', body: form() })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path }] })
    expect([memory.rows.size, memory.objects.size, api.runs.size]).toEqual([0, 0, 0])
  })
})

function formWith(name: string, value: string | File): FormData {
  const form = new FormData()
  form.append(name, value)
  return form
}

function retry(api: TestApi, id: DocumentId) {
  return api.post(`/api/documents/${id}/retry`, {})
}

describe('a retry', () => {
  it.each([
    ['goes on', { retry: () => ({ kind: 'retried', round: 2, jobs: 1, groups: 0 }) }, true],
    ['is at it', { job: () => ({ status: 'embedding' }) }, true],
    ['has yet to plan it', { view: () => ({ groups: { m: { status: 'planning' } } }) }, true],
    ['has it ready', { job: () => ({ status: 'ready' }) }, false],
    ['is archived', { view: () => undefined }, false],
  ])(
    "goes into the document's run if that %s, or otherwise into a new run",
    async (_, said, same) => {
      const nothing = { retry: () => ({ kind: 'nothing' }) }
      const run = Object.fromEntries(
        Object.entries({ ...nothing, ...said }).map(([name, answer]) => [
          name,
          () => Promise.resolve(answer()),
        ]),
      )
      const { api, memory } = createDocumentsApi({ run })
      const { run_id, document_id } = await uploadOne(api)
      const answer = await retry(api, document_id)
      expect(answer.status).toBe(202)
      const kept = memory.rows.get(document_id)?.run_id
      expect(await answer.json()).toEqual({ document_id, run_id: kept })
      expect(kept === run_id).toBe(same)
      expect(api.runs.size).toBe(same ? 1 : 2)
    },
  )

  it('is 404 if the document was removed in the meantime, and starts nothing', async () => {
    const { api } = createDocumentsApi({
      run: { retry: () => Promise.resolve({ kind: 'nothing' }) },
      documents: { moveTo: () => Promise.resolve(false) },
    })
    const { document_id } = await uploadOne(api)
    expect((await retry(api, document_id)).status).toBe(404)
    expect(api.runs.size).toBe(1)
  })

  it('with a password but no file, or with a password that is too long, is 422 and does not repeat the password', async () => {
    const { api, memory } = createDocumentsApi()
    const { document_id } = await uploadOne(api)
    memory.objects.clear()
    for (const password of ['secret', 's'.repeat(1_001)]) {
      const answer = await api.post(`/api/documents/${document_id}/retry`, { password })
      expect(answer.status).toBe(422)
      const text = await answer.text()
      expect(text).toContain('"path":"password"')
      expect(text).not.toContain(password)
    }
  })
})

function put(api: TestApi, id: DocumentId, name = 'n.txt'): Promise<Response> {
  const path = `/api/documents/${id}/file?name=${encodeURIComponent(name)}`
  return api.call(path, { method: 'PUT', body: 'another' })
}

describe('another file', () => {
  it('replaces the earlier file, under a name that is safe to show', async () => {
    const stopped: string[] = []
    const abortJob: RunStub['abortJob'] = async ({ external_id }) => void stopped.push(external_id)
    const { api, memory } = createDocumentsApi({ run: { abortJob } })
    const { document_id } = await uploadOne(api)
    expect((await put(api, document_id, '../up/\u202Ex.txt')).status).toBe(202)
    expect(memory.rows.get(document_id)).toMatchObject({ name: 'x.txt', size: 7 })
    expect(memory.objects.size).toBe(1)
    expect(stopped).toEqual([document_id])
  })

  it.each([
    ['is known', { replace: () => Promise.resolve('known' as const) }, 409],
    ['is nobody’s any more', { replace: () => Promise.resolve(undefined) }, 404],
    ['finds no Postgres', { replace: away }, 503],
    ['is too large', { upload: { form_bytes: 6, field_bytes: 10, parts: 1 } }, 413],
  ])('is not stored if it %s', async (_, change, status) => {
    const { api, memory } = createDocumentsApi()
    const { document_id } = await uploadOne(api)
    const before = [...memory.objects.keys()]
    const other = createTestApi(() => ({ documents: memory.ports(change) }))
    expect((await put(other, document_id)).status).toBe(status)
    expect([...memory.objects.keys()].slice(0, before.length)).toEqual(before)
    expect(memory.objects.size).toBe(before.length)
  })

  it('is 400 if the form has no file', async () => {
    const { api } = createDocumentsApi()
    const { document_id } = await uploadOne(api)
    const answer = await api.call(`/api/documents/${document_id}/file`, { method: 'PUT' })
    expect(answer.status).toBe(400)
  })
})

describe('the stream of one document', () => {
  it('exists for GET, and asks the client to come back if its run cannot be reached', async () => {
    const { api } = createDocumentsApi({
      run: { job: () => Promise.reject(Object.assign(new Error('busy'), { overloaded: true })) },
    })
    const { document_id } = await uploadOne(api)
    const path = `/progress/documents/${document_id}/stream`
    expect((await api.call(path, { method: 'HEAD' })).status).toBe(405)
    const answer = await api.call(path)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toMatch(/^retry: \d/)
  })

  it('W-12: ends with its token, and says so', async () => {
    const { api } = createDocumentsApi({
      run: {
        fetch: (request) => {
          asked.push(request)
          return Promise.resolve(new Response(encodeEvent(tokenExpired)))
        },
      },
    })
    const asked: Request[] = []
    const { document_id } = await uploadOne(api)
    const token = await signToken({ claims: { exp: inSeconds(60) } })
    const answer = await api.callBare(`/progress/documents/${document_id}/stream?token=${token}`)
    const [first, last] = (await answer.text()).trimEnd().split('\n\n')
    expect(first).toContain('"status":"PENDING"')
    expect(last).toBe(encodeEvent(tokenExpired).trimEnd())
    const until = Number(asked[0]?.headers.get('x-runcast-until'))
    expect(until - Date.now()).toBeGreaterThan(58_000)
    expect(until - Date.now()).toBeLessThanOrEqual(62_000)
  })
})
