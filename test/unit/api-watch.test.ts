import { describe, expect, it } from 'vitest'

import { Problem } from '../../src/protocol/problems.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { inSeconds, signGuest, signToken, tokenOf } from '../support/tokens.ts'

async function startRun(api: TestApi): Promise<string> {
  const body = { pipeline: 'letters', input: { letters: ['a'] } }
  return RunStarted.parse(await (await api.post('/api/runs', body)).json()).run_id
}

describe('a stream', () => {
  it.each(['/api/runs/:id/stream', '/api/ingestion/progress/:id'])(
    '%s passes through unbuffered and uncompressed',
    async (route) => {
      const api = createTestApi()
      const path = route.replace(':id', await startRun(api))
      const response = await api.callBare(`${path}?token=${await tokenOf('alice')}`)
      expect(response.status).toBe(200)
      expect(await response.text()).toBe('event: status\ndata: pending\n\n')
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': 'text/event-stream',
        'cache-control': 'no-cache, no-transform',
        'content-encoding': 'identity',
        'x-accel-buffering': 'no',
        'x-request-id': expect.any(String),
      })
    },
  )

  it('tells the object its owner, and passes no token on', async () => {
    const api = createTestApi()
    const id = await startRun(api)
    const token = await tokenOf('Ælfred & co\n')
    await api.callBare(`/api/runs/${id}/stream?token=${token}`)
    const [request] = api.streams
    expect(request?.headers.get('x-runcast-owner')).toBe(encodeURIComponent('Ælfred & co\n'))
    expect(request?.url).toBe('https://run/stream')
    expect(request?.headers.has('authorization')).toBe(false)
  })

  it.each([
    ['the header', '', { 'last-event-id': 'e.3' }, 'e.3'],
    ['?last_event_id=', '?last_event_id=e.4', {}, 'e.4'],
    ['?cursor=', '?cursor=e.5', {}, 'e.5'],
    ['the header before the query', '?cursor=e.5', { 'last-event-id': 'e.3' }, 'e.3'],
    ['nothing', '', {}, null],
    ['12 KB of nonsense', '', { 'last-event-id': 'x'.repeat(12_288) }, null],
    ['a text that no header may contain', '?cursor=%F0%9F%92%A5%0d%0aevil:1', {}, null],
  ])('W-4: resumes from %s', async (...[, query, headers, cursor]) => {
    const api = createTestApi()
    const path = `/api/runs/${await startRun(api)}/stream${query}`
    expect((await api.call(path, { headers })).status).toBe(200)
    expect(api.streams[0]?.headers.get('last-event-id')).toBe(cursor)
  })

  it('W-4: passes on the 204 that stops an EventSource', async () => {
    const api = createTestApi()
    const path = `/api/runs/${await startRun(api)}/stream`
    const response = await api.call(path, { headers: { 'last-event-id': 'e.9' } })
    expect(response.status).toBe(204)
    expect(response.body).toBeNull()
  })

  it('tells the object when its client leaves', async () => {
    const api = createTestApi()
    const client = new AbortController()
    await api.call(`/api/runs/${await startRun(api)}/stream`, { signal: client.signal })
    client.abort()
    expect(api.streams[0]?.signal.aborted).toBe(true)
  })

  it('exists only for GET, and HEAD opens none', async () => {
    const api = createTestApi()
    const path = `/api/runs/${await startRun(api)}/stream`
    for (const method of ['HEAD', 'POST', 'PUT']) {
      const response = await api.call(path, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('GET')
    }
    expect(api.streams).toHaveLength(0)
  })
})

