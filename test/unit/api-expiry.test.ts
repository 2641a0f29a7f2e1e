import { describe, expect, it } from 'vitest'

import type { ExpiryAnswer, ExpiryPorts } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { createTestApi, expiryOf } from '../support/api.ts'

const unknown = '0'.repeat(32)

/** Starts a run in an app with these expiries. Returns the run's path. */
async function startWith(change: Partial<ExpiryPorts>) {
  const api = createTestApi(({ expiries }) => ({ expiries: { ...expiries, ...change } }))
  const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  const run_id = (started.headers.get('location') ?? '').slice('/api/runs/'.length)
  return { api, run_id, path: `/api/runs/${run_id}/expiry` }
}

function answering(answer: ExpiryAnswer) {
  return startWith({ decide: () => Promise.resolve(answer) })
}

function away(): Promise<never> {
  return Promise.reject(new DatabaseUnavailable({ cause: new Error('refused') }))
}

const apply = { company: 'acme', apply: true }
const drop = { company: 'acme', apply: false }

describe('PLAN-4: a run’s expiries', () => {
  it('are shown to the run’s owner', async () => {
    const asked: unknown[] = []
    const { api, path, run_id } = await startWith({
      list: (query) => {
        asked.push(query)
        return Promise.resolve([expiryOf('held')])
      },
    })
    const response = await api.call(path)
    expect(await response.json()).toEqual({ expiries: [expiryOf('held')] })
    expect(asked).toEqual([{ owner: 'alice', run_id }])
  })

  it('are 404 without the run, even if Postgres has expiries under its id', async () => {
    const { api } = await startWith({
      list: () => Promise.reject(new Error('the database was asked')),
      decide: () => Promise.reject(new Error('the database was asked')),
    })
    expect((await api.call(`/api/runs/${unknown}/expiry`)).status).toBe(404)
    expect((await api.post(`/api/runs/${unknown}/expiry`, apply)).status).toBe(404)
  })

  it('are 503 while Postgres is away', async () => {
    const { api, path } = await startWith({ list: away, decide: away })
    expect((await api.call(path)).status).toBe(503)
    expect((await api.post(path, drop)).status).toBe(503)
  })
})

describe('PLAN-4: a decision on a held expiry', () => {
  it.each([
    [apply, 'applied'],
    [drop, 'dropped'],
  ] as const)('%j has its receipt', async (decision, status) => {
    const asked: unknown[] = []
    const { api, path, run_id } = await startWith({
      decide: (request) => {
        asked.push(request)
        return Promise.resolve({ kind: 'decided', expiry: expiryOf(status) })
      },
    })
    const response = await api.post(path, decision)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual(expiryOf(status))
    expect(asked).toEqual([{ owner: 'alice', run_id, ...decision, by: 'alice' }])
  })

  it('gets the same receipt when it is repeated', async () => {
    const { api, path } = await answering({
      kind: 'decided_already',
      expiry: expiryOf('dropped'),
    })
    const response = await api.post(path, drop)
    expect([response.status, await response.json()]).toEqual([200, expiryOf('dropped')])
  })

  it.each([
    [apply, 'dropped'],
    [drop, 'applied'],
  ] as const)('409 for %j when it was %s before', async (decision, status) => {
    const { api, path } = await answering({ kind: 'decided_already', expiry: expiryOf(status) })
    const response = await api.post(path, decision)
    expect(response.status).toBe(409)
    const problem: unknown = await response.json()
    expect(problem).toMatchObject({ type: '/problems/decided' })
    expect(problem).toHaveProperty('detail', expect.stringContaining(status))
  })

  it('is 409 after a newer visit of the company', async () => {
    const { api, path } = await answering({ kind: 'superseded' })
    const response = await api.post(path, apply)
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ type: '/problems/superseded' })
  })

  it('is 404 if no expiry is held', async () => {
    const { api, path } = await answering({ kind: 'unknown' })
    expect((await api.post(path, apply)).status).toBe(404)
  })

  it.each([
    [{ company: 'acme' }, 'apply'],
    [{ apply: true }, 'company'],
    [{ company: '', apply: true }, 'company'],
    [{ company: 'acme', apply: 'yes' }, 'apply'],
    [{ ...apply, all: true }, 'all'],
  ])('is 422 with the fault of %j', async (body, field) => {
    const { api, path } = await answering({ kind: 'unknown' })
    const response = await api.post(path, body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path: field }] })
  })
})
