import { describe, expect, it } from 'vitest'

import { WATCH_TOKEN_MAX_MS } from '../../src/api/auth-config.ts'
import type { RunTokenRpc } from '../../src/durable/owner/tokens/run-token-rpc.ts'
import { Owner } from '../../src/protocol/ids.ts'
import { MatterId } from '../../src/protocol/matter.ts'
import { RunStarted, WatchToken, WatchTokenId } from '../../src/protocol/run.ts'
import { WatchTokenList } from '../../src/protocol/watch-token-list.ts'
import { createTestApi, type TestApi } from '../support/api.ts'
import { tokenOf, watchTokens } from '../support/tokens.ts'

const noKey = () => ({ watch_tokens: { kind: 'none' } }) as const

async function startRun(api: TestApi) {
  const body = { pipeline: 'letters', input: { letters: ['a'] } }
  return RunStarted.parse(await (await api.post('/api/runs', body)).json())
}

/** Makes a run of alice. Returns the path of its tokens. */
async function withRun(api = createTestApi()) {
  const { run_id } = await startRun(api)
  return { api, run_id, path: `/api/runs/${run_id}/watch-tokens` }
}

function read(api: TestApi, run_id: string, token = ''): Promise<Response> {
  return api.callBare(`/api/runs/${run_id}`, { headers: { authorization: `Bearer ${token}` } })
}

/** The seconds from now until a time. */
function secondsUntil(iso = ''): number {
  return (Date.parse(iso) - Date.now()) / 1000
}

function reset(): Promise<never> {
  return Promise.reject(new Error('the object was reset'))
}

describe('the answer to a start', () => {
  it('W-12: has the addresses at which the run is watched, with a token for them', async () => {
    const api = createTestApi()
    const { run_id, watch } = await startRun(api)
    expect(watch).toEqual({
      stream: `/api/runs/${run_id}/stream`,
      socket: `/api/runs/${run_id}/socket`,
      events: `/api/runs/${run_id}/events`,
      token: expect.any(String),
      expires_at: expect.any(String),
    })
    expect((await read(api, run_id, watch.token)).status).toBe(200)
    expect(secondsUntil(watch.expires_at)).toBeGreaterThan(watchTokens.life_ms / 1000 - 60)
    expect(secondsUntil(watch.expires_at)).toBeLessThanOrEqual(watchTokens.life_ms / 1000)
  })

  it('W-12: has no token without a key for watch tokens', async () => {
    const { run_id, watch } = await startRun(createTestApi(noKey))
    expect(watch).toEqual({
      stream: `/api/runs/${run_id}/stream`,
      socket: `/api/runs/${run_id}/socket`,
      events: `/api/runs/${run_id}/events`,
    })
  })
})

describe('a watch token', () => {
  it.each([
    ['an hour, as is set here,', undefined, 3_600],
    ['a minute', { expires_in: 60 }, 60],
    ['30 days', { expires_in: 2_592_000 }, 2_592_000],
  ])('is made for %s: 201 %j', async (_case, body, life) => {
    const { api, run_id, path } = await withRun()
    const response =
      body === undefined ? await api.call(path, { method: 'POST' }) : await api.post(path, body)
    expect(response.status).toBe(201)
    const made = WatchToken.strict().parse(await response.json())
    expect(response.headers.get('location')).toBe(`${path}/${made.token_id}`)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(secondsUntil(made.expires_at)).toBeGreaterThan(life - 30)
    expect(secondsUntil(made.expires_at)).toBeLessThanOrEqual(life)
    expect((await read(api, run_id, made.token)).status).toBe(200)
  })

  it.each([
    [{ expires_in: 59 }, 'expires_in'],
    [{ expires_in: 2_592_001 }, 'expires_in'],
    [{ expires_in: 60.5 }, 'expires_in'],
    [{ expires_in: '60' }, 'expires_in'],
    [{ expires_in: null }, 'expires_in'],
    [{ sub: 'bob' }, 'sub'],
  ])('is refused: 422 %j', async (body, field) => {
    const { api, path } = await withRun()
    const response = await api.post(path, body)
    expect(response.status).toBe(422)
    expect(await response.json()).toMatchObject({ errors: [{ path: field }] })
  })

  it('is not made without a key, and the answer names the setting', async () => {
    const { api, path } = await withRun(createTestApi(noKey))
    const response = await api.post(path, {})
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({
      type: '/problems/not-configured',
      detail: expect.stringContaining('WATCH_SECRET'),
    })
  })

  it('is revoked by its id, at once and for its longest life', async () => {
    const { api, run_id, path } = await withRun()
    const made = WatchToken.parse(await (await api.post(path, {})).json())
    const kept = WatchToken.parse(await (await api.post(path, {})).json())
    for (const time of ['once', 'again']) {
      const response = await api.call(`${path}/${made.token_id}`, { method: 'DELETE' })
      expect([time, response.status, await response.text()]).toEqual([time, 204, ''])
    }
    expect((await read(api, run_id, made.token)).status).toBe(401)
    expect((await read(api, run_id, kept.token)).status).toBe(200)
    expect(api.revoked[0]).toMatchObject({ owner: 'alice', token_id: made.token_id })
    const until = (api.revoked[0]?.until ?? 0) - Date.now()
    expect(until).toBeGreaterThan(WATCH_TOKEN_MAX_MS - 60_000)
    expect(until).toBeLessThanOrEqual(WATCH_TOKEN_MAX_MS)
  })

  it('can be revoked without a key for watch tokens', async () => {
    const { api, path } = await withRun(createTestApi(noKey))
    const response = await api.call(`${path}/${'c'.repeat(32)}`, { method: 'DELETE' })
    expect(response.status).toBe(204)
    expect(api.revoked).toHaveLength(1)
  })

  it.each(['x', 'C'.repeat(32), 'c'.repeat(33), '%00'])(
    'with an impossible id is 404: %s',
    async (name) => {
      const { api, path } = await withRun()
      expect((await api.call(`${path}/${name}`, { method: 'DELETE' })).status).toBe(404)
      expect(api.revoked).toEqual([])
    },
  )

  it('is given and revoked only by the owner', async () => {
    const { api, path } = await withRun()
    const headers = { authorization: `Bearer ${await tokenOf('mallory')}` }
    expect((await api.post(path, {}, headers)).status).toBe(404)
    const gone = await api.call(`${path}/${'c'.repeat(32)}`, { method: 'DELETE', headers })
    expect(gone.status).toBe(404)
    expect(api.revoked).toEqual([])
  })
})

