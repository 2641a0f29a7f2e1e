import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { MustWait } from '../../src/pipelines/fetch.ts'
import type { JobSeed } from '../../src/pipelines/pipeline.ts'
import { consumerOf, encoded, found, lease } from '../support/plan-consumer.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

describe('a plan whose host wants a pause', () => {
  const reason = { code: 'host_pace', message: 'A request a second.' }

  it('Q-2: is given back until then, with the reason', async () => {
    const until = Date.now() + 60_000
    const { consume, calls } = consumerOf(
      async function* (_, { fetch, log }) {
        log('info', 'The listing is asked for.')
        yield [] satisfies JobSeed[]
        await fetch('https://jobs.example.com/', { kind: 'page' })
      },
      {},
      { fetch: () => Promise.reject(new MustWait(until, reason)) },
    )
    await consume()
    const line = { level: 'info', message: 'The listing is asked for.', group: 'a' }
    expect(calls.at(-1)).toEqual([
      'releasePlan',
      { ...lease, lines: [line], took_ms: 0, until, waits: reason },
    ])
  })

  it('waits for a short pause in place, and goes on', async () => {
    const until = Date.now() + 800
    let asked = 0
    const { consume, names } = consumerOf(
      async function* (_, { fetch }) {
        await fetch('https://jobs.example.com/', { kind: 'page' })
        yield found('x')
      },
      {},
      {
        fetch: () => {
          asked += 1
          return Date.now() < until
            ? Promise.reject(new MustWait(until, reason))
            : Promise.resolve({
                status: 200,
                url: '',
                headers: new Headers(),
                body: new Uint8Array(),
              })
        },
      },
    )
    const consumed = consume()
    await vi.advanceTimersByTimeAsync(799)
    expect(names()).not.toContain('addJobs')
    await vi.advanceTimersByTimeAsync(1)
    await consumed
    expect(asked).toBe(2)
    expect(names().slice(-2)).toEqual(['addJobs', 'closeGroup'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each([-300_000, 300_000])('waits as long as it is told, its clock %i ms off', async (off) => {
    let asked = 0
    const { consume, names } = consumerOf(
      async function* (_, { fetch }) {
        await fetch('https://jobs.example.com/', { kind: 'page' }).catch(() => undefined)
        yield found('x')
      },
      {},
      {
        fetch: () => {
          asked += 1
          if (asked > 1) return Promise.reject(new Error('it is over'))
          return Promise.reject(new MustWait(Date.now() + 800 - off, reason, 800))
        },
      },
    )
    const consumed = consume()
    await vi.advanceTimersByTimeAsync(799)
    expect(asked).toBe(1)
    await vi.advanceTimersByTimeAsync(1)
    await consumed
    expect(asked).toBe(2)
    expect(names().at(-1)).toBe('closeGroup')
  })

  it('stops waiting when its lease is lost', async () => {
    const { consume, names } = consumerOf(
      async function* (_, { fetch }) {
        await fetch('https://jobs.example.com/', { kind: 'page' })
        yield found('x')
      },
      { renewPlan: () => Promise.resolve({ kind: 'stale' }) },
      { fetch: () => Promise.reject(new MustWait(Date.now() + 9_000, reason)) },
    )
    const consumed = consume()
    await vi.advanceTimersByTimeAsync(5_000)
    await consumed
    expect(names()).toEqual(['claimPlan', 'renewPlan'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('tells how many of its jobs one flight may have', async () => {
    const { consume, calls } = consumerOf(async function* () {
      yield found('x').map((job) => ({ ...job, flight_jobs: 6 }))
    })
    await consume()
    expect(calls[1]).toMatchObject(['addJobs', { jobs: [encoded('x')], flight_jobs: 6 }])
  })
})
