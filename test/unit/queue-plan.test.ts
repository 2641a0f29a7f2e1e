import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { createGate } from '../../src/gate.ts'
import type { Fetched, FetchPort } from '../../src/pipelines/fetch.ts'
import type { PlanTask } from '../../src/pipelines/pipeline.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import { consumerOf, encoded, found, lease, type Plan } from '../support/plan-consumer.ts'
import { run_id } from '../support/stub-run.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const fetched: Fetched = { status: 200, url: '', headers: new Headers(), body: new Uint8Array() }

/** Ends with the reason of its signal. */
const heedful: Plan = async function* (_, { signal }) {
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  yield found('x')
}

const fetching: Plan = async function* (_, { fetch, signal }) {
  await fetch('https://acme.com', { kind: 'api', signal })
  yield found('x')
}

const stuck: Plan = async function* () {
  await Promise.withResolvers<void>().promise
  yield found('x')
}

const held = { kind: 'expiry.held', gone: 9, open: 10 } as const

describe('a group’s plan', () => {
  it('PLAN-2: closes its group together with its last jobs', async () => {
    const { consume, calls } = consumerOf(
      async function* (_, { gone, log, notice }) {
        yield found('x')
        yield found('y')
        log('info', 'two')
        gone(3)
        notice(held)
      },
      { addJobs: ({ close }) => Promise.resolve({ kind: 'ok', ...(close && { closed: true }) }) },
    )
    await consume()
    const close = {
      lines: [{ level: 'info', message: 'two', group: 'a' }],
      gone: 3,
      notices: [held],
      took_ms: 0,
    }
    expect(calls.slice(1)).toEqual([
      ['addJobs', { ...lease, jobs: [encoded('x')] }],
      ['addJobs', { ...lease, jobs: [encoded('y')], close }],
    ])
  })

  it('PLAN-2: adds its jobs as they are found, and closes the group by a call of its own at an object that does not', async () => {
    const tasks: PlanTask[] = []
    const { consume, calls } = consumerOf(async function* (task) {
      tasks.push(task)
      yield found('x')
      yield found('y')
    })
    await consume()
    expect(tasks).toMatchObject([
      { owner: 'alice', run_id, group: 'a', attempt: 3, input: { at: 1 } },
    ])
    expect(calls).toEqual([
      ['claimPlan', { group: 1 }],
      ['addJobs', { ...lease, jobs: [encoded('x')] }],
      ['addJobs', { ...lease, jobs: [encoded('y')], close: { lines: [], took_ms: 0 } }],
      ['closeGroup', { ...lease, lines: [], took_ms: 0 }],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('EV-5: tells its group’s title with the next call, and with each one after', async () => {
    const { consume, calls } = consumerOf(async function* (_, { title }) {
      yield found('x')
      yield found('y')
      title('Müller\0 ./. Schmidt\ud800')
      yield found('z')
    })
    await consume()
    const title = 'Müller ./. Schmidt\ufffd'
    expect(calls.slice(1)).toEqual([
      ['addJobs', { ...lease, jobs: [encoded('x')] }],
      ['addJobs', { ...lease, title, jobs: [encoded('y')] }],
      ['addJobs', { ...lease, title, jobs: [encoded('z')], close: { lines: [], took_ms: 0 } }],
      ['closeGroup', { ...lease, title, lines: [], took_ms: 0 }],
    ])
  })

  it('EV-5: tells its group’s title with a renewal while its listing is slow', async () => {
    const gate = Promise.withResolvers<void>()
    const { consume, calls } = consumerOf(async function* (_, { title }) {
      title('Acme')
      await gate.promise
      yield found('x')
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(calls.at(-1)).toEqual(['renewPlan', { ...lease, title: 'Acme' }])
    gate.resolve()
    await consuming
  })

  it.each(['stale', 'aborted'] as const)('PLAN-2: stops when it is %s', async (kind) => {
    const stopped = vi.fn<() => void>()
    const { consume, names } = consumerOf(
      async function* () {
        try {
          yield found('x')
          yield found('y')
        } finally {
          stopped()
        }
      },
      { addJobs: () => Promise.resolve({ kind }) },
    )
    await consume()
    expect(names()).toEqual(['claimPlan', 'addJobs'])
    expect(stopped).toHaveBeenCalledTimes(1)
  })

  it('PLAN-1: does not begin if its claim is refused', async () => {
    const plan = vi.fn<Plan>()
    const { consume } = consumerOf(plan, { claimPlan: () => Promise.resolve({ kind: 'refused' }) })
    await consume()
    expect(plan).not.toHaveBeenCalled()
  })

  it('PLAN-1: keeps its lease while a listing is slow', async () => {
    const gate = Promise.withResolvers<void>()
    const { consume, names } = consumerOf(async function* () {
      await gate.promise
      yield found('x')
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(11_000)
    expect(names()).toEqual(['claimPlan', 'renewPlan', 'renewPlan'])
    gate.resolve()
    await consuming
  })

  it('PLAN-1: gets an aborted signal when its lease is lost', async () => {
    const { consume, names } = consumerOf(heedful, {
      renewPlan: () => Promise.resolve({ kind: 'stale' }),
      failPlan: () => Promise.resolve({ kind: 'stale' }),
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(names()).not.toContain('addJobs')
    expect(names()).not.toContain('closeGroup')
  })

  it('PLAN-1, PLAN-3: keeps its lease while it waits at the gate, and the wait does not count towards its deadline', async () => {
    const gate = createGate(1)
    const page = Promise.withResolvers<Fetched>()
    void gate(() => page.promise)
    const fetch: FetchPort = (_, init) => gate(async () => fetched, init)
    const { consume, names } = consumerOf(fetching, {}, { fetch, deadline_ms: 1_000 })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(6_000)
    expect(names()).toEqual(['claimPlan', 'renewPlan'])
    page.resolve(fetched)
    await consuming
    expect(names()).toEqual(['claimPlan', 'renewPlan', 'addJobs', 'closeGroup'])
  })

  it('PLAN-3: that fails gives the reason', async () => {
    const failure = { code: 'company_unknown', message: 'No such company.', retryable: false }
    const { consume, calls, lines } = consumerOf(() => {
      throw new PlanFailure(failure)
    })
    await consume()
    expect(calls.at(-1)).toEqual(['failPlan', { ...lease, lines: [], took_ms: 0, failure }])
    expect(lines).toEqual([])
  })

  it('PLAN-3: that crashes is reported, and may be tried again', async () => {
    const { consume, calls, lines } = consumerOf(async function* () {
      yield found('x')
      throw new TypeError('undefined is not a function')
    })
    await consume()
    expect(calls.at(-1)).toEqual([
      'failPlan',
      {
        ...lease,
        lines: [],
        took_ms: 0,
        failure: {
          code: 'plan_crashed',
          message: expect.stringContaining('did not expect'),
          retryable: true,
        },
      },
    ])
    expect(lines).toMatchObject([['error', 'a plan failed unexpectedly', { run_id, ...lease }]])
    expect(JSON.stringify(lines)).toContain('undefined is not a function')
  })

  it.each([
    ['closeGroup', undefined],
    ['failPlan', new PlanFailure({ code: 'no', message: 'No.', retryable: false })],
    ['releasePlan', new DatabaseUnavailable({ cause: new Error('refused') })],
  ])('PLAN-4: reports the number of expired postings at its end: %s', async (name, error) => {
    const { consume, calls } = consumerOf(async function* (_, { gone }) {
      yield found('x')
      gone(2)
      gone(5)
      if (error) throw error
    })
    await consume()
    expect(calls.at(-1)).toMatchObject([name, { ...lease, lines: [], gone: 5 }])
  })

  it('Q-2: is left to its lease, without a failure, if the object does not answer', async () => {
    const { consume, names } = consumerOf(
      async function* () {
        yield found('x')
      },
      { addJobs: () => Promise.reject(new Error('the object was reset')) },
    )
    await expect(consume()).rejects.toThrow('did not answer')
    expect(names()).toEqual(['claimPlan', 'addJobs'])
  })

  it('Q-2, DB-3: is given back if Postgres cannot be reached', async () => {
    const { consume, calls } = consumerOf(() => {
      throw new DatabaseUnavailable({ cause: new Error('refused') })
    })
    await consume()
    expect(calls.at(-1)).toEqual([
      'releasePlan',
      { ...lease, lines: [], took_ms: 0, wait_ms: 5_000 },
    ])
  })
})

describe('a plan’s deadline', () => {
  it.each([
    ['that ends at its signal', heedful],
    ['that never ends', stuck],
  ])('PLAN-3: fails a plan %s', async (_, plan) => {
    vi.useRealTimers()
    const { consume, calls } = consumerOf(plan, {}, { deadline_ms: 5 })
    await consume()
    expect(calls.at(-1)).toMatchObject(['failPlan', { failure: { retryable: true } }])
  })
})
