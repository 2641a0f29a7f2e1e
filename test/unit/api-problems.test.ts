import { describe, expect, it } from 'vitest'

import type { RunStub } from '../../src/api/ports.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { createTestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const path = `/api/runs/${'0'.repeat(32)}`

/** An app whose runs answer a view with this function. Counts the calls. */
function withView(view: () => Promise<never>) {
  let asked = 0
  const counted: RunStub['view'] = () => {
    asked += 1
    return view()
  }
  const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), view: counted }) }))
  return { api, asked: () => asked }
}

describe('a problem', () => {
  it('is problem+json with the request id of the header', async () => {
    const response = await createTestApi().call('/api/nothing')
    const problem = Problem.parse(await response.json())
    expect(problem).toMatchObject({ type: '/problems/not-found', status: 404 })
    expect(response.headers.get('x-request-id')).toBe(problem.request_id)
  })

  it('takes the request id from the edge, if it is valid', async () => {
    const api = createTestApi()
    const named = await api.call('/api/runs', { headers: { 'cf-ray': '8f00-FRA' } })
    expect(named.headers.get('x-request-id')).toBe('8f00-FRA')
    const forged = await api.call('/api/runs', { headers: { 'cf-ray': 'a b' } })
    expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('is 500 for an unexpected error, which only the log describes, without the query', async () => {
    const secret = new Error('outer', { cause: new Error('the inner cause') })
    const { api, asked } = withView(() => Promise.reject(secret))
    const token = await tokenOf('alice')
    const response = await api.call(`${path}?token=${token}&q=private`)
    const problem = Problem.parse(await response.json())
    expect(problem).toMatchObject({ status: 500, type: '/problems/internal' })
    expect(JSON.stringify(problem)).not.toContain('inner cause')
    expect(asked()).toBe(1)

    expect(api.lines).toHaveLength(1)
    const line = JSON.stringify(api.lines)
    expect(line).toContain('the inner cause')
    expect(line).toContain(problem.request_id)
    expect(line).not.toContain('private')
    expect(line).not.toContain(token)
  })

  it('makes no line in the log if the caller is at fault', async () => {
    const api = createTestApi()
    await api.call('/api/nothing')
    await api.callBare('/api/runs')
    await api.call('/api/runs', { method: 'POST', body: 'x' })
    expect(api.lines).toEqual([])
  })
})

function failing(marks: object): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error('the object failed'), marks))
}

describe("a call to a run's object", () => {
  it.each([
    ['is made three times when that may help', { retryable: true }, 3, 503],
    ['is made once when the object is overloaded', { retryable: true, overloaded: true }, 1, 503],
    ['is made once when nothing says that it may help', {}, 1, 500],
  ])('%s', async (...[, marks, calls, status]) => {
    const { api, asked } = withView(failing(marks))
    const response = await api.call(path)
    expect(response.status).toBe(status)
    expect(response.headers.has('retry-after')).toBe(status === 503)
    expect(asked()).toBe(calls)
    expect(api.lines).toHaveLength(1)
  })

  it('succeeds at the second try, on a new stub', async () => {
    let stubs = 0
    const api = createTestApi(({ run }) => ({
      run: (id) => {
        stubs += 1
        return stubs === 1 ? { ...run(id), view: failing({ retryable: true }) } : run(id)
      },
    }))
    expect((await api.call(path)).status).toBe(404)
    // The third stub answers that there is no archived run.
    expect(stubs).toBe(3)
  })
})

it.each([
  ['PUT', path, 'GET, PATCH, DELETE'],
  ['GET', '/api/owner', 'DELETE'],
  ['PUT', '/api/runs', 'POST, GET'],
  ['GET', '/api/ingestion/start', 'POST'],
  ['POST', '/api/postings', 'GET'],
  ['POST', '/api/postings/acme/https://acme.test/1', 'GET'],
  ['DELETE', '/api/companies', 'GET, POST'],
  ['POST', '/api/companies/acme', 'GET, PUT, PATCH, DELETE'],
  ['PUT', `${path}/expiry`, 'GET, POST'],
  ['POST', `${path}/logs`, 'GET'],
  ['POST', '/api/health', 'GET'],
])('405 lists the methods of a known path: %s %s', async (method, known, allow) => {
  const response = await createTestApi().call(known, { method })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe(allow)
  expect(await response.json()).toMatchObject({ type: '/problems/method-not-allowed' })
})

describe('an answer', () => {
  it('may not be stored or framed', async () => {
    const api = createTestApi()
    for (const response of [await api.call('/api/runs'), await api.callBare('/api/runs')]) {
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'content-security-policy': expect.stringContaining("default-src 'none'"),
      })
    }
  })

  it('may be read only by pages of a configured origin', async () => {
    const api = createTestApi()
    const ours = await api.call('/api/runs', { headers: { origin: 'https://page.test' } })
    expect(ours.headers.get('access-control-allow-origin')).toBe('https://page.test')
    expect(ours.headers.get('access-control-expose-headers')).toMatch(
      /ETag.*Location.*X-Request-Id/,
    )
    for (const origin of ['https://evil.test', 'https://page.test.evil.test', 'null']) {
      const other = await api.call('/api/runs', { headers: { origin } })
      expect(other.headers.has('access-control-allow-origin')).toBe(false)
      expect(other.headers.get('vary')).toBe('Origin')
    }
  })

  it('to a preflight needs no token', async () => {
    const response = await createTestApi().callBare(`${path}/stream`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://page.test',
        'access-control-request-method': 'PATCH',
        'access-control-request-headers': 'last-event-id',
      },
    })
    expect(response.status).toBe(204)
    const methods = response.headers.get('access-control-allow-methods') ?? ''
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])
      expect(methods.split(',')).toContain(method)
    const allowed = response.headers.get('access-control-allow-headers') ?? ''
    for (const name of ['Last-Event-ID', 'Authorization', 'Idempotency-Key', 'If-None-Match'])
      expect(allowed).toContain(name)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://page.test')
  })
})
