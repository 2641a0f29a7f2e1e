import { describe, expect, it } from 'vitest'

import { WatchToken } from '../../../src/protocol/run.ts'
import { clientOf, send, startRun } from '../api-client.ts'

/** Makes a run of alice, with a second watch token in addition to the one of the start. */
async function sharedRun() {
  const alice = await clientOf('alice')
  const { run_id, watch } = await startRun(alice)
  const base = `/api/runs/${run_id}`
  const response = await alice.post(`${base}/watch-tokens`, { expires_in: 60 })
  expect(response.status).toBe(201)
  return { alice, run_id, watch, base, made: WatchToken.parse(await response.json()) }
}

function as(token = ''): RequestInit {
  return { headers: { authorization: `Bearer ${token}` } }
}

describe('W-12: a watch token through the Worker', () => {
  it('comes with the start and on request, and each token reads only its run', async () => {
    const { alice, run_id, base, watch, made } = await sharedRun()
    const other = await startRun(alice)
    for (const token of [watch.token, made.token]) {
      for (const path of [base, `${base}/jobs`, `${base}/logs`, `/api/ingestion/logs/${run_id}`])
        expect((await send(path, as(token))).status).toBe(200)
      expect((await send(`/api/runs/${other.run_id}`, as(token))).status).toBe(404)
      expect((await send(`${base}/abort`, { method: 'POST', ...as(token) })).status).toBe(401)
      expect((await send('/api/runs', as(token))).status).toBe(401)
      const tokens = `${base}/watch-tokens`
      expect((await send(tokens, { method: 'POST', ...as(token) })).status).toBe(401)
    }
    expect(watch).toMatchObject({ socket: `${base}/socket`, events: `${base}/events` })
    for (const id of [run_id, other.run_id]) await alice.post(`/api/runs/${id}/abort`)
  })

  it.each(['/api/runs/:id/stream', '/api/ingestion/progress/:id'])(
    'opens %s in the query, which gets 401 after the token is revoked',
    async (route) => {
      const { alice, run_id, base, watch, made } = await sharedRun()
      await alice.post(`${base}/abort`)
      const path = route.replace(':id', run_id)
      const whole = await (await send(`${path}?token=${made.token}`)).text()
      expect(whole).toMatch(/event: status\ndata: aborted\nid: \S+\n\n$/)
      const remove = { method: 'DELETE', ...as(alice.token) }
      expect((await send(`${base}/watch-tokens/${made.token_id}`, remove)).status).toBe(204)
      expect((await send(`${base}/watch-tokens/${made.token_id}`, remove)).status).toBe(204)
      const refused = await send(`${path}?token=${made.token}`)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('content-type')).toBe('application/problem+json')
      expect((await send(base, as(made.token))).status).toBe(401)
      expect((await send(base, as(watch.token))).status).toBe(200)
    },
  )

  it('SHARE-4: is made and revoked without Postgres, and the list says that Postgres is away', async () => {
    const { alice, base, made } = await sharedRun()
    const list = await alice.get('/api/watch-tokens')
    expect(list.status).toBe(503)
    expect(await list.json()).toMatchObject({ type: '/problems/unavailable' })
    const remove = { method: 'DELETE', ...as(alice.token) }
    expect((await send(`${base}/watch-tokens/${made.token_id}`, remove)).status).toBe(204)
    await alice.post(`${base}/abort`)
  })

  it('closes only its own streams when it is revoked', async () => {
    const { alice, base, watch, made } = await sharedRun()
    const closed = await send(`${base}/stream?token=${made.token}`)
    const left = await send(`${base}/stream?token=${watch.token}`)
    const remove = { method: 'DELETE', ...as(alice.token) }
    await send(`${base}/watch-tokens/${made.token_id}`, remove)
    expect(await closed.text()).not.toContain('data: aborted')
    await alice.post(`${base}/abort`)
    expect(await left.text()).toContain('data: aborted')
  })

  it('is given only by the owner', async () => {
    const { alice, base, made } = await sharedRun()
    const mallory = await clientOf('mallory')
    expect((await mallory.post(`${base}/watch-tokens`)).status).toBe(404)
    const remove = { method: 'DELETE', ...as(mallory.token) }
    expect((await send(`${base}/watch-tokens/${made.token_id}`, remove)).status).toBe(404)
    expect((await send(base, as(made.token))).status).toBe(200)
    expect((await alice.post(`/api/runs/${'0'.repeat(32)}/watch-tokens`)).status).toBe(404)
    await alice.post(`${base}/abort`)
  })
})
