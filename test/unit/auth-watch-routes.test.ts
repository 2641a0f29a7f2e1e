import { beforeAll, describe, expect, it } from 'vitest'

import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { inSeconds, SECRET, signGuest, signToken, tokenOf } from '../support/tokens.ts'

const unknown = '0'.repeat(32)
const token_id = 'b'.repeat(32)

const socket = '/api/runs/:run_id/socket'

/** The routes on which a token may be in the query. */
const watching = [
  '/api/runs/:run_id/stream',
  '/api/ingestion/progress/:run_id',
  '/api/runs/:run_id/events',
  socket,
]

/** Every route that a watch token can read, by GET. */
const readable = [
  '/api/runs/:run_id',
  '/api/runs/:run_id/jobs',
  '/api/runs/:run_id/jobs/:group/:external_id',
  '/api/runs/:run_id/logs',
  '/api/ingestion/logs/:run_id',
  ...watching,
]

/** The status of a route with access. The route of sockets answers 426 to a request without an upgrade. */
function opened(route: string): number {
  return route === socket ? 426 : 200
}

async function startRun(api: TestApi, owner = 'alice'): Promise<string> {
  const headers = { authorization: `Bearer ${await tokenOf(owner)}` }
  const body = { pipeline: 'letters', input: { letters: ['a'] } }
  return RunStarted.parse(await (await api.post('/api/runs', body, headers)).json()).run_id
}

function pathOf(route: string, run_id: string): string {
  return route.replace(':run_id', run_id).replace(':token_id', token_id).replace(/:\w+/g, 'x')
}

function bearer(token: string): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}

/** An answer without the field that differs between requests. */
async function said(response: Response): Promise<string> {
  const text = await response.text()
  return `${response.status} ${text.replace(/"request_id":"[^"]*"/, '')}`
}

function away(): Promise<never> {
  return Promise.reject(Object.assign(new Error('away'), { overloaded: true }))
}

