import { generateKeyPair } from 'jose'
import { expect, it } from 'vitest'

import { createTestApi } from '../support/api.ts'
import { startKeyServer } from '../support/key-server.ts'
import { AUDIENCE, inSeconds, ISSUER, secretAuth, signToken, tokenOf } from '../support/tokens.ts'

const unknown = '0'.repeat(32)

type Route = { readonly method: string; readonly path: string; readonly body?: string }

function get(path: string): Route {
  return { method: 'GET', path }
}

function post(path: string, body?: string): Route {
  return { method: 'POST', path, ...(body === undefined ? {} : { body }) }
}

/** Every route of one run. */
const runRoutes = (id: string): Route[] => [
  get(`/api/runs/${id}`),
  get(`/api/runs/${id}/jobs`),
  get(`/api/runs/${id}/stream`),
  get(`/api/runs/${id}/events`),
  get(`/api/runs/${id}/logs`),
  get(`/api/runs/${id}/expiry`),
  post(`/api/runs/${id}/expiry`, '{"company":"acme","apply":true}'),
  post(`/api/runs/${id}/abort`),
  post(`/api/runs/${id}/retry`, '{"status":"failed"}'),
  post(`/api/runs/${id}/watch-tokens`),
  { method: 'DELETE', path: `/api/runs/${id}/watch-tokens/${unknown}` },
  get(`/api/ingestion/progress/${id}`),
  get(`/api/ingestion/logs/${id}`),
  post(`/api/ingestion/abort/${id}`),
]

const guarded: Route[] = [
  ...runRoutes(unknown),
  get(`/api/runs/${unknown}/socket`),
  post('/api/runs', '{"pipeline":"letters","input":{"letters":["a"]}}'),
  get('/api/runs'),
  post('/api/ingestion/start', '{}'),
  get('/api/failures'),
  get('/api/postings'),
  get('/api/postings/acme/https://acme.test/jobs/1'),
  get('/api/postings/acme/1/history'),
  get('/api/postings/acme/1/related'),
  get('/api/companies'),
  post('/api/companies', '{"slug":"acme"}'),
  post('/api/companies/preview', '{"companies":["acme"]}'),
  post('/api/companies/detect', '{"urls":["https://acme.test"]}'),
  get('/api/companies/acme'),
  get('/api/companies/acme/visits'),
  { method: 'PUT', path: '/api/companies/acme', body: '{"name":"Acme"}' },
  { method: 'PATCH', path: '/api/companies/acme', body: '{"name":"Acme"}' },
  { method: 'DELETE', path: '/api/companies/acme' },
  get('/api'),
  get('/api/nothing'),
  { method: 'DELETE', path: `/api/runs/${unknown}` },
  post('/api/health'),
  get('/api/openapi.yaml'),
  get('/api/documents/export?matter=Smith'),
  get('/api/matters'),
  get(`/api/matters/${unknown}`),
  { method: 'PATCH', path: `/api/matters/${unknown}`, body: '{"name":"Smith"}' },
  { method: 'DELETE', path: `/api/matters/${unknown}` },
  { method: 'DELETE', path: '/api/owner?confirm=everything' },
  post('/api/runs/bulk', '{"filter":{},"action":{"kind":"abort"}}'),
  get(`/api/tasks/${unknown}`),
  get(`/api/documents/${unknown}/passages/0`),
  get(`/api/documents/${unknown}/pages/1`),
  get('/documents/1/status'),
  post('/documents/upload', '{}'),
  get('/progress/documents/1/stream'),
  get('/anything'),
]

const badTokens: [string, () => Promise<string>][] = [
  ['no bearer', () => Promise.resolve('Basic YTpi')],
  ['an empty one', () => Promise.resolve('Bearer ')],
  ['nonsense', () => Promise.resolve('Bearer nonsense')],
  ['an expired one', async () => `Bearer ${await signToken({ claims: { exp: inSeconds(-60) } })}`],
  ['another issuer', async () => `Bearer ${await signToken({ claims: { iss: 'other' } })}`],
]