const listed = async (api: TestApi, query = '') =>
  WatchTokenList.parse(await (await api.call(`/api/watch-tokens${query}`)).json())
const idsOf = ({ tokens }: WatchTokenList) => tokens.map(({ token_id }) => token_id)
const make = async (api: TestApi, path: string) =>
  WatchToken.parse(await (await api.post(path, {})).json())

/** The times of tokens that were made in pairs. */
const made = (n: number) => new Date(1_790_000_000_000 + 1_000 * Math.floor(n / 2)).toISOString()
const idOf = (n: number) => WatchTokenId.parse(n.toString(16).padStart(32, '0'))

describe('SHARE-4: the list of watch tokens', () => {
  it('has the tokens of runs, and only those of the caller', async () => {
    const { api, run_id, path } = await withRun()
    const { token_id, expires_at } = await make(api, path)
    expect(await listed(api)).toEqual({
      tokens: [
        { kind: 'run', token_id, run_id, run: null, created_at: expect.any(String), expires_at },
      ],
      next_cursor: null,
    })
    const headers = { authorization: `Bearer ${await tokenOf('mallory')}` }
    const others = await api.call('/api/watch-tokens', { headers })
    expect(await others.json()).toEqual({ tokens: [], next_cursor: null })
  })

  it('loses a token that is revoked for its own run, and no other', async () => {
    const { api, path } = await withRun()
    const other = await startRun(api)
    const { token_id } = await make(api, path)
    const elsewhere = `/api/runs/${other.run_id}/watch-tokens/${token_id}`
    expect((await api.call(elsewhere, { method: 'DELETE' })).status).toBe(204)
    expect(idsOf(await listed(api))).toEqual([token_id])
    expect((await api.call(`${path}/${token_id}`, { method: 'DELETE' })).status).toBe(204)
    expect(idsOf(await listed(api))).toEqual([])
  })

  it('has the tokens of runs and matters in one order, page by page', async () => {
    const until = new Date(Date.now() + 60_000).toISOString()
    const matter_id = MatterId.parse('d'.repeat(32))
    const matters = [0, 3, 4, 7].map((n) => ({
      kind: 'matter' as const,
      matter_id,
      matter: 'Smith',
      token_id: idOf(n),
      created_at: made(n),
      expires_at: until,
    }))
    let runs: RunTokenRpc | undefined
    const api = createTestApi(({ documents, owner }) => {
      runs = owner(Owner.parse('alice'))
      return {
        documents: { ...documents, tokens: { ...documents.tokens, list: async () => matters } },
      }
    })
    const { run_id } = await startRun(api)
    for (const n of [1, 2, 5, 6]) {
      const times = { made: Date.parse(made(n)), until: Date.parse(until) }
      await runs?.keepToken({ run_id, token_id: idOf(n), ...times })
    }
    const newest = [6, 7, 4, 5, 2, 3, 0, 1].map(idOf)
    expect(idsOf(await listed(api))).toEqual(newest)
    for (const limit of [1, 3, 8]) {
      const pages: string[] = []
      let cursor = ''
      do {
        const page = await listed(api, `?limit=${limit}${cursor && `&cursor=${cursor}`}`)
        pages.push(...idsOf(page))
        cursor = page.next_cursor ?? ''
      } while (cursor !== '')
      expect([limit, pages]).toEqual([limit, newest])
    }
    expect((await api.call('/api/watch-tokens?cursor=WzFd')).status).toBe(422)
  })

  it('has a token before its owner has it: none is made while the list is away', async () => {
    const api = createTestApi(({ owner }) => ({
      owner: (name) => ({ ...owner(name), keepToken: () => Promise.reject(overloaded()) }),
    }))
    const { path } = await withRun(api)
    const response = await api.post(path, {})
    expect(response.status).toBe(503)
    expect(await response.json()).toMatchObject({ type: '/problems/unavailable' })
  })
})

function overloaded(): Error {
  return Object.assign(new Error('the object is overloaded'), { overloaded: true })
}

it('a page of a configured origin may revoke a token', async () => {
  const { api, path } = await withRun()
  const response = await api.callBare(`${path}/${'c'.repeat(32)}`, {
    method: 'OPTIONS',
    headers: { origin: 'https://page.test', 'access-control-request-method': 'DELETE' },
  })
  expect(response.headers.get('access-control-allow-methods')).toContain('DELETE')
})

it('no line of the log has a token', async () => {
  const api = createTestApi(({ run }) => ({ run: (id) => ({ ...run(id), revoke: reset }) }))
  const { path } = await withRun(api)
  const { token, token_id } = WatchToken.parse(await (await api.post(path, {})).json())
  const query = `?token=${token}`
  const response = await api.call(`${path}/${token_id}${query}`, { method: 'DELETE' })
  expect(response.status).toBe(500)
  expect(api.lines).toHaveLength(1)
  for (const part of token.split('.')) expect(JSON.stringify(api.lines)).not.toContain(part)
})
