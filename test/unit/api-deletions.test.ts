import { describe, expect, it } from 'vitest'

import type { TaskOrder } from '../../src/durable/task/task-rpc.ts'
import { openTask, viewTask } from '../../src/durable/task/task-state.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { TaskView } from '../../src/protocol/task.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf } from '../support/tokens.ts'

const body = { pipeline: 'letters', input: { letters: ['a'] } }
const DELETE = { method: 'DELETE' }

async function started(api: TestApi, headers: HeadersInit = {}) {
  return RunStarted.parse(await (await api.post('/api/runs', body, headers)).json()).run_id
}

async function asMallory(): Promise<RequestInit> {
  return { headers: { authorization: `Bearer ${await tokenOf('mallory')}` } }
}

describe('DEL-1: a deletion', () => {
  it('answers with a receipt, which its owner alone can read', async () => {
    const api = createTestApi()
    const run_id = await started(api)
    const answer = await api.call(`/api/runs/${run_id}`, DELETE)
    const task = TaskView.parse(await answer.json())
    expect([answer.status, task]).toMatchObject([202, { kind: 'delete_run', status: 'working' }])
    const at = answer.headers.get('location') ?? ''
    expect(await (await api.call(at)).json()).toEqual(task)
    expect((await api.call(at, await asMallory())).status).toBe(404)
  })

  it('finds the same task again when it is repeated', async () => {
    const api = createTestApi()
    const run_id = await started(api)
    const ids = await Promise.all(
      [1, 2].map(async () => {
        const answer = await api.call(`/api/runs/${run_id}`, DELETE)
        return TaskView.parse(await answer.json()).task_id
      }),
    )
    expect(new Set(ids).size).toBe(1)
  })

  it('of what does not exist, or of another owner’s, is 404', async () => {
    const api = createTestApi()
    const run_id = await started(api)
    const mallory = await asMallory()
    const nobody = '0'.repeat(32)
    for (const path of [`/api/runs/${run_id}`, `/api/runs/${nobody}`])
      expect((await api.call(path, { ...DELETE, ...mallory })).status).toBe(404)
    for (const path of ['/api/companies/none', `/api/matters/${nobody}`, '/api/matters/x'])
      expect((await api.call(path, DELETE)).status).toBe(404)
  })

  it('of everything has to be confirmed', async () => {
    const api = createTestApi()
    for (const query of ['', '?confirm=', '?confirm=yes']) {
      const answer = await api.call(`/api/owner${query}`, DELETE)
      expect([answer.status, await answer.json()]).toMatchObject([
        422,
        { errors: [{ path: 'confirm', message: 'must be `everything`' }] },
      ])
    }
    expect((await api.call('/api/owner?confirm=everything', DELETE)).status).toBe(202)
  })

  it('is 409 if the task refuses, and says how to mend it', async () => {
    const reason = { code: 'goes_on', message: 'The run goes on. Abort the run.' }
    const refusing = (order: TaskOrder) =>
      Promise.resolve({ ...viewTask(openTask(order, 0)), status: 'refused' as const, reason })
    const api = createTestApi(({ task }) => ({
      task: (id) => ({ ...task(id), begin: refusing }),
    }))
    const answer = await api.call(`/api/runs/${await started(api)}`, DELETE)
    expect([answer.status, await answer.json()]).toMatchObject([
      409,
      { type: '/problems/in-use', detail: reason.message },
    ])
  })
})

describe('DEL-3: a run that was deleted a short while ago', () => {
  it('is 410 on its routes, for its owner', async () => {
    const api = createTestApi(({ run }) => ({
      run: (id) => ({
        ...run(id),
        view: () => Promise.resolve(undefined),
        logs: () => Promise.resolve(undefined),
        abort: () => Promise.resolve({ kind: 'unknown' }),
        retry: () => Promise.resolve({ kind: 'unknown' }),
        rename: () => Promise.resolve({ kind: 'unknown' }),
        revoke: () => Promise.resolve('unknown'),
        fetch: () => Promise.resolve(new Response(null, { status: 404 })),
        admits: ({ owner }) => Promise.resolve(owner === 'alice' ? 'deleted' : 'unknown'),
      }),
    }))
    const path = `/api/runs/${await started(api)}`
    const token = `${path}/watch-tokens/${'0'.repeat(32)}`
    const answers = await Promise.all([
      api.call(path),
      api.call(`${path}/logs`),
      api.call(`${path}/stream`),
      api.call(`${path}/events`),
      api.post(`${path}/abort`, {}),
      api.post(`${path}/retry`, { status: 'failed' }),
      api.send('PATCH', path, { name: 'x' }),
      api.post(`${path}/watch-tokens`, {}),
      api.call(token, DELETE),
    ])
    for (const answer of answers) {
      const problem = { type: '/problems/deleted', detail: 'The run was deleted.' }
      expect([answer.url, answer.status, await answer.json()]).toMatchObject(['', 410, problem])
    }
    expect((await api.call(path, await asMallory())).status).toBe(404)
  })

  it('refuses a start with its key', async () => {
    const api = createTestApi(({ run }) => ({
      run: (id) => ({
        ...run(id),
        create: () => Promise.resolve({ kind: 'key_reused', deleted: true }),
      }),
    }))
    const answer = await api.post('/api/runs', body, { 'idempotency-key': 'k' })
    expect([answer.status, await answer.json()]).toMatchObject([
      410,
      { type: '/problems/deleted', detail: expect.stringContaining('another key') },
    ])
  })
})

describe('BULK-1: an action on many runs', () => {
  it.each([
    [{ filter: {}, action: { kind: 'delete' } }],
    [{ filter: { nothing: 1 }, action: { kind: 'abort' } }],
    [{ filter: { status: 'sleeping' }, action: { kind: 'abort' } }],
    [{ filter: {}, action: { kind: 'label', labels: {} } }],
    [{ filter: {}, action: { kind: 'label', labels: { 'A B': 'x' } } }],
    [{ action: { kind: 'abort' } }],
  ])('refuses %j', async (asked) => {
    expect((await createTestApi().post('/api/runs/bulk', asked)).status).toBe(422)
  })

  it('takes runs that were started before it alone', async () => {
    const orders: TaskOrder[] = []
    const api = createTestApi(({ task }) => ({
      task: (id) => ({
        ...task(id),
        begin: (order) => {
          orders.push(order)
          return task(id).begin(order)
        },
      }),
    }))
    const began = Date.now()
    const filter = { label: 'team:growth', longer_than_s: 5, started_before: '2990-01-01' }
    const answer = await api.post('/api/runs/bulk', { filter, action: { kind: 'abort' } })
    expect(answer.status).toBe(202)
    const [{ work } = {}] = orders
    if (work?.kind !== 'abort_runs') throw new Error('another task was begun')
    const { started_before = '', ...rest } = work.filter
    expect(rest).toEqual({ label: { key: 'team', value: 'growth' }, longer_than_s: 5 })
    expect(Date.parse(started_before)).toBeGreaterThanOrEqual(began)
    expect(Date.parse(started_before)).toBeLessThanOrEqual(Date.now())
  })

  it('with a key is one task, and another body with the key is refused', async () => {
    const api = createTestApi(({ task }) => ({
      task: (id) => ({ ...task(id), begin: () => Promise.resolve('key_reused') }),
    }))
    const asked = { filter: {}, action: { kind: 'abort' } }
    const answer = await api.post('/api/runs/bulk', asked, { 'idempotency-key': 'k' })
    expect([answer.status, await answer.json()]).toMatchObject([
      422,
      { type: '/problems/key-reused' },
    ])
  })
})
