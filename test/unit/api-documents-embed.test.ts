import { describe, expect, it } from 'vitest'

import type { DocumentPorts } from '../../src/api/document-ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { documents } from '../../src/pipelines/documents/documents.ts'
import { DocumentId, Matter } from '../../src/protocol/document.ts'
import { createTestApi } from '../support/api.ts'
import { noDocuments } from '../support/no-documents.ts'

type Outdated = Awaited<ReturnType<DocumentPorts['outdated']>>
type Asked = Parameters<DocumentPorts['outdated']>[0]

const nothing: Outdated = { documents: [], left: 0 }

function document(digit: string, matter: string): Outdated['documents'][number] {
  const document_id = DocumentId.parse(digit.repeat(32))
  return { document_id, matter: Matter.parse(matter), title: matter, name: `${digit}.txt` }
}

const three = [document('1', 'Smith'), document('2', 'Jones'), document('3', 'Smith')]

/** An API with these outdated documents. Keeps its calls. */
function createEmbedApi(outdated: () => Promise<Outdated>) {
  const asked: Asked[] = []
  const api = createTestApi(() => ({
    pipelines: { documents },
    documents: {
      ...noDocuments,
      outdated: (request) => {
        asked.push(request)
        return outdated()
      },
    },
  }))
  const embed = (body: unknown = {}, headers: HeadersInit = {}) =>
    api.post('/api/documents/embed', body, headers)
  return { api, asked, embed }
}

/** The documents of a matter, in the form of a run's input. */
function entriesOf(matter: string) {
  const those = three.filter((one) => one.matter === matter)
  return those.map(({ document_id, name }) => ({ document_id, name }))
}

const away = () => Promise.reject(new DatabaseUnavailable({ cause: new Error('gone') }))

describe('a new embedding', () => {
  it('is one run over the outdated documents, with a group for each matter, and says how many are left', async () => {
    const { api, asked, embed } = createEmbedApi(async () => ({ documents: three, left: 7 }))
    const answer = await embed()
    expect(answer.status).toBe(202)
    const [run] = [...api.runs.values()]
    expect(await answer.json()).toEqual({ run_id: run?.run_id, documents: 3, left: 7 })
    expect(answer.headers.get('location')).toBe(`/api/runs/${run?.run_id}`)
    expect(asked).toEqual([{ owner: 'alice', run_id: run?.run_id }])
    expect(run).toMatchObject({ owner: 'alice', pipeline: 'documents', flight_jobs: 1 })
    const groups = run?.groups.map(({ key, input }) => ({
      key,
      input: JSON.parse(input) as unknown,
    }))
    expect(groups).toEqual(
      ['Smith', 'Jones'].map((matter) => {
        return { key: matter, input: { matter, documents: entriesOf(matter), job: 'outdated' } }
      }),
    )
  })

  it('of one matter takes only its documents, and needs no body otherwise', async () => {
    const { api, asked, embed } = createEmbedApi(async () => ({ documents: three, left: 0 }))
    expect((await embed({ matter: 'Smith' })).status).toBe(202)
    expect((await api.call('/api/documents/embed', { method: 'POST' })).status).toBe(202)
    expect(asked.map(({ matter }) => matter)).toEqual(['Smith', undefined])
  })

  it('starts no run if nothing is outdated', async () => {
    const { api, embed } = createEmbedApi(async () => nothing)
    const answer = await embed()
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ documents: 0, left: 0 })
    expect(api.runs.size).toBe(0)
  })

  it('under one key is one run, and is refused with another body', async () => {
    const { api, asked, embed } = createEmbedApi(async () => ({ documents: three, left: 0 }))
    const key = { 'idempotency-key': 'once' }
    const [first, second] = [await embed({}, key), await embed({}, key)]
    expect(await second.json()).toEqual(await first.json())
    expect(new Set(asked.map(({ run_id }) => run_id)).size).toBe(1)
    const other = await embed({ matter: 'Smith' }, key)
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ type: '/problems/key-reused' })
    expect(api.runs.size).toBe(1)
  })

  it.each([
    ['a field that is not known', { matters: ['Smith'] }, 'matters'],
    ['an empty matter', { matter: '' }, 'matter'],
    ['an invalid matter', { matter: 7 }, 'matter'],
  ])('with %s is refused with the field', async (_, body, path) => {
    const { api, asked, embed } = createEmbedApi(async () => ({ documents: three, left: 0 }))
    const answer = await embed(body)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: [{ path }] })
    expect([asked.length, api.runs.size]).toEqual([0, 0])
  })

  it('needs a token, and Postgres', async () => {
    const { api, asked, embed } = createEmbedApi(away)
    const bare = await api.callBare('/api/documents/embed', { method: 'POST' })
    expect([bare.status, asked.length]).toEqual([401, 0])
    expect((await embed()).status).toBe(503)
    expect(api.runs.size).toBe(0)
  })
})
