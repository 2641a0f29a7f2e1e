import { describe, expect, it } from 'vitest'

import type { RunStub } from '../../src/api/ports.ts'
import { documents, ingestion } from '../../src/pipelines/registry.ts'
import { createTestApi } from '../support/api.ts'

const BODY = {
  pipeline: 'letters',
  input: { letters: ['a', 'b'] },
  name: 'Nightly',
  labels: { team: 'growth' },
}

/** Starts a run with a name, whose object answers these calls as the test says. */
async function startNamed(answers: (stub: RunStub) => Partial<RunStub> = () => ({})) {
  const api = createTestApi(({ run }) => ({
    run: (id) => {
      const stub = run(id)
      const view: RunStub['view'] = async (query) => {
        const shown = await stub.view(query)
        return shown && { ...shown, name: BODY.name, labels: BODY.labels }
      }
      return { ...stub, view, ...answers({ ...stub, view }) }
    },
  }))
  const started = await api.post('/api/runs', BODY)
  return { api, path: started.headers.get('location') ?? '' }
}

/** Shows the group as failed, or as one with a failed job. */
function withFailure(key: string, kind: 'group' | 'job') {
  return (stub: RunStub): Partial<RunStub> => ({
    view: async (query) => {
      const view = await stub.view(query)
      const counts = { total: 1, by_status: kind === 'job' ? { failed: 1 } : {} }
      const status = kind === 'job' ? 'closed' : 'failed'
      return view && { ...view, groups: { [key]: { status, found: 1, counts } } }
    },
  })
}

describe('what a run was started with', () => {
  it('is the body of a start, which starts an equal run', async () => {
    const { api, path } = await startNamed()
    const answer = await api.call(`${path}/input`)
    expect(answer.status).toBe(200)
    const body: unknown = await answer.json()
    expect(body).toEqual(BODY)
    expect((await api.post('/api/runs', body)).status).toBe(202)
    const [first, second] = [...api.runs.values()]
    expect(second).toEqual({ ...first, run_id: second?.run_id })
  })

  it('is refused if an earlier version archived the run without it', async () => {
    const { api, path } = await startNamed(() => ({
      inputs: () => Promise.resolve({ groups: null }),
    }))
    for (const answer of [await api.call(`${path}/input`), await api.post(`${path}/again`, {})]) {
      expect(answer.status).toBe(409)
      expect(await answer.json()).toMatchObject({ type: '/problems/archived' })
    }
  })

  it('is not found for a run that is not there', async () => {
    const { api } = await startNamed()
    const path = `/api/runs/${'0'.repeat(32)}`
    expect((await api.call(`${path}/input`)).status).toBe(404)
    expect((await api.post(`${path}/again`, {})).status).toBe(404)
  })
})

describe('a run that is started again', () => {
  it('has the input, the name and the labels of the earlier one, once for each key', async () => {
    const { api, path } = await startNamed()
    const headers = { 'idempotency-key': 'once' }
    const answers = [
      await api.post(`${path}/again`, {}, headers),
      await api.post(`${path}/again`, {}, headers),
    ]
    expect(answers.map(({ status }) => status)).toEqual([202, 202])
    const [location, ...others] = new Set(answers.map((answer) => answer.headers.get('location')))
    expect(others).toEqual([])
    expect(location).not.toBe(path)
    expect(await (await api.call(`${location}/input`)).json()).toEqual(BODY)
  })

  it.each(['group', 'job'] as const)('takes only the groups with a failed %s', async (kind) => {
    const { api, path } = await startNamed(withFailure('b', kind))
    const answer = await api.post(`${path}/again`, { only: 'failed' })
    expect(answer.status).toBe(202)
    const [, second] = [...api.runs.values()]
    expect(second?.groups.map(({ key }) => key)).toEqual(['b'])
  })

  it('is refused if nothing failed', async () => {
    const { api, path } = await startNamed()
    const answer = await api.post(`${path}/again`, { only: 'failed' })
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { type: '/problems/nothing-to-retry' },
    ])
  })

  it('is refused if its records belong to the earlier run', async () => {
    const api = createTestApi(({ pipelines, run }) => ({
      pipelines: { ...pipelines, documents },
      run: (id) => ({
        ...run(id),
        view: async (query) => {
          const view = await run(id).view(query)
          return view && { ...view, pipeline: 'documents' }
        },
      }),
    }))
    const started = await api.post('/api/runs', { pipeline: 'documents', input: upload })
    const answer = await api.post(`${started.headers.get('location')}/again`, {})
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { type: '/problems/conflict', detail: expect.stringContaining('Retry the documents') },
    ])
  })
})

const named = { document_id: '1'.repeat(32), name: 'a.pdf' }
const upload = { matter: 'm-1', documents: [named] }
const site = { type: 'site', url: 'https://acme.example/jobs', match: 'jobs' }

describe('the input that a pipeline makes of groups', () => {
  it.each([
    { companies: ['acme'] },
    { companies: ['acme', { slug: 'other', name: 'Other', source: site }] },
  ])('is that of the ingestion with these groups: %j', (input) => {
    const groups = ingestion.groups(ingestion.input.parse(input))
    const made = ingestion.input.parse(ingestion.inputOf(groups))
    expect(ingestion.groups(made)).toEqual(groups)
  })

  it.each([upload, { outdated: [upload, { matter: 'm-2', documents: [] }] }])(
    'is that of the documents with these groups: %j',
    (input) => {
      const groups = documents.groups(documents.input.parse(input))
      const made = documents.input.parse(documents.inputOf(groups))
      expect(documents.groups(made)).toEqual(groups)
    },
  )
})
