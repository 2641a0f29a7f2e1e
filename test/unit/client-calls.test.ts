import { expect, it, onTestFinished, vi } from 'vitest'

import { abortRun, ApiError, startRun, watchRun } from '../../src/client/client.ts'
import { serve } from '../support/serve.ts'
import { refuse, type Script } from '../support/watch-server.ts'

const input = { companies: ['acme'] }
const token = (refused?: string) => (refused === 'stale' ? 'fresh' : 'stale')

function answering(http: NonNullable<Script['http']>) {
  return serve({ http })
}

it('starts a run with its key, and with another token if the server refuses the first', async () => {
  const started = { run_id: 'r', status: 'pending' }
  const server = await answering((asked, answer) => {
    if (asked.token === 'stale') refuse(answer, 401)
    else answer.writeHead(202).end(JSON.stringify(started))
  })
  const start = { pipeline: 'ingestion', input, idempotency_key: 'k' }
  expect(await startRun(start, { origin: server.origin, token })).toEqual(started)
  expect(server.asked.map((one) => one.token)).toEqual(['stale', 'fresh'])
  const [, last] = server.asked
  expect([last?.method, last?.path]).toEqual(['POST', '/api/runs'])
  expect(last?.headers['idempotency-key']).toBe('k')
  expect(JSON.parse(last?.body ?? '')).toEqual({ pipeline: 'ingestion', input })
})

it('aborts a run', async () => {
  const receipt = { by: 'alice', at: '2026-01-01T00:00:00Z', seq: 3, in_flight: 1 }
  const server = await answering((_, answer) => void answer.end(JSON.stringify(receipt)))
  expect(await abortRun('a/b', { origin: server.origin, token: 't' })).toEqual(receipt)
  expect(server.asked[0]?.path).toBe('/api/runs/a%2Fb/abort')
})

it('rejects with the problem that the API answered', async () => {
  const server = await answering((_, answer) => refuse(answer, 422))
  const starting = startRun({ pipeline: 'x', input }, { origin: server.origin, token: 't' })
  await expect(starting).rejects.toBeInstanceOf(ApiError)
  await expect(starting).rejects.toMatchObject({
    status: 422,
    message: 'It is not to be.',
    problem: { type: '/problems/x', request_id: 'r' },
  })
})

it('rejects with the status when a proxy answers instead of the API', async () => {
  const server = await answering(
    (_, answer) => void answer.writeHead(502).end('<h1>Bad gateway</h1>'),
  )
  const aborting = abortRun('r', { origin: server.origin, token: 't' })
  await expect(aborting).rejects.toMatchObject({ status: 502, problem: undefined })
})

it('rejects when a second token is refused, and when its signal is aborted', async () => {
  const server = await answering((_, answer) => refuse(answer, 401))
  const { origin } = server
  await expect(abortRun('r', { origin, token: () => 't' })).rejects.toMatchObject({ status: 401 })
  expect(server.asked).toHaveLength(2)
  const signal = AbortSignal.abort()
  await expect(abortRun('r', { origin, token: 't', signal })).rejects.toThrow('abort')
})

it('names the address that could not be reached, and keeps the reason as the cause', async () => {
  const origin = 'http://127.0.0.1:1'
  const aborting = abortRun('r', { origin, token: 't' })
  await expect(aborting).rejects.toThrow(`Could not reach ${origin}`)
  await expect(aborting).rejects.toMatchObject({ cause: { message: 'fetch failed' } })
  const own = abortRun('r', { origin, token: 't', fetch: () => Promise.reject(new Error('mine')) })
  await expect(own).rejects.toThrow('mine')
})

it('says that CORS may keep a page of another origin out', async () => {
  vi.stubGlobal('location', { origin: 'http://elsewhere.test' })
  onTestFinished(() => void vi.unstubAllGlobals())
  await expect(abortRun('r', { origin: 'http://127.0.0.1:1', token: 't' })).rejects.toThrow(
    'or it does not let pages of http://elsewhere.test read its answers (CORS)',
  )
  vi.stubGlobal('location', { origin: 'http://127.0.0.1:1' })
  const own = abortRun('r', { token: 't' })
  await expect(own).rejects.toThrow(/^Could not reach http:\/\/127\.0\.0\.1:1$/)
})

it('says when the server that answered is not the API', async () => {
  const server = await answering((_, answer) => void answer.end('<!doctype html>'))
  const starting = startRun({ pipeline: 'x', input }, { origin: server.origin, token: 't' })
  await expect(starting).rejects.toThrow(
    `${server.origin}/api/runs answered, but not with JSON: is the API there?`,
  )
})

it('requires `origin` outside of a page', async () => {
  await expect(abortRun('r', { token: 't' })).rejects.toThrow('Pass `origin`')
  expect(() => watchRun('r', { token: 't' })).toThrow('Pass `origin`')
})
