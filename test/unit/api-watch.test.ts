import { describe, expect, it } from 'vitest'

import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

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

  it('names its owner to the object, and passes on no token', async () => {
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
    ['what no header could hold', '?cursor=%F0%9F%92%A5%0d%0aevil:1', {}, null],
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

  it('tells the object when its client goes', async () => {
    const api = createTestApi()
    const client = new AbortController()
    await api.call(`/api/runs/${await startRun(api)}/stream`, { signal: client.signal })
    client.abort()
    expect(api.streams[0]?.signal.aborted).toBe(true)
  })

  it('is for GET alone, and HEAD opens none', async () => {
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

describe('W-6: while the object cannot be reached, a watcher is told to come back', () => {
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

  it('and is not told so when it went away itself', async () => {
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
