import { describe, expect, it } from 'vitest'

import { type QuotaPorts, takeQuota } from '../../src/api/quotas.ts'
import { QuotaDesk } from '../../src/durable/owner/quotas/quota-desk.ts'
import type { QuotaRequest, QuotaRpc } from '../../src/durable/owner/quotas/quota-rpc.ts'
import type { QuotaAsk, QuotaUses } from '../../src/durable/owner/quotas/quota.ts'
import { limitsOf, Settings } from '../../src/settings.ts'
import { createTestApi } from '../support/api.ts'
import { alice } from '../support/test-run.ts'

const SECOND = 1_000
const HOUR = 3_600 * SECOND

/** An owner's quotas: two starts a minute, 100 bytes a day, and 1,000 bytes stored. */
class World {
  now = Date.parse('2027-01-01T00:00:00Z')
  waiting = 0
  writes = 0
  stored: QuotaUses = {}
  desk = this.open()

  open(): QuotaDesk {
    return new QuotaDesk({
      store: {
        read: () => this.stored,
        write: (uses) => {
          this.writes += 1
          this.stored = uses
        },
      },
      limits: { starts: 2, runs_waiting: 3, previews: 20, upload_bytes: 100, stored_bytes: 1_000 },
      waiting: () => this.waiting,
      now: () => this.now,
    })
  }

  take(ask: QuotaAsk, counted?: number) {
    return this.desk.take(ask, counted)
  }
}

const start = { starts: 1, runs_waiting: 1 }

describe('QUOTA-1: a quota', () => {
  it('is used up in its minute, and is whole in the next', () => {
    const world = new World()
    expect([world.take(start), world.take(start)]).toEqual([{ kind: 'taken' }, { kind: 'taken' }])
    world.now += 40 * SECOND
    expect(world.take(start)).toEqual({
      kind: 'over',
      over: [{ name: 'starts', limit: 2, used: 2, left: 0, window_s: 60, reset_s: 20 }],
    })
    world.now += 20 * SECOND
    expect(world.take(start)).toEqual({ kind: 'taken' })
  })

  it('of runs that wait holds for as long as they do', () => {
    const world = new World()
    world.waiting = 3
    expect(world.take(start)).toMatchObject({ over: [{ name: 'runs_waiting', used: 3, left: 0 }] })
    world.waiting = 2
    expect(world.take(start)).toEqual({ kind: 'taken' })
  })

  it('gives all that a request asks for, or nothing', () => {
    const world = new World()
    expect(world.take({ ...start, upload_bytes: 101 })).toMatchObject({ kind: 'over' })
    expect(world.desk.view().map(({ used }) => used)).toEqual([0, 0, 0, 0, 0])
  })

  it('of a day outlives the object, and that of a minute costs no write', () => {
    const world = new World()
    world.take(start)
    expect(world.writes).toBe(0)
    world.take({ upload_bytes: 60 })
    world.desk = world.open()
    expect(world.take({ upload_bytes: 60 })).toMatchObject({ over: [{ left: 40 }] })
    world.now += 24 * HOUR
    expect(world.take({ upload_bytes: 60 })).toEqual({ kind: 'taken' })
  })

  it('does not outlast a clock that was ahead', () => {
    const world = new World()
    world.now += 24 * HOUR
    world.take({ upload_bytes: 100 })
    world.now -= 24 * HOUR
    expect(world.take({ upload_bytes: 100 })).toEqual({ kind: 'taken' })
  })
})

