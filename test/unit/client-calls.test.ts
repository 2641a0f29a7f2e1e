import { expect, it } from 'vitest'

import { abortRun, ApiError, startRun } from '../../src/client/client.ts'
import { serve } from '../support/serve.ts'
import { refuse, type Script } from '../support/watch-server.ts'

const input = { companies: ['acme'] }
const token = (refused?: string) => (refused === 'stale' ? 'fresh' : 'stale')

function answering(http: NonNullable<Script['http']>) {
  return serve({ http })
}

it('starts a run, with its key and with another token where the first is refused', async () => {
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

it('ends a run', async () => {
  const receipt = { by: 'alice', at: '2026-01-01T00:00:00Z', seq: 3, in_flight: 1 }
  const server = await answering((_, answer) => void answer.end(JSON.stringify(receipt)))
  expect(await abortRun('a/b', { origin: server.origin, token: 't' })).toEqual(receipt)
  expect(server.asked[0]?.path).toBe('/api/runs/a%2Fb/abort')
})

it('rejects with what was wrong', async () => {
  const server = await answering((_, answer) => refuse(answer, 422))
  const starting = startRun({ pipeline: 'x', input }, { origin: server.origin, token: 't' })
  await expect(starting).rejects.toBeInstanceOf(ApiError)
  await expect(starting).rejects.toMatchObject({
    status: 422,
    message: 'It is not to be.',
    problem: { type: '/problems/x', request_id: 'r' },
  })
})

it('rejects where the answer is of something that stands in between', async () => {
  const server = await answering(
    (_, answer) => void answer.writeHead(502).end('<h1>Bad gateway</h1>'),
  )
  const aborting = abortRun('r', { origin: server.origin, token: 't' })
  await expect(aborting).rejects.toMatchObject({ status: 502, problem: undefined })
})

it('rejects with a second refusal of a token, and with an abort', async () => {
  const server = await answering((_, answer) => refuse(answer, 401))
  const { origin } = server
  await expect(abortRun('r', { origin, token: () => 't' })).rejects.toMatchObject({ status: 401 })
  expect(server.asked).toHaveLength(2)
  const signal = AbortSignal.abort()
  await expect(abortRun('r', { origin, token: 't', signal })).rejects.toThrow('abort')
})