describe.each(readable)('W-12: GET %s', (route) => {
  it('is open with a watch token of the run, and checks its revocation once', async () => {
    const asked: unknown[] = []
    const api = createTestApi(({ run }) => ({
      run: (id) => ({
        ...run(id),
        admits: (request) => {
          asked.push([id, request])
          return run(id).admits(request)
        },
      }),
    }))
    const id = await startRun(api)
    const path = pathOf(route, id)
    const response = await api.callBare(path, bearer(await signGuest(id)))
    expect(response.status).toBe(opened(route))
    expect(asked).toEqual([[id, { owner: 'alice', token_id }]])
    const theirs = await said(await api.callBare(path, bearer(await tokenOf('alice'))))
    expect(await said(response)).toBe(theirs)
    expect(asked).toHaveLength(1)
    const named = api.streams.map(({ headers }) => headers.get('x-runcast-token'))
    expect(named).toEqual(watching.includes(route) && route !== socket ? [token_id, null] : [])
  })

  it('of any other run is 404, like a missing run', async () => {
    const api = createTestApi()
    const token = await signGuest(await startRun(api))
    const none = await said(await api.call(`/api/runs/${unknown}`))
    expect(none).toMatch(/^404 /)
    const others = [await startRun(api), await startRun(api, 'bob'), unknown, 'nonsense']
    for (const other of others) {
      const response = await api.callBare(pathOf(route, other), bearer(token))
      expect(await said(response)).toBe(none)
    }
    expect(api.streams).toHaveLength(0)
  })

  it('of a run that its owner does not have any more is the same 404', async () => {
    const api = createTestApi()
    const none = await said(await api.call(`/api/runs/${unknown}`))
    const token = await signGuest(unknown)
    expect(await said(await api.callBare(pathOf(route, unknown), bearer(token)))).toBe(none)
    const bobs = await startRun(api, 'bob')
    const wrong = await signGuest(bobs)
    expect(await said(await api.callBare(pathOf(route, bobs), bearer(wrong)))).toBe(none)
  })

  it.each([
    ['revoked', {}, /revoked/],
    ['expired', { claims: { exp: inSeconds(-1) } }, /expired/, 'token-expired'],
    ['signed with the key of owners', { key: new TextEncoder().encode(SECRET) }, /signature/],
  ])(
    'is a final 401 with a watch token that is %s',
    async (...[, signing, detail, code = 'unauthorized']) => {
      const api = createTestApi()
      const id = await startRun(api)
      await api.call(`/api/runs/${id}/watch-tokens/${token_id}`, { method: 'DELETE' })
      const token = await signGuest(id, signing)
      const response = await api.callBare(pathOf(route, id), bearer(token))
      expect(response.status).toBe(401)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(response.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
      const type = `/problems/${code}`
      expect(await response.json()).toMatchObject({ type, detail: expect.stringMatching(detail) })
      expect(api.streams).toHaveLength(0)
    },
  )

  it('stays open to other tokens when one is revoked', async () => {
    const api = createTestApi()
    const id = await startRun(api)
    await api.call(`/api/runs/${id}/watch-tokens/${token_id}`, { method: 'DELETE' })
    const other = await signGuest(id, { claims: { jti: 'c'.repeat(32) } })
    expect((await api.callBare(pathOf(route, id), bearer(other))).status).toBe(opened(route))
  })

  it('takes the token in the query only for an EventSource or a socket', async () => {
    const api = createTestApi()
    const id = await startRun(api)
    const response = await api.callBare(`${pathOf(route, id)}?token=${await signGuest(id)}`)
    expect(response.status).toBe(watching.includes(route) ? opened(route) : 401)
  })
})

const open = ['/api/health', '/api/openapi.json', '/api/docs', '/api/dev/token']
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const { routes } = createTestApi()
const paths = [...new Set(routes.map(({ path }) => path))]
const gets = new Set(routes.filter(({ method }) => method === 'GET').map(({ path }) => path))
const closed = [...paths.filter((path) => path !== '/*'), '/api', '/api/nothing', '/anything']
  .filter((path) => !open.includes(path))
  .flatMap((path) => methods.map((method) => ({ method, path })))
  .filter(({ method, path }) => method !== 'GET' || !(readable.includes(path) || isReadAsRun(path)))

/** A GET of `/api/runs/pause` asks for a run of that name, and is answered 404 as for any run that no watch token is for. */
function isReadAsRun(path: string): boolean {
  return /^\/api\/runs\/\w+$/.test(path) && !gets.has(path)
}

describe('W-12: a watch token only reads its run', () => {
  // Refusals change nothing, so that one app gives all of them.
  const api = createTestApi()
  let id: string

  beforeAll(async () => {
    id = await startRun(api)
  })

  it.each(closed)('401: $method $path', async ({ method, path }) => {
    const response = await api.callBare(pathOf(path, id), {
      method,
      ...bearer(await signGuest(id)),
    })
    expect(response.status).toBe(401)
    const { detail } = Object(await response.json())
    expect(detail).toBe(
      'A watch token reads only its own run. Everything else needs a token of the owner.',
    )
    expect(api.runs.size).toBe(1)
    expect(api.revoked).toEqual([])
  })

  it('on every route that exists', () => {
    expect(closed.length).toBeGreaterThan(90)
    expect(paths).toEqual(expect.arrayContaining(readable))
  })
})

it.each(['W-6 a watcher', 'a reader'])(
  '%s: a token stays valid while its object is away',
  async (who) => {
    const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), admits: away }) }))
    const id = await startRun(api)
    const token = await signGuest(id)
    const path = who === 'a reader' ? `/api/runs/${id}` : `/api/runs/${id}/stream`
    const response = await api.callBare(path, bearer(token))
    expect(response.status).toBe(who === 'a reader' ? 503 : 200)
    expect(await response.text()).toMatch(who === 'a reader' ? /unavailable/ : /^retry: \d+\n\n$/)
    expect(api.lines).toHaveLength(1)
    expect(JSON.stringify(api.lines)).not.toContain(token)
  },
)

it('without a key for watch tokens no watch token is accepted, and owners have access as always', async () => {
  const api = createTestApi(() => ({ watch_tokens: { kind: 'none' } }))
  const id = await startRun(api)
  for (const route of readable) {
    const path = pathOf(route, id)
    expect((await api.callBare(path, bearer(await signGuest(id)))).status).toBe(401)
    expect((await api.callBare(path, bearer(await signToken()))).status).toBe(opened(route))
  }
})
