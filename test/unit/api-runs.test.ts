import { describe, expect, it } from 'vitest'

import type { RunStub } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'

async function startRun(api: TestApi): Promise<string> {
  const body = { pipeline: 'letters', input: { letters: ['a'] } }
  const response = await api.post('/api/runs', body)
  return `/api/runs/${RunStarted.parse(await response.json()).run_id}`
}

function badCursor() {
  return Promise.resolve({ kind: 'bad_cursor' } as const)
}

function away(): Promise<never> {
  return Promise.reject(new DatabaseUnavailable({ cause: new Error('refused') }))
}

const tooLate: RunStub['abort'] = () => Promise.resolve({ kind: 'ended', status: 'finished' })

describe('one run', () => {
  it('has its cursor as the tag', async () => {
    const api = createTestApi()
    const response = await api.call(await startRun(api))
    expect(response.status).toBe(200)
    expect(response.headers.get('etag')).toBe('"e.1"')
    expect(await response.json()).toMatchObject({ status: 'pending', cursor: 'e.1' })
  })

  it.each([
    ['"e.1"', 304],
    ['W/"e.1"', 304],
    ['"e.0", "e.1"', 304],
    ['*', 304],
    ['"e.0"', 200],
    ['e.1', 200],
    ['', 200],
  ])('is 304 if it has not changed: If-None-Match %s', async (tag, status) => {
    const api = createTestApi()
    const response = await api.call(await startRun(api), { headers: { 'if-none-match': tag } })
    expect(response.status).toBe(status)
    expect(response.headers.get('etag')).toBe('"e.1"')
    expect(await response.text()).toMatch(status === 304 ? /^$/ : /^\{.*\}$/)
  })
})

describe("a run's jobs", () => {
  it('come in pages of 100, or of the requested size', async () => {
    const limits: number[] = []
    const api = createTestApi(({ run }) => ({
      run: (id) => ({
        ...run(id),
        jobs: (query) => {
          limits.push(query.limit)
          return Promise.resolve({ jobs: [], next_cursor: null })
        },
      }),
    }))
    const path = `${await startRun(api)}/jobs`
    expect((await api.call(path)).status).toBe(200)
    expect((await api.call(`${path}?limit=1000&group=a&status=ready`)).status).toBe(200)
    expect(limits).toEqual([100, 1_000])
  })

  it.each([
    ['cursor=nonsense', 'cursor'],
    ['cursor=', 'cursor'],
    ['limit=0', 'limit'],
    ['limit=1001', 'limit'],
    ['limit=1e2', 'limit'],
    ['limit=', 'limit'],
    ['status=late', 'status'],
    ['group=%00', 'group'],
  ])('are 422 with the fault: %s', async (query, path) => {
    const api = createTestApi()
    const response = await api.call(`${await startRun(api)}/jobs?${query}`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path }] })
  })
})

const lists = ['/api/runs', '/api/postings', '/api/companies']

describe('lists from Postgres', () => {
  it.each(lists)('%s asks for the caller alone', async (path) => {
    const queries: unknown[] = []
    const api = createTestApi(({ listRuns, listPostings, companies }) => ({
      companies: {
        ...companies,
        list: (query) => {
          queries.push(query)
          return companies.list(query)
        },
      },
      listRuns: (query) => {
        queries.push(query)
        return listRuns(query)
      },
      listPostings: (query) => {
        queries.push(query)
        return listPostings(query)
      },
    }))
    expect((await api.call(`${path}?limit=7&owner=bob&__proto__=x`)).status).toBe(200)
    const order = path === '/api/postings' ? { sort: 'newest' } : {}
    expect(queries).toEqual([{ owner: 'alice', limit: 7, ...order }])
  })

  it.each([
    ['/api/runs?status=late', 'status'],
    ['/api/runs?limit=201', 'limit'],
    ['/api/runs?pipeline=', 'pipeline'],
    ['/api/companies?limit=201', 'limit'],
    ['/api/companies?cursor=', 'cursor'],
    ['/api/postings?status=late', 'status'],
    ['/api/postings?company=A%0AB', 'company'],
    ['/api/postings?q=a%00b', 'q'],
    ['/api/postings?external_id=a%00b', 'external_id'],
    ['/api/postings?limit=201', 'limit'],
    ['/api/postings?limit=-1', 'limit'],
  ])('are 422 with the fault: %s', async (query, path) => {
    const response = await createTestApi().call(query)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path }] })
  })

  it.each(lists)('%s refuses a cursor of no list', async (path) => {
    const api = createTestApi(({ companies }) => ({
      listRuns: badCursor,
      listPostings: badCursor,
      companies: { ...companies, list: badCursor },
    }))
    const response = await api.call(`${path}?cursor=x`)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path: 'cursor' }] })
  })

  it.each(lists)('%s is 503 while Postgres is away', async (path) => {
    const api = createTestApi(({ companies }) => ({
      listRuns: away,
      listPostings: away,
      companies: { ...companies, list: away },
    }))
    const response = await api.call(path)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' })
    expect(api.lines).toHaveLength(1)
  })
})

describe('an abort', () => {
  it.each([
    ['nothing', {}],
    ['an empty body', { body: '' }],
    ['an empty object', { body: '{}', headers: { 'content-type': 'application/json' } }],
  ])('gets its receipt for %s, on both routes', async (_case, init) => {
    const api = createTestApi()
    const path = await startRun(api)
    const old = path.replace('/api/runs/', '/api/ingestion/abort/')
    for (const route of [`${path}/abort`, old]) {
      const response = await api.call(route, { method: 'POST', ...init })
      expect(response.status).toBe(200)
      expect(await response.json()).toMatchObject({ by: 'alice', seq: 4, in_flight: 0 })
    }
  })

  it('is 422 with anything else in its body', async () => {
    const api = createTestApi()
    const response = await api.post(`${await startRun(api)}/abort`, { force: true })
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path: 'force' }] })
  })

  it('RUN-2: is 409 after the end', async () => {
    const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), abort: tooLate }) }))
    const response = await api.call(`${await startRun(api)}/abort`, { method: 'POST' })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ type: '/problems/conflict' })
  })
})