describe('the query for the object', () => {
  it.each([
    ['stream', '', '/stream'],
    ['stream', '?lean=1', '/stream?lean=1'],
    ['stream', '?with=log', '/stream?log=1'],
    ['stream', '?with=detail,log&lean=1', '/stream?lean=1&detail=1&log=1'],
    ['stream', '?with=else,log,,LOG&lean=yes&wait=5', '/stream?log=1'],
    ['events', '', '/events?wait=0'],
    ['events', '?wait=30&with=log', '/events?log=1&wait=30'],
  ])('EV-4, EV-5, EV-7: of %s%s is %s', async (path, query, asked) => {
    const api = createTestApi()
    await api.call(`/api/runs/${await startRun(api)}/${path}${query}`)
    expect(api.streams.map(({ url }) => url)).toEqual([`https://run${asked}`])
  })

  it.each(['stream', 'socket', 'events'])('W-12: %s names the token it came with', async (path) => {
    const api = createTestApi()
    const run_id = await startRun(api)
    const token = await signGuest(run_id)
    const headers = { upgrade: 'websocket' }
    await api.callBare(`/api/runs/${run_id}/${path}?token=${token}`, { headers })
    const [request] = api.streams
    expect(request?.headers.get('x-runcast-token')).toBe('b'.repeat(32))
    expect(request?.headers.get('x-runcast-owner')).toBe('alice')
    expect(request?.url).not.toContain(token)
  })

  it.each(['stream', 'socket', 'events'])('W-12: %s says when its token ends', async (path) => {
    const api = createTestApi()
    const run_id = await startRun(api)
    const headers = { upgrade: 'websocket' }
    const exp = inSeconds(60)
    for (const token of [
      await signGuest(run_id, { claims: { exp } }),
      await signToken({ claims: { exp } }),
    ])
      await api.callBare(`/api/runs/${run_id}/${path}?token=${token}`, { headers })
    const untils = api.streams.map((request) => request.headers.get('x-runcast-until'))
    expect(untils).toEqual([`${exp * 1_000 + 2_000}`, `${exp * 1_000 + 2_000}`])
  })
})

/** An API whose runs' objects answer watchers with this function. */
function answering(fetch: (request: Request) => Promise<Response>): TestApi {
  return createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), fetch }) }))
}

describe('polling', () => {
  const body = '{"cursor":"e.7","events":[],"done":false}'
  const given = () => Promise.resolve(new Response(body, { headers: { etag: '"e.7"' } }))

  it('passes on the answer, which only its caller may store', async () => {
    const api = answering(given)
    const response = await api.call(`/api/runs/${await startRun(api)}/events`)
    expect(response.status).toBe(200)
    expect(await response.text()).toBe(body)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'cache-control': 'private, no-cache',
      etag: '"e.7"',
    })
  })

  it.each([
    ['"e.7"', 304],
    ['W/"e.7"', 304],
    ['"e.6", "e.7"', 304],
    ['"e.6"', 200],
    ['e.7', 200],
  ])('W-5: answers If-None-Match %s with %i', async (tag, status) => {
    const api = answering(given)
    const path = `/api/runs/${await startRun(api)}/events?cursor=e.7`
    const response = await api.call(path, { headers: { 'if-none-match': tag } })
    expect(response.status).toBe(status)
    expect(await response.text()).toBe(status === 304 ? '' : body)
    expect(response.headers.get('etag')).toBe('"e.7"')
    expect(response.headers.get('cache-control')).toBe('private, no-cache')
  })

  it.each(['31', '-1', '1.5', 'soon', '', '030', ' 1'])(
    'refuses a wait of "%s" seconds, and names the field',
    async (wait) => {
      const api = createTestApi()
      const path = `/api/runs/${await startRun(api)}/events?wait=${encodeURIComponent(wait)}`
      const response = await api.call(path)
      expect(response.status).toBe(422)
      expect(Problem.parse(await response.json()).errors).toMatchObject([{ path: 'wait' }])
      expect(api.streams).toEqual([])
    },
  )

  it('W-7: tells the object when its client leaves', async () => {
    const api = createTestApi()
    const client = new AbortController()
    await api.call(`/api/runs/${await startRun(api)}/events?wait=9`, { signal: client.signal })
    client.abort()
    expect(api.streams[0]?.signal.aborted).toBe(true)
  })
})

describe('a socket', () => {
  it('W-5: is requested with an upgrade, and with a cursor only if it is usable', async () => {
    const api = createTestApi()
    const path = `/api/runs/${await startRun(api)}/socket?lean=1&cursor=e.3`
    await api.call(path, { headers: { upgrade: 'WebSocket', 'last-event-id': 'nonsense' } })
    await api.call(path, { headers: { upgrade: 'WebSocket' } })
    expect(api.streams.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, 'e.3'])
    expect(api.streams[0]?.headers.get('upgrade')).toBe('websocket')
    expect(api.streams[0]?.url).toBe('https://run/socket?lean=1')
  })

  it('answers 426 to a request without an upgrade, if the caller may watch', async () => {
    const api = createTestApi()
    const path = `/api/runs/${await startRun(api)}/socket`
    expect((await api.callBare(path)).status).toBe(401)
    const response = await api.call(path)
    expect(response.status).toBe(426)
    expect(response.headers.get('upgrade')).toBe('websocket')
    expect(Problem.parse(await response.json()).type).toBe('/problems/upgrade-required')
    expect(api.streams).toEqual([])
  })
})