function request({ method, body }: Route, headers: Record<string, string> = {}): RequestInit {
  if (body === undefined) return { method, headers }
  return { method, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** A problem without the field that differs between requests. */
async function said(response: Response) {
  const text = await response.text()
  return { status: response.status, text: text.replace(/"request_id":"[^"]*"/, '') }
}

/** Refusals change nothing, so that one app gives all of them. */
const refusing = createTestApi()

it.each(guarded)('401 without a token: $method $path', async (route) => {
  const response = await refusing.callBare(route.path, request(route))
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toBe('Bearer')
  expect(response.headers.get('content-type')).toBe('application/problem+json')
})

it.each(guarded.flatMap((route) => badTokens.map(([bad, header]) => ({ ...route, bad, header }))))(
  'a request with $bad gets 401: $method $path',
  async ({ header, ...route }) => {
    const init = request(route, { authorization: await header() })
    const response = await refusing.callBare(route.path, init)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
  },
)

it.each(['/api/nothing', '/documents/1', '/progress/documents/1/stream', '/api/runs/'])(
  'a request with a token to an unknown path gets 404: %s',
  async (path) => {
    expect((await createTestApi().call(path)).status).toBe(404)
  },
)

it("another owner's run gets the same 404 as a missing run, on every route", async () => {
  const api = createTestApi()
  const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  const id = (started.headers.get('location') ?? '').slice('/api/runs/'.length)
  const authorization = `Bearer ${await tokenOf('mallory')}`
  const malformed = [unknown.toUpperCase().replace('0', 'A'), 'x', `${unknown}0`, '%00', '..%2f']

  for (const [at, route] of runRoutes(id).entries()) {
    expect((await api.call(route.path, request(route))).ok).toBe(true)
    const theirs = await said(await api.call(route.path, request(route, { authorization })))
    expect(theirs.status).toBe(404)
    for (const other of [unknown, ...malformed]) {
      const same = runRoutes(other)[at] ?? route
      const response = await api.call(same.path, request(same, { authorization }))
      expect(await said(response)).toEqual(theirs)
    }
    const nothing = await api.call('/api/nothing', { headers: { authorization } })
    expect(await said(nothing)).toEqual(theirs)
  }
})

it.each(guarded)('?token= opens the watching routes alone: $method $path', async (route) => {
  const path = `${route.path}?token=${await tokenOf('alice')}`
  const watching =
    route.method === 'GET' && /stream$|events$|socket$|ingestion\/progress/.test(route.path)
  const ours = watching && /^\/(?:api|progress\/documents)\//.test(route.path)
  const response = await refusing.callBare(path, request(route))
  // A request with access gets the next error: there is no such run, or it is no upgrade.
  const missing = route.path.endsWith('socket') ? 426 : 404
  expect(response.status).toBe(ours ? missing : 401)
})

it('a header takes precedence over ?token=', async () => {
  const api = createTestApi()
  const path = `/api/runs/${unknown}/stream?token=${await tokenOf('alice')}`
  expect((await api.call(path, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
  expect((await api.call(path, { headers: { authorization: 'Basic YTpi' } })).status).toBe(401)
})

it('health needs no token', async () => {
  const response = await createTestApi().callBare('/api/health')
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ status: 'ok' })
})

it('without a configured key no token is accepted, and the log says so once', async () => {
  const api = createTestApi(() => ({ auth: { kind: 'none' } }))
  for (const route of guarded) {
    const response = await api.call(route.path, request(route))
    expect(response.status).toBe(401)
  }
  expect(api.lines).toHaveLength(1)
})

it('a key server that is away is 503 with a time to come back, and a watcher gets a retry', async () => {
  const server = await startKeyServer([])
  server.answerWith(500)
  const auth = { kind: 'jwks', url: server.url, issuer: ISSUER, audience: AUDIENCE } as const
  const { privateKey: key } = await generateKeyPair('ES256')
  const token = await signToken({ key, header: { alg: 'ES256' } })
  const api = createTestApi(() => ({ auth }))
  const headers = { authorization: `Bearer ${token}` }

  const listed = await api.call('/api/runs', { headers })
  expect(listed.status).toBe(503)
  expect(listed.headers.get('retry-after')).toMatch(/^\d+$/)
  const watched = await api.callBare(`/api/runs/${unknown}/stream?token=${token}`)
  expect(watched.status).toBe(200)
  expect(await watched.text()).toMatch(/^retry: \d+\n\n$/)
  expect(api.lines).toHaveLength(2)
  expect(JSON.stringify(api.lines)).not.toContain(token)
  await server.close()
})

const ask = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

it('the local dev token gives access', async () => {
  const api = createTestApi()
  const response = await api.callBare('/api/dev/token', ask({ sub: 'alice', expires_in: 60 }))
  const body: unknown = await response.json()
  expect(body).toEqual({ token: expect.any(String) })
  const token = typeof body === 'object' && body !== null && 'token' in body ? body.token : ''
  const headers = { authorization: `Bearer ${String(token)}` }
  expect((await api.call('/api/runs', { headers })).status).toBe(200)
})

it.each([{}, { sub: '' }, { sub: 'a', expires_in: 0 }, { sub: 'a', admin: true }, []])(
  'the local dev token refuses %j',
  async (body) => {
    expect((await createTestApi().callBare('/api/dev/token', ask(body))).status).toBe(422)
  },
)

it.each([
  ['in production', { environment: 'production', auth: secretAuth }],
  ['without a secret', { environment: 'local', auth: { kind: 'none' } }],
] as const)('there is no dev token %s, like an unknown path', async (_case, change) => {
  const api = createTestApi(() => change)
  for (const method of ['POST', 'GET', 'OPTIONS', 'PUT']) {
    for (const send of [api.call, api.callBare]) {
      const known = await said(await send('/api/dev/token', { method }))
      expect(known).toEqual(await said(await send('/api/dev/takon', { method })))
    }
  }
})
