import { afterEach, describe, expect, it, vi } from 'vitest'

import { createGate } from '../../src/gate.ts'
import type { FetchPort } from '../../src/pipelines/fetch.ts'
import type { WorkPorts, WorkResult, WorkTask } from '../../src/pipelines/pipeline.ts'
import { Flight, type JobReport } from '../../src/queue/flight.ts'
import { flightOf, keepLog, noPorts, run_id } from '../support/stub-run.ts'

afterEach(() => {
  vi.useRealTimers()
})

const done: WorkResult = { kind: 'ready', result: { ok: true } }

function fly(count: number, work: (task: WorkTask, ports: WorkPorts) => Promise<WorkResult>) {
  return new Flight(flightOf(count), { run_id, ports: noPorts, log: keepLog().log }, work)
}

function never(): Promise<never> {
  return new Promise(() => {})
}

const crash = {
  kind: 'failed',
  failure: {
    code: 'job_crashed',
    message: expect.stringContaining('did not expect'),
    retryable: true,
  },
}

async function fetchOne(_task: WorkTask, { fetch, signal }: WorkPorts): Promise<WorkResult> {
  await fetch('https://acme.com', { kind: 'page', signal })
  return done
}

function reportOf(one: JobReport) {
  switch (one.kind) {
    case 'step':
      return one.step
    case 'waiting':
      return one.until
    case 'done':
      return one.result
  }
}

/** The jobs with something to report, by number. */
function taken(flight: Flight) {
  return Object.fromEntries(flight.take().map((one) => [one.job.n, reportOf(one)]))
}

describe('a flight', () => {
  it('gives each job its own payload, attempt and owner', async () => {
    const tasks: WorkTask[] = []
    const flight = fly(2, (task) => {
      tasks.push(task)
      return Promise.resolve(done)
    })
    await flight.landed
    expect(tasks[1]).toEqual({
      owner: 'alice',
      run_id,
      group: 'a',
      external_id: 'job 1',
      title: 'Title 1',
      attempt: 1,
      payload: { n: 1 },
    })
    expect(taken(flight)).toEqual({ 0: done, 1: done })
    expect(taken(flight)).toEqual({})
  })

  it('JOB-5: a job that throws, rejects or has a broken payload fails alone', async () => {
    const grant = flightOf(4)
    const broken = grant.jobs.map((job) => (job.n === 3 ? { ...job, payload: '{' } : job))
    const { log, lines } = keepLog()
    const context = { run_id, ports: noPorts, log }
    const flight = new Flight({ ...grant, jobs: broken }, context, (task) => {
      if (task.external_id === 'job 0') throw new Error('thrown')
      if (task.external_id === 'job 1') return Promise.reject(new Error('rejected'))
      return Promise.resolve(done)
    })
    await flight.landed
    expect(taken(flight)).toEqual({ 0: crash, 1: crash, 2: done, 3: crash })
    const told = lines.map(([, message, fields]) => `${message}: ${JSON.stringify(fields)}`)
    expect(told.toSorted()).toEqual([
      expect.stringMatching(/^a job failed unexpectedly: .*"external_id":"job 0".*thrown/),
      expect.stringMatching(/"external_id":"job 1".*rejected/),
      expect.stringMatching(/"external_id":"job 3".*JSON/),
    ])
  })

  it('reports the latest of each job: a step, then another, then the result', async () => {
    const gate = Promise.withResolvers<WorkResult>()
    const steps: WorkPorts['step'][] = []
    const flight = fly(1, (_, { step }) => {
      steps.push(step)
      step('crawling')
      step('extracting')
      return gate.promise
    })
    expect(taken(flight)).toEqual({ 0: 'extracting' })
    expect(taken(flight)).toEqual({})
    steps[0]?.('indexing')
    gate.resolve(done)
    await flight.landed
    steps[0]?.('embedding')
    expect(taken(flight)).toEqual({ 0: done })
  })

  it('EV-5: reports the progress of a step, and its message, in a form that can be shown', async () => {
    const told: WorkPorts['step'][] = []
    const flight = fly(1, (_, { step }) => {
      told.push(step)
      return never()
    })
    const said = (...words: Parameters<WorkPorts['step']>) => {
      told[0]?.(...words)
      return flight.take()
    }
    const step = { kind: 'step', step: 'crawling' } as const
    expect(said('crawling')).toMatchObject([{ ...step, news: {} }])
    expect(said('crawling', { progress: 33.4, message: 'Rea\u0000ding \ud800' })).toMatchObject([
      { ...step, news: { progress: 33, message: 'Reading \ufffd' } },
    ])
    for (const [progress, percent] of [
      [-4, 0],
      [0, 0],
      [99.5, 100],
      [1e9, 100],
    ] as const) {
      expect(said('crawling', { progress })).toMatchObject([{ news: { progress: percent } }])
    }
    expect(said('crawling', { progress: Number.NaN })).toEqual([
      { ...step, job: expect.anything(), news: {} },
    ])
    const [long] = said('crawling', { message: '\u{1f600}'.repeat(301) })
    expect(long).toMatchObject({ news: { message: '\u{1f600}'.repeat(300) } })
    flight.stop()
    await flight.landed
  })

  it('RUN-2, JOB-1: stops the aborted and the lost jobs, and reports nothing of them', async () => {
    const signals = new Map<string, AbortSignal>()
    const flight = fly(3, (task, { signal, step }) => {
      signals.set(task.external_id, signal)
      step('crawling')
      return task.external_id === 'job 2' ? Promise.resolve(done) : never()
    })
    flight.applyAnswer({ kind: 'held', aborted: [0], lost: [1] })
    await flight.landed
    expect(signals.get('job 0')?.aborted).toBe(true)
    expect(signals.get('job 1')?.aborted).toBe(true)
    expect(signals.get('job 2')?.aborted).toBe(false)
    expect(taken(flight)).toEqual({ 2: done })
  })

  it('JOB-1: stops completely when its lease has gone', async () => {
    const flight = fly(3, never)
    flight.applyAnswer({ kind: 'gone' })
    await flight.landed
    expect(taken(flight)).toEqual({})
  })

  it('JOB-3: a job that is not done by its deadline fails, and the others do not', async () => {
    const flight = fly(2, (task) =>
      task.external_id === 'job 0' ? never() : Promise.resolve(done),
    )
    await new Promise((resolve) => setImmediate(resolve))
    expect(flight.expire(30_000, Date.now() + 30_000)).toBe(undefined)
    await flight.landed
    expect(taken(flight)).toEqual({
      0: {
        kind: 'failed',
        failure: {
          code: 'job_deadline',
          message: 'The job took longer than 30 seconds.',
          retryable: true,
        },
      },
      1: done,
    })
  })

  it('JOB-3: waiting at the gate does not count towards the deadline of a job', async () => {
    vi.useFakeTimers()
    const gate = createGate(1)
    const fetch: FetchPort = (_, init) => gate(never, init)
    const flight = new Flight(
      flightOf(2),
      { run_id, ports: { ...noPorts, fetch }, log: keepLog().log },
      fetchOne,
    )
    await vi.advanceTimersByTimeAsync(30_000)
    expect(flight.expire(30_000, Date.now())).toBe(30_000)
    await vi.advanceTimersByTimeAsync(0)
    expect(taken(flight)).toMatchObject({ 0: { failure: { code: 'job_deadline' } } })
    flight.stop()
    await flight.landed
  })
})
