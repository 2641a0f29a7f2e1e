import { describe, expect, it } from 'vitest'

import type { ApiPorts, RunStub } from '../../src/api/ports.ts'
import { createRunIds, readRunIdConfig, type RunIds } from '../../src/api/run-ids.ts'
import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { randomHex } from '../../src/digest.ts'
import { Owner, RunId } from '../../src/protocol/ids.ts'
import { RunStarted } from '../../src/protocol/run.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { RUN_SECRET } from '../support/tokens.ts'

const OTHER_SECRET = 'a fourth secret that only the tests know'

function idsUnder(secrets: readonly string[], unkeyed = false): RunIds {
  return createRunIds({ secrets, unkeyed })
}

const madeUp = () => RunId.parse(randomHex(16))
const start = { owner: Owner.parse('alice'), key: 'k-1' }

describe('a run id', () => {
  it('is new each time, and is accepted as ours', async () => {
    const ids = idsUnder([RUN_SECRET])
    const made = await Promise.all(Array.from({ length: 100 }, () => ids.make()))
    expect(new Set(made).size).toBe(100)
    for (const run_id of made) expect(await ids.isOurs(run_id)).toBe(true)
  })

  it('is refused if a single digit is changed', async () => {
    const ids = idsUnder([RUN_SECRET])
    const run_id = await ids.make()
    for (let at = 0; at < run_id.length; at += 1) {
      const other = run_id[at] === '0' ? '1' : '0'
      const forged = RunId.parse(run_id.slice(0, at) + other + run_id.slice(at + 1))
      expect(await ids.isOurs(forged)).toBe(false)
    }
  })

  it('is refused under another secret, but accepted under a kept one', async () => {
    const run_id = await idsUnder([RUN_SECRET]).make()
    expect(await idsUnder([OTHER_SECRET]).isOurs(run_id)).toBe(false)
    expect(await idsUnder([OTHER_SECRET, RUN_SECRET]).isOurs(run_id)).toBe(true)
  })

  it('of a key depends on the secret and on the whole key', async () => {
    const { run_id } = await idsUnder([RUN_SECRET]).derive(start)
    expect((await idsUnder([RUN_SECRET]).derive(start)).run_id).toBe(run_id)
    expect(await idsUnder([RUN_SECRET]).isOurs(run_id)).toBe(true)
    const others = await Promise.all([
      idsUnder([OTHER_SECRET]).derive(start),
      idsUnder([], true).derive(start),
      idsUnder([RUN_SECRET]).derive({ ...start, owner: Owner.parse('bob') }),
      idsUnder([RUN_SECRET]).derive({ ...start, key: 'k-2' }),
    ])
    expect(new Set([run_id, ...others.map((other) => other.run_id)]).size).toBe(5)
  })
})

it('the log says once if ids are not signed', () => {
  const { lines } = createTestApi(() => ({ run_ids: idsUnder([], true) }))
  expect(lines).toEqual([
    { level: 'warn', message: expect.stringContaining('RUN_SECRET'), fields: {} },
  ])
  expect(createTestApi().lines).toEqual([])
})

describe('RUN_SECRET', () => {
  it.each(
    [
      [undefined, { secrets: [], unkeyed: true }],
      ['', { secrets: [], unkeyed: true }],
      ['unkeyed', { secrets: [], unkeyed: true }],
      [RUN_SECRET, { secrets: [RUN_SECRET], unkeyed: false }],
    ].map(([text, config]) => ({ text, config })),
  )('reads $text', ({ text, config }) => {
    const env = typeof text === 'string' ? { RUN_SECRET: text } : {}
    expect(readRunIdConfig(env)).toEqual(config)
  })

  it('lists the newest secret first, and then those of runs that may go on', () => {
    const [a, b] = ['a'.repeat(32), 'b'.repeat(64)]
    expect(readRunIdConfig({ RUN_SECRET: `${a}, ${b},` })).toEqual({
      secrets: [a, b],
      unkeyed: false,
    })
    expect(readRunIdConfig({ RUN_SECRET: `${a},unkeyed` })).toEqual({ secrets: [a], unkeyed: true })
  })

  it('refuses a secret that could be guessed', () => {
    for (const text of ['short', `${'a'.repeat(32)},short`])
      expect(() => readRunIdConfig({ RUN_SECRET: text })).toThrow('RUN_SECRET')
  })
})

/** An app that signs its ids. Keeps the ids of the objects that it called. */
function strictApi(change: Partial<ApiPorts> = {}): { api: TestApi; asked: string[] } {
  const asked: string[] = []
  const api = createTestApi(({ run }) => ({
    run_ids: idsUnder([RUN_SECRET]),
    run: (run_id) => {
      asked.push(run_id)
      return run(run_id)
    },
    hasRun: () => Promise.resolve(false),
    ...change,
  }))
  return { api, asked }
}

