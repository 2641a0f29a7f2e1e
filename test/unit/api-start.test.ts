import { describe, expect, it } from 'vitest'

import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const body = { pipeline: 'letters', input: { letters: ['a', 'b'] } }

async function start(api: TestApi, asked: unknown = body, headers: HeadersInit = {}) {
  const response = await api.post('/api/runs', asked, headers)
  expect(response.status).toBe(202)
  return RunStarted.parse(await response.json())
}

function refuseToList(): Promise<never> {
  return Promise.reject(new Error('the database was asked'))
}

describe('a start', () => {
  it('answers 202 with the run, and with the addresses to read and to watch it', async () => {
    const api = createTestApi()
    const response = await api.post('/api/runs', body)
    expect(response.status).toBe(202)
    const run = RunStarted.parse(await response.json())
    expect(run).toMatchObject({ pipeline: 'letters', status: 'pending' })
    expect(run.watch.stream).toBe(`/api/runs/${run.run_id}/stream`)
    expect(response.headers.get('location')).toBe(`/api/runs/${run.run_id}`)
  })

  it('gives the object its owner, its groups and the size of a flight', async () => {
    const api = createTestApi()
    const { run_id } = await start(api)
    expect(api.runs.get(run_id)).toMatchObject({
      run_id,
      owner: 'alice',
      pipeline: 'letters',
      flight_jobs: 7,
      groups: [
        { key: 'a', input: '{}' },
        { key: 'b', input: '{}' },
      ],
    })
  })

  it('needs no Postgres', async () => {
    const api = createTestApi(() => ({ listRuns: refuseToList, listPostings: refuseToList }))
    await start(api)
    expect(api.runs.size).toBe(1)
  })

  it('makes another run each time without a key', async () => {
    const api = createTestApi()
    await start(api)
    await start(api)
    expect(api.runs.size).toBe(2)
  })
})

describe('an Idempotency-Key', () => {
  const key = { 'idempotency-key': 'k-1' }

  it('makes fifty equal starts one run', async () => {
    const api = createTestApi()
    const starts = await Promise.all(Array.from({ length: 50 }, () => start(api, body, key)))
    expect(new Set(starts.map(({ run_id }) => run_id)).size).toBe(1)
    expect(api.runs.size).toBe(1)
  })

  it("ignores the order of the body's keys", async () => {
    const api = createTestApi()
    const first = await start(api, body, key)
    const second = await start(api, { input: body.input, pipeline: 'letters' }, key)
    expect(second.run_id).toBe(first.run_id)
  })

  it('is 422 with another body', async () => {
    const api = createTestApi()
    await start(api, body, key)
    const other = { pipeline: 'letters', input: { letters: ['b', 'a'] } }
    const response = await api.post('/api/runs', other, key)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({
      type: '/problems/key-reused',
      errors: [{ path: 'Idempotency-Key' }],
    })
  })

  it('belongs to its owner, and no other owner and key make the same id', async () => {
    const api = createTestApi()
    const as = async (owner: string, name: string) => {
      const authorization = `Bearer ${await tokenOf(owner)}`
      return start(api, body, { 'idempotency-key': name, authorization })
    }
    const starts = [await as('alice', 'k'), await as('bob', 'k'), await as('alicek', 'k')]
    starts.push(await as('alice', 'kk'), await as('a","l', 'k'), await as('a', 'l","k'))
    expect(new Set(starts.map(({ run_id }) => run_id)).size).toBe(starts.length)
  })

  it('may have 255 visible characters', async () => {
    const api = createTestApi()
    await start(api, body, { 'idempotency-key': '~'.repeat(255) })
    expect(api.runs.size).toBe(1)
  })

  it.each(['', 'x'.repeat(256), 'a b', 'é', 'a\tb'])('is refused by name: %j', async (name) => {
    const api = createTestApi()
    const response = await api.post('/api/runs', body, { 'idempotency-key': name })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path: 'Idempotency-Key' }] })
    expect(api.runs.size).toBe(0)
  })
})

it('a start that the run’s object refuses is a problem, and makes no run', async () => {
  const api = createTestApi(({ run }) => ({
    run: (run_id) => ({ ...run(run_id), create: () => Promise.resolve({ kind: 'not_wired' }) }),
  }))
  const response = await api.post('/api/runs', body)
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('10')
  expect(await response.json()).toMatchObject({
    type: '/problems/not-configured',
    detail: expect.stringContaining('the pipeline letters'),
  })
})

describe('the start route of the earlier system', () => {
  it('takes the bare input and returns the id', async () => {
    const api = createTestApi(({ pipelines }) => {
      const { letters } = pipelines
      return letters ? { pipelines: { ingestion: { ...letters, name: 'ingestion' } } } : {}
    })
    const response = await api.post('/api/ingestion/start', { letters: ['a'] })
    expect(response.status).toBe(202)
    const [run] = api.runs.values()
    expect(await response.json()).toEqual({ run_id: run?.run_id })
    expect(run?.pipeline).toBe('ingestion')

    const refused = await api.post('/api/ingestion/start', { letters: ['z'] })
    expect(await refused.json()).toMatchObject({ errors: [{ path: 'letters.0' }] })
  })
})