const archived = () => Promise.resolve(new Response(null, { status: 410 }))

const refuse = () => {
  const headers = { 'x-runcast-refused': 'expired' }
  return Promise.resolve(new Response(null, { status: 401, headers }))
}

it.each([
  ['object', 'stream'],
  ['object', 'socket'],
  ['object', 'events'],
  ['archive', 'stream'],
  ['archive', 'events'],
])(
  'W-12: a token that expires on its way to the %s gets an answer that says so: %s',
  async (where, path) => {
    const fetch = where === 'object' ? refuse : archived
    const api = createTestApi(({ run }) => ({
      run: (id) => ({ ...run(id), fetch }),
      archivedRun: (id) => ({ ...run(id), fetch: refuse }),
    }))
    const asked = { headers: { upgrade: 'websocket' } }
    const response = await api.call(`/api/runs/${await startRun(api)}/${path}`, asked)
    expect(response.status).toBe(401)
    expect(Problem.parse(await response.json()).type).toBe('/problems/token-expired')
  },
)

describe.each(['events', 'socket'])('%s answers a problem', (path) => {
  const headers = { upgrade: 'websocket' }

  it.each([
    [404, 404, 'not-found'],
    [401, 401, 'unauthorized'],
    [503, 503, 'unavailable'],
  ])('if the object answers %i', async (...[answered, status, code]) => {
    const api = answering(() => Promise.resolve(new Response('no', { status: answered })))
    const response = await api.call(`/api/runs/${await startRun(api)}/${path}`, { headers })
    expect(response.status).toBe(status)
    expect(Problem.parse(await response.json()).type).toBe(`/problems/${code}`)
    expect(response.headers.has('retry-after')).toBe(status === 503)
  })

  it('if the object cannot be reached', async () => {
    const error = Object.assign(new Error('no'), { overloaded: true })
    const api = answering(() => Promise.reject(error))
    const response = await api.call(`/api/runs/${await startRun(api)}/${path}`, { headers })
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('2')
    expect(api.lines).toHaveLength(1)
  })

  it('for another owner, and for a missing run', async () => {
    const api = createTestApi()
    const run_id = await startRun(api)
    const bob = { ...headers, authorization: `Bearer ${await tokenOf('bob')}` }
    expect((await api.call(`/api/runs/${run_id}/${path}`, { headers: bob })).status).toBe(404)
    expect((await api.call(`/api/runs/nothing/${path}`, { headers })).status).toBe(404)
  })

  it('for another method than GET', async () => {
    const api = createTestApi()
    const response = await api.call(`/api/runs/${await startRun(api)}/${path}`, { method: 'PUT' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
  })
})

it('W-12: a stream with a revoked token is 401, which is final', async () => {
  const api = answering(() => Promise.resolve(new Response(null, { status: 401 })))
  const response = await api.call(`/api/runs/${await startRun(api)}/stream`)
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('invalid_token')
})

describe('W-6: a watcher is told to come back while the object cannot be reached', () => {
  const failures: [string, () => Promise<Response>][] = [
    ['throws', () => Promise.reject(new Error('the object was reset'))],
    ['is overloaded', () => Promise.reject(Object.assign(new Error('no'), { overloaded: true }))],
    ['answers an error', () => Promise.resolve(new Response('no', { status: 503 }))],
  ]

  it.each(failures)('when it %s', async (_case, fetch) => {
    const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), fetch }) }))
    const path = `/api/runs/${await startRun(api)}/stream`
    const waits = new Set<number>()
    for (let at = 0; at < 20; at += 1) {
      const response = await api.call(path)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      const retry = /^retry: (\d+)\n\n$/.exec(await response.text())?.[1]
      waits.add(Number(retry))
    }
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000)
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_000)
    expect(waits.size).toBeGreaterThan(1)
    expect(api.lines).toHaveLength(20)
  })

  it('but not if the watcher has left', async () => {
    const client = new AbortController()
    const api = createTestApi(({ run }) => ({
      run: (id) => ({
        ...run(id),
        fetch: () => {
          client.abort()
          return Promise.reject(new Error('the client is gone'))
        },
      }),
    }))
    await api.call(`/api/runs/${await startRun(api)}/stream`, { signal: client.signal })
    expect(api.lines).toEqual([])
  })
})