const bodies: Readonly<Record<string, object>> = {
  '/api/runs/:run_id': { name: 'Nightly' },
  '/api/runs/:run_id/expiry': { company: 'acme', apply: true },
  '/api/runs/:run_id/retry': { status: 'failed' },
}

/** A request that a route of a run would answer if the run existed. */
function requestOf({ method, path }: TestApi['routes'][number], run_id: string) {
  const headers = { 'content-type': 'application/json', upgrade: 'websocket' }
  const takesBody = method === 'POST' || method === 'PATCH'
  const body = takesBody ? { body: JSON.stringify(bodies[path] ?? {}) } : {}
  const address = path.replace(':run_id', run_id).replace(':token_id', '0'.repeat(32))
  return { address, init: { method, headers, ...body } }
}

describe('an id that was never issued', () => {
  const { routes } = createTestApi()
  const known = routes.filter(({ method, path }) => method !== 'ALL' && path.includes('/:run_id'))
  const each = [...new Map(known.map((route) => [`${route.method} ${route.path}`, route])).values()]

  it('could be requested on every route of a run', () => {
    expect(each.length).toBeGreaterThanOrEqual(15)
  })

  it.each(each)('RUN-5: asks no object: $method $path', async (route) => {
    const { api, asked } = strictApi()
    for (let n = 0; n < 20; n += 1) {
      const { address, init } = requestOf(route, madeUp())
      expect((await api.call(address, init)).status).toBe(404)
    }
    expect(asked).toEqual([])
  })

  it.each(each)('RUN-5: one that was is asked: $method $path', async (route) => {
    const { api, asked } = strictApi()
    const run_id = await idsUnder([RUN_SECRET]).make()
    const { address, init } = requestOf(route, run_id)
    // Nobody has started the run, so its object answers that there is none.
    expect((await api.call(address, init)).status).toBe(404)
    expect(asked).toContain(run_id)
  })
})

const path = (run_id: string) => `/api/runs/${run_id}`

describe('a run from before the ids were signed', () => {
  it('is found by its owner if Postgres has it', async () => {
    const run_id = madeUp()
    const hasRun: ApiPorts['hasRun'] = (run) =>
      Promise.resolve(run.run_id === run_id && run.owner === 'alice')
    const { api, asked } = strictApi({ hasRun })
    await api.call(path(run_id))
    expect(asked).toContain(run_id)
  })

  it('is requested from its object while Postgres is away', async () => {
    const cause = new Error('refused')
    const away = () => Promise.reject(new DatabaseUnavailable({ cause }))
    const { api, asked } = strictApi({ hasRun: away })
    const run_id = madeUp()
    expect((await api.call(path(run_id))).status).toBe(404)
    expect(asked).toContain(run_id)
  })

  it('is not hidden by another error of Postgres', async () => {
    const { api } = strictApi({ hasRun: () => Promise.reject(new Error('no such table')) })
    expect((await api.call(path(madeUp()))).status).toBe(500)
    expect(api.lines).toHaveLength(1)
  })
})

/** Several deployments over the same runs, one after the other, each with its own secrets. */
function deployments() {
  const stubs = new Map<RunId, RunStub>()
  return (run_ids: RunIds) =>
    createTestApi(({ run }) => ({
      run_ids,
      run: (run_id) => {
        const stub = stubs.get(run_id) ?? run(run_id)
        stubs.set(run_id, stub)
        return stub
      },
    }))
}

describe('a start that is repeated after a change of the secret', () => {
  const body = { pipeline: 'letters', input: { letters: ['a'] } }
  const begin = async (api: TestApi) => {
    const response = await api.post('/api/runs', body, { 'idempotency-key': 'k-1' })
    return RunStarted.parse(await response.json()).run_id
  }
  const unkeyed = idsUnder([], true)
  const first = idsUnder([RUN_SECRET])

  it.each([
    ['the first secret is put', unkeyed, idsUnder([RUN_SECRET], true), true],
    ['the secret is rotated', first, idsUnder([OTHER_SECRET, RUN_SECRET]), true],
    ['the old secret is taken away', first, idsUnder([OTHER_SECRET]), false],
    ['it stays', first, first, true],
  ] as const)('is the same run, or another where nothing tells: %s', async (...given) => {
    const [, before, after, same] = given
    const deploy = deployments()
    const run_id = await begin(deploy(before))
    expect((await begin(deploy(after))) === run_id).toBe(same)
  })

  it('has a new id if nobody had begun the run', async () => {
    const run_id = await begin(deployments()(idsUnder([RUN_SECRET], true)))
    expect(await first.isOurs(run_id)).toBe(true)
  })

  it('calls no object of an earlier id when the earlier secrets are gone', async () => {
    const { api, asked } = strictApi()
    await begin(api)
    expect(new Set(asked).size).toBe(1)
  })
})
