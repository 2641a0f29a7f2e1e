import { describe, expect, it } from 'vitest'

import type { RunStub } from '../../src/api/ports.ts'
import type { RetryAnswer } from '../../src/durable/run/run-rpc.ts'
import { createTestApi } from '../support/api.ts'

/** Makes a run whose object gives this answer to a retry. Keeps its calls. */
async function startRun(answer: RetryAnswer) {
  const asked: unknown[] = []
  const retry: RunStub['retry'] = (request) => {
    asked.push(request)
    return Promise.resolve(answer)
  }
  const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), retry }) }))
  const started = await api.post('/api/runs', { pipeline: 'letters', input: { letters: ['a'] } })
  const path = started.headers.get('location') ?? ''
  return { api, asked, run_id: path.split('/').at(-1), path: `${path}/retry` }
}

const retried = { kind: 'retried', round: 2, jobs: 3, groups: 1 } as const
const named = { group: 'a', external_id: '7' }

describe('a retry', () => {
  it.each([
    [{ status: 'failed' }],
    [{ jobs: [named, { group: 'a', external_id: 'https://a.test/8' }] }],
    [{ groups: ['a', 'b'] }],
  ])('RUN-1: is 202 with its round, and only for the caller’s own run: %j', async (choice) => {
    const { api, asked, run_id, path } = await startRun(retried)
    const response = await api.post(path, choice)
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ run_id, round: 2, jobs: 3, groups: 1 })
    const retry_id = expect.stringMatching(/^[0-9a-f]{32}$/)
    expect(asked).toEqual([{ ...choice, owner: 'alice', retry_id }])
  })

  it('is repeated under the same name if its answer was lost, and a new retry has a new name', async () => {
    const names: (string | undefined)[] = []
    const retry: RunStub['retry'] = ({ retry_id }) => {
      names.push(retry_id)
      if (names.length > 1) return Promise.resolve(retried)
      return Promise.reject(Object.assign(new Error('reset'), { retryable: true }))
    }
    const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), retry }) }))
    const path = `/api/runs/${'a'.repeat(32)}/retry`
    for (const _ of [1, 2]) expect((await api.post(path, { status: 'failed' })).status).toBe(202)
    const [first, again, second] = names
    expect(first).toBe(again)
    expect(second).not.toBe(first)
    expect(names).toHaveLength(3)
  })

  it.each([
    [{}, ''],
    [{ status: 'failed', groups: ['a'] }, ''],
    [{ status: 'aborted' }, 'status'],
    [{ jobs: [] }, 'jobs'],
    [{ jobs: [{ group: 'a' }] }, 'jobs.0.external_id'],
    [{ jobs: [{ ...named, attempt: 3 }] }, 'jobs.0.attempt'],
    [{ jobs: Array.from({ length: 10_001 }, () => named) }, 'jobs'],
    [{ groups: [] }, 'groups'],
    [{ groups: ['a', ''] }, 'groups.1'],
    [{ groups: ['a\0'] }, 'groups.0'],
    [{ status: 'failed', owner: 'bob' }, 'owner'],
    [[], ''],
  ])('is 422 with the fault: %#', async (choice, path) => {
    const run = await startRun(retried)
    const response = await run.api.post(run.path, choice)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path }] })
    expect(run.asked).toEqual([])
  })

  it('is 400 without a body, so that nobody retries everything by mistake', async () => {
    const { api, asked, path } = await startRun(retried)
    expect((await api.call(path, { method: 'POST' })).status).toBe(400)
    expect(asked).toEqual([])
  })

  it.each([
    [{ jobs: [named, named, named] }, 'jobs'],
    [{ groups: ['a', 'b', 'c'] }, 'groups'],
  ])('is 422 with the names that the run does not have: %j', async (choice, field) => {
    const { api, path } = await startRun({ kind: 'missing', at: [0, 2] })
    const response = await api.post(path, choice)
    expect(response.status).toBe(422)
    const { errors } = Object(await response.json())
    expect(errors).toEqual([
      { path: `${field}.0`, message: 'is not part of this run' },
      { path: `${field}.2`, message: 'is not part of this run' },
    ])
  })

  it('is 409 if nothing can be retried', async () => {
    const { api, path } = await startRun({ kind: 'nothing' })
    const response = await api.post(path, { status: 'failed' })
    expect(response.status).toBe(409)
    expect(await response.json()).toMatchObject({ type: '/problems/nothing-to-retry' })
  })

  it('is 404 if the caller has no such run', async () => {
    const { api, path } = await startRun({ kind: 'unknown' })
    expect((await api.post(path, { status: 'failed' })).status).toBe(404)
  })
})