describe('QUOTA-2: stored bytes', () => {
  it('are counted first, then added up, also by an object that slept', () => {
    const world = new World()
    expect(world.take({ stored_bytes: 100 })).toEqual({ kind: 'count' })
    expect(world.take({ stored_bytes: 100 }, 700)).toEqual({ kind: 'taken' })
    world.desk = world.open()
    expect(world.take({ stored_bytes: 200 })).toEqual({ kind: 'taken' })
    expect(world.desk.view().at(-1)).toEqual({
      name: 'stored_bytes',
      limit: 1_000,
      used: 1_000,
      left: 0,
    })
  })

  it('are counted again before an upload is refused, so that what was deleted makes room', () => {
    const world = new World()
    world.take({ stored_bytes: 900 }, 0)
    expect(world.take({ stored_bytes: 200 })).toEqual({ kind: 'count' })
    expect(world.take({ stored_bytes: 200 }, 900)).toMatchObject({
      kind: 'over',
      over: [{ name: 'stored_bytes', used: 900, left: 100 }],
    })
    expect(world.take({ stored_bytes: 200 }, 300)).toEqual({ kind: 'taken' })
  })

  it('are counted again after an hour, and after a clock that was ahead', () => {
    const world = new World()
    world.take({ stored_bytes: 1 }, 0)
    world.now += HOUR - 1
    expect(world.take({ stored_bytes: 1 })).toEqual({ kind: 'taken' })
    world.now += 1
    expect(world.take({ stored_bytes: 1 })).toEqual({ kind: 'count' })
    world.now -= 2 * HOUR
    expect(world.take({ stored_bytes: 1 })).toEqual({ kind: 'count' })
    world.desk.recount(40)
    expect(world.take({ stored_bytes: 1 })).toEqual({ kind: 'taken' })
  })
})

const over = [
  { name: 'starts', limit: 2, used: 2, left: 0, window_s: 60, reset_s: 20 },
  { name: 'upload_bytes', limit: 100, used: 60, left: 40, window_s: 86_400, reset_s: 7 },
] as const

function limited(take: QuotaRpc['takeQuota']) {
  return createTestApi(({ owner }) => ({
    owner: (name) => ({ ...owner(name), takeQuota: take }),
  }))
}

const body = { pipeline: 'letters', input: { letters: ['a'] } }

it('QUOTA-1: a start beyond a quota is 429, says when to come back, and starts nothing', async () => {
  const api = limited(() => Promise.resolve({ kind: 'over', over }))
  const answer = await api.post('/api/runs', body)
  expect(answer.status).toBe(429)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/problem+json',
    'retry-after': '20',
    ratelimit: '"starts";r=0;t=20, "upload_bytes";r=40;t=7',
    'ratelimit-policy': '"starts";q=2;w=60, "upload_bytes";q=100;w=86400;qu="content-bytes"',
  })
  expect(await answer.json()).toMatchObject({
    type: '/problems/quota-exceeded',
    detail: '2 runs may be started in a minute, and 2 are used. Try again in 20 s.',
    'violated-policies': ['starts', 'upload_bytes'],
  })
  expect(api.runs.size).toBe(0)
})

it('QUOTA-2: full storage is 413 without a time, once Postgres has counted', async () => {
  const asked: QuotaRequest[] = []
  const full = { name: 'stored_bytes', limit: 100, used: 90, left: 10 } as const
  const take: QuotaRpc['takeQuota'] = (request) => {
    asked.push(request)
    const counted = request.stored_bytes !== undefined
    return Promise.resolve(counted ? { kind: 'over', over: [full] } : { kind: 'count' })
  }
  const request = { ask: { stored_bytes: 11 } }
  const ports: QuotaPorts = {
    owner: () => ({ takeQuota: take }),
    documents: { storedBytes: () => Promise.resolve(90) },
    log: () => undefined,
  }
  await expect(takeQuota(ports, alice, request)).rejects.toMatchObject({
    status: 413,
    code: 'storage-full',
    particulars: {
      detail: '100 bytes of files may be stored, and 90 are. Delete documents to make room.',
      violated: ['stored_bytes'],
      headers: {
        ratelimit: '"stored_bytes";r=10',
        'ratelimit-policy': '"stored_bytes";q=100;qu="content-bytes"',
      },
    },
  })
  expect(asked).toEqual([request, { ...request, stored_bytes: 90 }])
  const refusal = await takeQuota(ports, alice, request).catch((error: unknown) => error)
  expect(JSON.stringify(refusal)).not.toContain('retry-after')
})

it('QUOTA-1: nothing is limited while the owner’s object is away', async () => {
  const api = limited(() => Promise.reject(new Error('away')))
  expect((await api.post('/api/runs', body)).status).toBe(202)
  expect(api.lines).toMatchObject([{ level: 'error', fields: { owner: 'alice' } }])
})

it('QUOTA-1: a single owner may have other limits', () => {
  const settings = Settings.parse({ owners: { bob: { starts_a_minute: 7 } } })
  expect(limitsOf(settings, 'bob').starts_a_minute).toBe(7)
  expect(limitsOf(settings, 'alice').starts_a_minute).toBe(3_000)
})
