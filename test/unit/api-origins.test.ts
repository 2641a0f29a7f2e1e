import { describe, expect, it } from 'vitest'

import { normalOrigin, readOrigins } from '../../src/api/origins.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const NEAR = [
  'http://localhost:5173',
  'http://127.0.0.1:8080',
  'http://[::1]:3000',
  'https://localhost',
  'http://127.0.0.1',
]

const FAR = [
  'https://evil.test',
  'http://localhost.evil.test',
  'http://evil.test:8787',
  'http://127.0.0.1.evil.test',
  'http://localhost:80@evil.test',
  'http://192.168.0.2:5173',
  'file://',
  'chrome-extension://localhost',
  'null',
  '',
]

const CONFIGURED = 'https://page.test'

const local = () => createTestApi()
const deployed = () => createTestApi(() => ({ environment: 'production' }))

async function startRun(api: TestApi): Promise<string> {
  const response = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  return RunStarted.parse(await response.json()).run_id
}

async function allowed(api: TestApi, origin: string): Promise<string | null> {
  const response = await api.call('/api/runs', { headers: { origin } })
  expect(response.headers.get('vary')).toBe('Origin')
  return response.headers.get('access-control-allow-origin')
}

describe('a page of another origin may read answers', () => {
  it.each([...NEAR, CONFIGURED])('locally at %s', async (origin) => {
    expect(await allowed(local(), origin)).toBe(origin)
  })

  it.each(FAR)('not at %j', async (origin) => {
    expect(await allowed(local(), origin)).toBeNull()
    expect(await allowed(deployed(), origin)).toBeNull()
  })

  it('of a deployment only if the origin was configured', async () => {
    expect(await allowed(deployed(), CONFIGURED)).toBe(CONFIGURED)
    for (const origin of NEAR) expect(await allowed(deployed(), origin)).toBeNull()
  })

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])('by %s', async (method) => {
    const headers = {
      origin: CONFIGURED,
      'access-control-request-method': method,
      'access-control-request-headers':
        'authorization,content-type,idempotency-key,if-none-match,last-event-id',
    }
    for (const path of ['/api/runs', '/api/documents', '/documents/upload', '/api/nothing']) {
      const answer = await deployed().callBare(path, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expect(answer.headers.get('access-control-allow-origin')).toBe(CONFIGURED)
      expect(answer.headers.get('access-control-allow-methods')?.split(',')).toContain(method)
      const known = answer.headers.get('access-control-allow-headers')?.toLowerCase().split(',')
      expect(known).toEqual(
        expect.arrayContaining(headers['access-control-request-headers'].split(',')),
      )
      expect(answer.headers.get('vary')).toContain('Origin')
    }
  })

  it('also if the answer is a problem, or empty', async () => {
    const api = createTestApi(() => ({
      listRuns: () => Promise.reject(new Error('an unexpected error')),
    }))
    const run_id = await startRun(api)
    const headers = { origin: CONFIGURED, 'idempotency-key': 'k', 'content-type': 'text/plain' }
    const post = { method: 'POST', body: '{}' }
    const answers = {
      401: await api.callBare('/api/runs', { headers }),
      403: await api.callBare('/api/dev/token', { ...post, headers }),
      404: await api.call('/api/nothing', { headers }),
      405: await api.call('/api/runs', { method: 'PUT', headers }),
      415: await api.call('/api/runs', { ...post, headers }),
      422: await api.post('/api/runs', {}, { origin: CONFIGURED }),
      426: await api.call(`/api/runs/${run_id}/socket`, { headers }),
      500: await api.call('/api/runs', { headers }),
      304: await api.call(`/api/runs/${run_id}`, { headers: { ...headers, 'if-none-match': '*' } }),
      204: await api.call(`/api/runs/${run_id}/stream`, {
        headers: { ...headers, 'last-event-id': 'e.9' },
      }),
      200: await api.call(`/api/runs/${run_id}/stream`, { headers }),
    }
    for (const [status, answer] of Object.entries(answers)) {
      expect(answer.status).toBe(Number(status))
      expect(answer.headers.get('access-control-allow-origin')).toBe(CONFIGURED)
      expect(answer.headers.get('access-control-expose-headers')).toMatch(
        /ETag,Location,RateLimit,RateLimit-Policy,Retry-After/,
      )
      expect(answer.headers.get('vary')).toBe('Origin')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})

function askToken(headers: Record<string, string>): Promise<Response> {
  return local().callBare('/api/dev/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: '{"sub":"alice"}',
  })
}

describe('the development token', () => {
  it.each(['localhost', 'localhost:8787', '127.0.0.1:8787', '[::1]:8787', 'LOCALHOST:1'])(
    'is given under the name %s',
    async (host) => {
      expect((await askToken({ host })).status).toBe(200)
    },
  )

  it.each(NEAR)('is given to pages of %s', async (origin) => {
    expect((await askToken({ host: '127.0.0.1:8787', origin })).status).toBe(200)
  })

  it.each([
    'evil.test',
    'evil.test:8787',
    'localhost.evil.test',
    '127.0.0.1.evil.test:8787',
    'localhost:8787.evil.test',
    '192.168.0.2:8787',
    '0.0.0.0:8787',
    '',
  ])('is refused under the name %j, which an attacker may have pointed here', async (host) => {
    const answer = await askToken({ host })
    expect(answer.status).toBe(403)
    expect(await answer.json()).toMatchObject({ type: '/problems/foreign-origin' })
  })

  it.each([...FAR, CONFIGURED])('is not given to pages of %j', async (origin) => {
    const answer = await askToken({ host: 'localhost:8787', origin })
    expect(answer.status).toBe(403)
    expect(await answer.text()).not.toContain('ey')
  })
})

/** Returns a problem's type, or the status of any other answer. */
async function open(api: TestApi, headers: Record<string, string>): Promise<number | string> {
  const token = await tokenOf('alice')
  const path = `/api/runs/${await startRun(api)}/socket?token=${token}`
  const answer = await api.callBare(path, { headers: { upgrade: 'websocket', ...headers } })
  return answer.status === 403 ? Problem.parse(await answer.json()).type : answer.status
}

const REFUSED = '/problems/foreign-origin'

describe('a socket', () => {
  it.each([...FAR, 'http://localhost:81', 'https://localhost'])(
    'of a deployment is refused to a page of %j',
    async (origin) => {
      expect(await open(deployed(), { origin })).toBe(REFUSED)
    },
  )

  it.each([{}, { origin: CONFIGURED }, { origin: 'http://localhost' }])(
    'is opened by programs, by pages of its own origin, and by pages of configured origins: %j',
    async (headers) => {
      // The stub of the object opens no socket. It is enough that it was called.
      expect(await open(deployed(), headers)).toBe(200)
      expect(await open(local(), headers)).toBe(200)
    },
  )

  it.each(NEAR)('is opened locally by a page of %s', async (origin) => {
    expect(await open(local(), { origin })).toBe(200)
  })

  it.each(FAR)('is refused locally to a page of %j', async (origin) => {
    expect(await open(local(), { origin })).toBe(REFUSED)
  })
})

describe('CORS_ORIGINS', () => {
  it.each([
    ['https://app.example', 'https://app.example'],
    ['https://App.Example/', 'https://app.example'],
    ['https://app.example:443', 'https://app.example'],
    ['http://app.example:8080', 'http://app.example:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['tauri://localhost/', 'tauri://localhost'],
  ])('%s is read as browsers write it: %s', (text, origin) => {
    expect(normalOrigin(text)).toBe(origin)
  })

  it.each([
    '*',
    'null',
    'app.example',
    'https://',
    'https://*.example',
    'https://app.example/path',
    'https://app.example?x',
    'https://user@app.example',
    'https://app.example, https://b.example',
    'https://app .example',
    'https://app.example:99999',
    'javascript:alert(1)',
  ])('refuses %s, which is no origin', (text) => {
    expect(normalOrigin(text)).toBeUndefined()
    expect(() => readOrigins(['https://app.example', text])).toThrow('CORS_ORIGINS')
  })
})
