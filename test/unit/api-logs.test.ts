import { expect, it } from 'vitest'

import type { RunStub } from '../../src/api/ports.ts'
import { createTestApi } from '../support/api.ts'

const line = {
  seq: 8,
  ts: '2026-01-02T03:04:05.678Z',
  level: 'warn',
  message: 'The board answered 503.',
  group: 'acme',
} as const

/** Makes a run with lines in its log. Keeps the queries. */
async function startWithLogs() {
  const asked: unknown[] = []
  const logs: RunStub['logs'] = (query) => {
    asked.push(query)
    return Promise.resolve({ lines: [line], next_after: 8 })
  }
  const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), logs }) }))
  const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  return { api, asked, path: `${started.headers.get('location') ?? ''}/logs` }
}

it('EV-7: a run’s log comes in pages of 200 lines, or of the requested size', async () => {
  const { api, asked, path } = await startWithLogs()
  const response = await api.call(path)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ lines: [line], next_after: 8 })
  await api.call(`${path}?after=17&limit=1000`)
  expect(asked).toEqual([
    { owner: 'alice', after: 0, limit: 200 },
    { owner: 'alice', after: 17, limit: 1_000 },
  ])
})

it('the route of the earlier system answers the same', async () => {
  const { api, asked, path } = await startWithLogs()
  const [run_id] = /[0-9a-f]{32}/.exec(path) ?? []
  const response = await api.call(`/api/ingestion/logs/${run_id}?after=3&limit=5`)
  expect(await response.json()).toEqual({ lines: [line], next_after: 8 })
  expect(asked).toEqual([{ owner: 'alice', after: 3, limit: 5 }])
})

it.each([
  ['after=-1', 'after'],
  ['after=', 'after'],
  ['after=1.5', 'after'],
  ['after=9999999999999999', 'after'],
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
])('422 names the fault: %s', async (query, field) => {
  const { api, path } = await startWithLogs()
  const response = await api.call(`${path}?${query}`)
  expect(response.status).toBe(422)
  expect(await response.json()).toMatchObject({ errors: [{ path: field }] })
})
