import { describe, expect, it } from 'vitest'

import type { ApiPorts, RunReads, RunStub, Watchable } from '../../src/api/ports.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { RunRemoved } from '../../src/db/removed-run.ts'
import type { RunView } from '../../src/protocol/run.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const nowhere = async () => undefined

/** An object whose run is archived: all its calls find no run, except that it tells of the tombstone. */
function buried(stub: RunStub): RunStub {
  return {
    ...stub,
    view: nowhere,
    jobs: nowhere,
    logs: nowhere,
    retry: async () => ({ kind: 'nothing', archived: true }),
    async fetch(request) {
      const answer = await stub.fetch(request)
      return answer.status < 300 ? new Response(null, { status: 410 }) : answer
    },
  }
}

/** Makes an API with an archived run. `kept` is called with each query of Postgres. */
async function archivedApi(kept: (asked: string) => void = () => {}) {
  const asked: string[] = []
  const ask = (what: string): void => {
    asked.push(what)
    kept(what)
  }
  const archived = (run: RunStub): RunReads & Watchable => ({
    async view(query): Promise<RunView | undefined> {
      ask('view')
      return run.view(query)
    },
    async inputs(query) {
      ask('inputs')
      return run.inputs(query)
    },
    async jobs(query) {
      ask('jobs')
      return run.jobs(query)
    },
    async job(query) {
      ask('job')
      return run.job(query)
    },
    async logs(query) {
      ask('logs')
      return run.logs(query)
    },
    async fetch(request) {
      ask(new URL(request.url).pathname + new URL(request.url).search)
      return run.fetch(request)
    },
  })
  const change = ({ run }: ApiPorts): Partial<ApiPorts> => ({
    run: (run_id) => buried(run(run_id)),
    archivedRun: (run_id) => archived(run(run_id)),
  })
  const api = createTestApi(change)
  const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  const { run_id } = RunStarted.parse(await started.json())
  return { api, asked, path: `/api/runs/${run_id}` }
}

function away(): never {
  throw new DatabaseUnavailable({ cause: new Error('refused') })
}

describe('an archived run', () => {
  it('is read from Postgres when its object has only a tombstone', async () => {
    const { api, asked, path } = await archivedApi()
    const view = await api.call(path)
    expect([view.status, view.headers.get('etag')]).toEqual([200, '"e.1"'])
    const headers = { 'if-none-match': '"e.1"' }
    expect((await api.call(path, { headers })).status).toBe(304)
    expect(await (await api.call(`${path}/jobs`)).json()).toEqual({ jobs: [], next_cursor: null })
    expect((await api.call(`${path}/jobs?cursor=x`)).status).toBe(422)
    expect(await (await api.call(`${path}/logs`)).json()).toEqual({ lines: [], next_after: null })
    expect(asked).toEqual(['view', 'view', 'jobs', 'jobs', 'logs'])
    expect((await api.call(`${path}/expiry`)).status).toBe(200)
    expect(asked).toHaveLength(5)
  })

  it('W-5: is watched from Postgres, with the query that its object would get', async () => {
    const { api, asked, path } = await archivedApi()
    const stream = await api.call(`${path}/stream?lean=1&with=log`)
    expect(await stream.text()).toBe('event: status\ndata: pending\n\n')
    expect(stream.headers.get('content-encoding')).toBe('identity')
    const poll = await api.call(`${path}/events?wait=3&with=detail`)
    expect([poll.status, poll.headers.get('etag')]).toEqual([200, '"e.1"'])
    const over = { headers: { 'last-event-id': 'e.9' } }
    expect((await api.call(`${path}/stream`, over)).status).toBe(204)
    await api.call(`${path}/socket`, { headers: { upgrade: 'websocket' } })
    const paths = ['/stream?lean=1&log=1', '/events?detail=1&wait=3', '/stream', '/socket']
    expect(asked).toEqual(paths)
  })

  it('is a 404 for anybody else, without a query of Postgres', async () => {
    const { api, asked, path } = await archivedApi()
    const headers = { authorization: `Bearer ${await tokenOf('mallory')}` }
    for (const end of ['', '/jobs', '/logs', '/events', '/stream', '/expiry'])
      expect((await api.call(`${path}${end}`, { headers })).status).toBe(404)
    expect(asked).toEqual([])
  })

  it('RUN-1: cannot be retried', async () => {
    const { api, path } = await archivedApi()
    const response = await api.post(`${path}/retry`, { status: 'failed' })
    expect([response.status, await response.json()]).toMatchObject([
      409,
      { type: '/problems/archived' },
    ])
  })

  it('W-6: is 503 while Postgres is away, and a stream is told to come back', async () => {
    const { api, path } = await archivedApi(away)
    for (const end of ['', '/jobs', '/logs', '/events'])
      expect((await api.call(`${path}${end}`)).status).toBe(503)
    const stream = await api.call(`${path}/stream`)
    expect([stream.status, await stream.text()]).toEqual([
      200,
      expect.stringMatching(/^retry: \d+\n\n$/),
    ])
  })

  it('RUN-6: says when its jobs and its log were removed', async () => {
    const removed_at = '2026-11-29T10:00:00.000Z'
    const { api, path } = await archivedApi((asked) => {
      if (asked !== 'view') throw new RunRemoved(removed_at)
    })
    expect((await api.call(path)).status).toBe(200)
    for (const end of ['/jobs', '/jobs/a/1', '/logs', '/events', '/stream']) {
      const response = await api.call(`${path}${end}`)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        410,
        'application/problem+json',
      ])
      expect(await response.json()).toMatchObject({
        type: '/problems/removed',
        detail: expect.stringContaining('2026-11-29'),
        removed_at,
      })
    }
  })
})
