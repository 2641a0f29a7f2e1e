import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { RunRpc } from '../../src/durable/run/run-rpc.ts'
import type { WorkResult } from '../../src/pipelines/pipeline.ts'
import type { Worker } from '../../src/queue/work.ts'
import { done, flightConsumer as consumer, held, reports } from '../support/flight-consumer.ts'

const renewal = { flight: 7, grant: 4, rows: [], last: false }

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const taken = () => Promise.resolve()
const gone = () => Promise.resolve({ kind: 'gone' } as const)
const unknown = () => Promise.reject(new TypeError('it has no such method'))

/** Makes Postgres away until the returned function is called. */
function outage() {
  let over = false
  const record: Worker['record'] = (_, rows) => {
    if (!over) return Promise.reject(new DatabaseUnavailable({ cause: new Error('refused') }))
    return Promise.resolve({ won: rows.map((row) => ({ ...row, outcome: 'new' })), failed: [] })
  }
  const report: RunRpc['report'] = () => Promise.resolve(over ? held : { ...held, away: true })
  const goOn = () => {
    over = true
  }
  return { record, goOn, answers: { report, databaseAway: taken } }
}

function named(calls: [string, unknown][], name: string): unknown[] {
  return calls.filter(([called]) => called === name).map(([, request]) => request)
}

describe('DB-3: a flight, while Postgres is away', () => {
  it('keeps its results and its lease, and records the results when the object says that Postgres is back', async () => {
    const { record, goOn, answers } = outage()
    const work = vi.fn<Worker['work']>(() => Promise.resolve(done))
    const { consume, calls, order } = consumer(2, { work, record }, answers)
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(50_000)
    expect(named(calls, 'databaseAway')).toEqual([{ took_ms: 0 }])
    expect(reports(calls)).toEqual(reports(calls).map(() => renewal))
    expect(reports(calls)).toHaveLength(10)
    expect(order).toEqual(['record job 0,job 1'])
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(order.slice(1)).toEqual(['record job 0,job 1', 'recorded'])
    expect(reports(calls).at(-1)).toMatchObject({ rows: [{ n: 0 }, { n: 1 }], last: true })
    expect(work).toHaveBeenCalledTimes(2)
    expect(named(calls, 'release')).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('does not query Postgres if others have found it away', async () => {
    const { record, goOn, answers } = outage()
    const gate = Promise.withResolvers<WorkResult>()
    const { consume, calls, order } = consumer(1, { work: () => gate.promise, record }, answers)
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(6_000)
    gate.resolve(done)
    await vi.advanceTimersByTimeAsync(6_000)
    expect(order).toEqual([])
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(order).toEqual(['record job 0', 'recorded'])
    expect(named(calls, 'databaseAway')).toEqual([])
  })

  it('goes on with open jobs, whose deadline does not count for finished ones', async () => {
    const { record, goOn, answers } = outage()
    const gate = Promise.withResolvers<WorkResult>()
    const work: Worker['work'] = (task) =>
      task.external_id === 'job 0' ? Promise.resolve(done) : gate.promise
    const { consume, calls, order } = consumer(2, { work, record, deadline_ms: 20_000 }, answers)
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(10_000)
    gate.resolve(done)
    await vi.advanceTimersByTimeAsync(30_000)
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(order).toEqual(['record job 0', 'record job 0', 'recorded', 'record job 1', 'recorded'])
    expect(reports(calls).at(-1)).toMatchObject({ rows: [{ n: 1, kind: 'ready' }], last: true })
  })

  it('Q-2: is given back after a while', async () => {
    const { record, answers } = outage()
    const { consume, calls } = consumer(1, { record }, answers)
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(59_000)
    expect(named(calls, 'release')).toEqual([])
    await vi.advanceTimersByTimeAsync(1_000)
    await consuming
    expect(calls.at(-1)).toEqual(['release', { flight: 7, grant: 4, wait_ms: 5_000 }])
  })

  it('RUN-2: is dropped when the object says that it is gone', async () => {
    const { record, answers } = outage()
    const { consume, calls, order } = consumer(1, { record }, { ...answers, report: gone })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(order).toEqual(['record job 0'])
    expect(calls.map(([name]) => name)).toEqual(['claim', 'databaseAway', 'report'])
  })

  it('tries again at each renewal if the object knows of no outage', async () => {
    const { record, goOn } = outage()
    const { consume, order } = consumer(1, { record }, { databaseAway: unknown })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(12_000)
    expect(order).toEqual(['record job 0', 'record job 0', 'record job 0'])
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(order.at(-1)).toBe('recorded')
  })
})
