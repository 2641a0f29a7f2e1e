import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import type { FlightReport, ReportAnswer } from '../../src/durable/run/work-rpc.ts'
import { createGate } from '../../src/gate.ts'
import { type Fetched, MustWait } from '../../src/pipelines/fetch.ts'
import type { WorkResult } from '../../src/pipelines/pipeline.ts'
import type { Worker } from '../../src/queue/work.ts'
import { done, flightConsumer as consumer, held, reports } from '../support/flight-consumer.ts'
import { run_id } from '../support/stub-run.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

function loseFirst({ last }: FlightReport): Promise<ReportAnswer> {
  return Promise.resolve({ kind: 'held', aborted: [], lost: last ? [] : [0] })
}

describe('the work on a flight', () => {
  it('JOB-4: is in Postgres before it is reported, and its message is acknowledged after both', async () => {
    const gates = { record: Promise.withResolvers<void>(), report: Promise.withResolvers<void>() }
    const { consume, calls } = consumer(
      2,
      {
        record: async (_, rows) => {
          await gates.record.promise
          const won = rows.map(({ group, external_id, attempt }) => ({
            group,
            external_id,
            attempt,
            outcome: 'changed' as const,
          }))
          return { won, failed: [] }
        },
      },
      { report: () => gates.report.promise.then(() => held) },
    )
    const acked = vi.fn<() => void>()
    const consuming = consume().then(acked)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(reports(calls)).toEqual([])
    gates.record.resolve()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(reports(calls)).toEqual([
      {
        flight: 7,
        grant: 4,
        lines: [],
        rows: [
          { n: 0, attempt: 1, kind: 'ready', outcome: 'changed' },
          { n: 1, attempt: 1, kind: 'ready', outcome: 'changed' },
        ],
        last: true,
      },
    ])
    expect(acked).not.toHaveBeenCalled()
    gates.report.resolve()
    await consuming
    expect(acked).toHaveBeenCalledTimes(1)
  })

  it('JOB-4: that Postgres refuses completely is not reported, and its message fails', async () => {
    const { consume, calls, order } = consumer(1, {
      record: () => Promise.reject(new Error('42P01')),
    })
    await expect(consume()).rejects.toThrow('42P01')
    expect(order).toEqual(['record job 0'])
    expect(reports(calls)).toEqual([])
  })

  it('JOB-4: reports only the jobs that Postgres has, and fails those that it cannot store', async () => {
    const { consume, calls, lines } = consumer(4, {
      work: (task) =>
        Promise.resolve<WorkResult>(
          task.external_id === 'job 3'
            ? { kind: 'failed', failure: { code: 'gone', message: 'Gone.', retryable: false } }
            : done,
        ),
      record: (_, rows) => {
        const [first, second] = rows
        if (first === undefined || second === undefined) throw new Error('no rows')
        const { group, external_id, attempt } = first
        return Promise.resolve({
          won: [{ group, external_id, attempt, outcome: 'unchanged' }],
          failed: [{ row: second, code: '22P05', message: 'no NUL in "s3cr3t"' }],
        })
      },
    })
    await consume()
    expect(reports(calls)).toMatchObject([
      {
        rows: [
          { n: 0, kind: 'ready', outcome: 'unchanged' },
          { n: 1, kind: 'failed', failure: { code: 'result_refused', retryable: false } },
          { n: 3, kind: 'failed', failure: { code: 'gone' } },
        ],
      },
    ])
    expect(JSON.stringify(calls)).toContain('Postgres cannot store the result (22P05).')
    expect(JSON.stringify(calls)).not.toContain('s3cr3t')
    const refused = [{ external_id: 'job 1', code: '22P05', message: 'no NUL in "s3cr3t"' }]
    const told = { run_id, group: 'a', count: 1, refused }
    expect(lines).toEqual([['error', 'Postgres cannot store some results', told]])
  })

  it('a skipped job is recorded with its reason, and a failed job is not recorded', async () => {
    const reason = { code: 'robots', message: 'Forbidden.' }
    const failure = { code: 'broken', message: 'Broken.', retryable: true }
    const { consume, calls, order } = consumer(2, {
      work: (task) =>
        Promise.resolve<WorkResult>(
          task.external_id === 'job 0' ? { kind: 'skipped', reason } : { kind: 'failed', failure },
        ),
    })
    await consume()
    expect(order).toEqual(['record job 0', 'recorded'])
    expect(reports(calls)).toMatchObject([
      {
        rows: [
          { n: 0, kind: 'skipped', reason },
          { n: 1, kind: 'failed', failure },
        ],
        last: true,
      },
    ])
  })

  it('finished jobs are reported while a slow job still runs, and the lease is renewed', async () => {
    const gate = Promise.withResolvers<WorkResult>()
    const { consume, calls } = consumer(2, {
      work: (task) => (task.external_id === 'job 0' ? Promise.resolve(done) : gate.promise),
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(150)
    expect(reports(calls)).toMatchObject([{ rows: [{ n: 0, kind: 'ready' }], last: false }])
    await vi.advanceTimersByTimeAsync(5_200)
    expect(reports(calls).slice(1)).toMatchObject([{ rows: [], last: false }])
    gate.resolve(done)
    await vi.advanceTimersByTimeAsync(150)
    await consuming
    expect(reports(calls).slice(2)).toMatchObject([{ rows: [{ n: 1 }], last: true }])
  })

  it('JOB-1: the lease is renewed while Postgres is slow', async () => {
    const gate = Promise.withResolvers<void>()
    const { consume, calls } = consumer(1, {
      record: async () => {
        await gate.promise
        return { won: [], failed: [] }
      },
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(reports(calls).length).toBeGreaterThanOrEqual(3)
    expect(reports(calls)).toMatchObject(reports(calls).map(() => ({ rows: [], last: false })))
    gate.resolve()
    await vi.advanceTimersByTimeAsync(150)
    await consuming
    expect(reports(calls).at(-1)).toMatchObject({ last: true })
  })

  it('JOB-5: a job fails at its deadline, and the flight ends', async () => {
    const { consume, calls } = consumer(1, {
      work: () => new Promise(() => {}),
      deadline_ms: 1_000,
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(1_200)
    await consuming
    expect(reports(calls).at(-1)).toMatchObject({
      rows: [{ kind: 'failed', failure: { code: 'job_deadline' } }],
      last: true,
    })
  })

  it('JOB-1, JOB-3: a job that waits at the gate keeps its lease, and the wait does not count towards its deadline', async () => {
    const gate = createGate(1)
    const page = Promise.withResolvers<Fetched>()
    void gate(() => page.promise)
    const fetched: Fetched = {
      status: 200,
      url: '',
      headers: new Headers(),
      body: new Uint8Array(),
    }
    const late = () => new Promise<Fetched>((resolve) => setTimeout(resolve, 900, fetched))
    const { consume, calls } = consumer(1, {
      fetch: (_, init) => gate(late, init),
      work: async (_, ports) => {
        await ports.fetch('https://acme.com', { kind: 'page', signal: ports.signal })
        return done
      },
      deadline_ms: 1_000,
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(reports(calls)).toHaveLength(4)
    expect(reports(calls)).toMatchObject(reports(calls).map(() => ({ rows: [], last: false })))
    page.resolve(fetched)
    await vi.advanceTimersByTimeAsync(1_500)
    await consuming
    expect(reports(calls).at(-1)).toMatchObject({ rows: [{ kind: 'ready' }], last: true })
  })

  it('RUN-2: stops when the object says that it is gone', async () => {
    const signals: AbortSignal[] = []
    const { consume, calls } = consumer(
      2,
      {
        work: (task, { signal }) => {
          signals.push(signal)
          return task.external_id === 'job 0' ? Promise.resolve(done) : new Promise(() => {})
        },
      },
      { report: () => Promise.resolve({ kind: 'gone' }) },
    )
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(150)
    await consuming
    expect(signals[1]?.aborted).toBe(true)
    expect(reports(calls)).toHaveLength(1)
  })

  it('JOB-1: a refused claim ends the work at once', async () => {
    const work = vi.fn<Worker['work']>()
    const { consume } = consumer(1, { work }, { claim: () => Promise.resolve({ kind: 'refused' }) })
    await consume()
    expect(work).not.toHaveBeenCalled()
  })

  it('JOB-1: steps are reported, but nothing more of a lost job', async () => {
    const { consume, calls } = consumer(
      1,
      {
        work: (_, { step }) => {
          step('crawling', { progress: 12.6, message: 'Reading' })
          return new Promise(() => {})
        },
      },
      { report: loseFirst },
    )
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(300)
    await consuming
    expect(reports(calls)).toMatchObject([
      {
        rows: [{ n: 0, kind: 'step', step: 'crawling', progress: 13, message: 'Reading' }],
        last: false,
      },
      { rows: [], last: true },
    ])
  })

  it('the first result is reported at once, and the next ones together at intervals', async () => {
    const told: number[] = []
    const { consume } = consumer(
      1,
      {
        pace: { first_ms: 10, next_ms: 50 },
        work: async (_, { step }) => {
          for (let at = 0; at < 160; at += 5) {
            await vi.advanceTimersByTimeAsync(5)
            if (at >= 20) step('extracting', { progress: at / 2 })
          }
          return done
        },
      },
      {
        report: ({ rows }) => {
          told.push(...rows.flatMap((row) => (row.kind === 'step' ? (row.progress ?? 0) : [])))
          return Promise.resolve(held)
        },
      },
    )
    await consume()
    expect(told).toEqual([10, 35, 60])
  })

  it('W-2: later results are reported when the object asks for them', async () => {
    const told: number[] = []
    const { consume, calls } = consumer(
      1,
      {
        pace: { first_ms: 10, next_ms: 50 },
        work: async (_, { step }) => {
          for (let at = 0; at < 160; at += 5) {
            step('extracting', { progress: at / 2 })
            await vi.advanceTimersByTimeAsync(5)
          }
          return done
        },
      },
      {
        report: () => {
          told.push(Date.now())
          return Promise.resolve({ ...held, report_in_ms: told.length === 1 ? 30 : 70 })
        },
      },
    )
    const begun = Date.now()
    await consume()
    expect(told.map((at) => at - begun)).toEqual([10, 40, 110, 160])
    const asked = reports(calls).map((report) => Object(report).every_ms)
    expect(asked).toEqual([50, 50, 50, undefined])
  })

  it('Q-2: reports that a job must wait, and the messages of jobs', async () => {
    const reason = { code: 'host_pace', message: 'A request a second.' }
    const { consume, calls, order } = consumer(2, {
      work: (task, { log }) => {
        if (task.external_id !== 'job 0')
          return Promise.resolve({ ...done, title: 'Real \u0000name' })
        log('info', 'It has to wait.')
        return Promise.reject(new MustWait(77_000, reason))
      },
    })
    await consume()
    expect(order.filter((step) => step.startsWith('record '))).not.toContain('job 0')
    expect(reports(calls)).toMatchObject([
      {
        last: true,
        lines: [{ level: 'info', message: 'It has to wait.', group: 'a', external_id: 'job 0' }],
        rows: [
          { n: 0, attempt: 1, kind: 'waiting', until: 77_000, reason },
          { n: 1, kind: 'ready', title: 'Real name' },
        ],
      },
    ])
  })
})
