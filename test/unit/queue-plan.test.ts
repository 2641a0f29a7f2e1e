import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import type { RunRpc } from '../../src/durable/rpc.ts'
import { type FetchPort, MustWait } from '../../src/pipelines/fetch.ts'
import type { JobSeed, PlanTask } from '../../src/pipelines/pipeline.ts'
import { PlanFailure } from '../../src/pipelines/pipeline.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { planConsumer, type PlanConsumerPorts } from '../../src/queue/plan.ts'
import { keepLog, noPorts, planGrant, run_id, stubRun } from '../support/stub-run.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

type Plan = PlanConsumerPorts['planners'][string]['plan']

type Given = { readonly fetch: FetchPort; readonly deadline_ms: number }

const ok = () => Promise.resolve({ kind: 'ok' } as const)

function consumer(
  plan: Plan,
  answers: Partial<RunRpc> = {},
  { fetch = noPorts.fetch, deadline_ms = 30_000 }: Partial<Given> = {},
) {
  const { run, calls } = stubRun({
    claimPlan: () => Promise.resolve(planGrant),
    addJobs: ok,
    renewPlan: ok,
    closeGroup: ok,
    failPlan: ok,
    releasePlan: () => Promise.resolve(),
    ...answers,
  })
  const { log, lines } = keepLog()
  const consuming = planConsumer({
    run,
    log,
    fetch,
    blobs: () => noPorts.blobs,
    pages: noPorts.pages,
    batch_jobs: 1,
    report_ms: 150,
    hold_ms: 60_000,
    unavailable_ms: 5_000,
    planners: { letters: { deadline_ms, plan } },
  })
  const consume = () => consuming.consume({ kind: 'plan', run_id, group: 1 })
  const names = () => calls.map(([name]) => name)
  return { consume, calls, names, lines }
}

function found(id: string): JobSeed[] {
  return [{ external_id: ExternalId.parse(id), title: `T ${id}`, payload: { id } }]
}

/** The same, as the object is told. */
function encoded(id: string) {
  return { external_id: id, title: `T ${id}`, payload: `{"id":"${id}"}` }
}

/** Ends with the reason of its signal. */
const heedful: Plan = async function* (_, { signal }) {
  await new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  yield found('x')
}

const away = new DatabaseUnavailable({ cause: new Error('refused') })

/** Asks Postgres, which never answers. */
const helpless: Plan = async function* (_, __, patience) {
  await patience.ask(() => Promise.reject(away))
  yield found('x')
}

const stuck: Plan = async function* () {
  await Promise.withResolvers<void>().promise
  yield found('x')
}

const lease = { group: 1, attempt: 3 }

describe('a group’s plan', () => {
  it('PLAN-2: hands over its jobs as they are found, and closes the group', async () => {
    const tasks: PlanTask[] = []
    const { consume, calls } = consumer(async function* (task) {
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
      ['addJobs', { ...lease, jobs: [encoded('y')] }],
      ['closeGroup', { ...lease, lines: [] }],
    ])
    expect(vi.getTimerCount()).toBe(0)
  })

  it.each(['stale', 'aborted'] as const)('PLAN-2: stops when it is %s', async (kind) => {
    const stopped = vi.fn<() => void>()
    const { consume, names } = consumer(
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

  it('PLAN-1: is not begun when its claim is refused', async () => {
    const plan = vi.fn<Plan>()
    const { consume } = consumer(plan, { claimPlan: () => Promise.resolve({ kind: 'refused' }) })
    await consume()
    expect(plan).not.toHaveBeenCalled()
  })

  it('PLAN-1: keeps its lease while a listing is slow', async () => {
    const gate = Promise.withResolvers<void>()
    const { consume, names } = consumer(async function* () {
      await gate.promise
      yield found('x')
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(11_000)
    expect(names()).toEqual(['claimPlan', 'renewPlan', 'renewPlan'])
    gate.resolve()
    await consuming
  })

  it('PLAN-1: is told by its signal when its lease is lost', async () => {
    const { consume, names } = consumer(heedful, {
      renewPlan: () => Promise.resolve({ kind: 'stale' }),
      failPlan: () => Promise.resolve({ kind: 'stale' }),
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(names()).not.toContain('addJobs')
    expect(names()).not.toContain('closeGroup')
  })

  it('PLAN-3: that fails says why', async () => {
    const failure = { code: 'company_unknown', message: 'No such company.', retryable: false }
    const { consume, calls, lines } = consumer(() => {
      throw new PlanFailure(failure)
    })
    await consume()
    expect(calls.at(-1)).toEqual(['failPlan', { ...lease, lines: [], failure }])
    expect(lines).toEqual([])
  })

  it('PLAN-3: that crashes is told, and may be tried again', async () => {
    const { consume, calls, lines } = consumer(async function* () {
      yield found('x')
      throw new TypeError('undefined is not a function')
    })
    await consume()
    expect(calls.at(-1)).toEqual([
      'failPlan',
      {
        ...lease,
        lines: [],
        failure: { code: 'plan_crashed', message: 'undefined is not a function', retryable: true },
      },
    ])
    expect(lines.map(([level]) => level)).toEqual(['error'])
  })

  it('Q-2: is left to its lease when the object does not answer, and has not failed', async () => {
    const { consume, names } = consumer(
      async function* () {
        yield found('x')
      },
      { addJobs: () => Promise.reject(new Error('the object was reset')) },
    )
    await expect(consume()).rejects.toThrow('did not answer')
    expect(names()).toEqual(['claimPlan', 'addJobs'])
  })

  it('Q-2, DB-3: is given back when Postgres cannot be reached', async () => {
    const { consume, calls } = consumer(() => {
      throw new DatabaseUnavailable({ cause: new Error('refused') })
    })
    await consume()
    expect(calls.at(-1)).toEqual(['releasePlan', { ...lease, lines: [], wait_ms: 5_000 }])
  })
})

describe('a plan whose host wants a pause', () => {
  const reason = { code: 'host_pace', message: 'A request a second.' }

  it('Q-2: is given back until then, with what it has to say', async () => {
    const until = Date.now() + 60_000
    const { consume, calls } = consumer(
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
    expect(calls.at(-1)).toEqual(['releasePlan', { ...lease, lines: [line], until, waits: reason }])
  })

  it('waits out a short one where it is, and goes on', async () => {
    const until = Date.now() + 800
    let asked = 0
    const { consume, names } = consumer(
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
    const { consume, names } = consumer(
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
    const { consume, names } = consumer(
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

  it('says how many of its jobs one flight shall carry', async () => {
    const { consume, calls } = consumer(async function* () {
      yield found('x').map((job) => ({ ...job, flight_jobs: 6 }))
    })
    await consume()
    expect(calls[1]).toEqual(['addJobs', { ...lease, jobs: [encoded('x')], flight_jobs: 6 }])
  })
})

describe('a plan’s deadline', () => {
  it.each([
    ['that heeds its signal', heedful],
    ['that waits for what never comes', stuck],
  ])('PLAN-3: passed, fails a plan %s', async (_, plan) => {
    vi.useRealTimers()
    const { run, calls } = stubRun({ claimPlan: () => Promise.resolve(planGrant), failPlan: ok })
    await planConsumer({
      run,
      log: keepLog().log,
      fetch: noPorts.fetch,
      blobs: () => noPorts.blobs,
      pages: noPorts.pages,
      batch_jobs: 1,
      report_ms: 150,
      hold_ms: 60_000,
      unavailable_ms: 5_000,
      planners: { letters: { deadline_ms: 5, plan } },
    }).consume({ kind: 'plan', run_id, group: 1 })
    expect(calls.at(-1)).toMatchObject(['failPlan', { failure: { retryable: true } }])
  })
})

describe('DB-3: a plan, while Postgres is away', () => {
  /** A plan that fetches, asks Postgres, which is away until `goOn`, and finds a job. */
  function asking(limits: { deadline_ms?: number } = {}) {
    let over = false
    const fetched: string[] = []
    const statement = vi.fn<() => Promise<void>>(() =>
      over ? Promise.resolve() : Promise.reject(away),
    )
    const renewPlan = () => Promise.resolve(over ? ({ kind: 'ok' } as const) : still)
    const plan: Plan = async function* (_, __, patience) {
      fetched.push('the listing')
      await patience.ask(statement)
      yield found('x')
    }
    const answers = { renewPlan, databaseAway: () => Promise.resolve() }
    const goOn = () => {
      over = true
    }
    return { ...consumer(plan, answers, limits), goOn, statement, fetched }
  }

  const still = { kind: 'ok', away: true } as const

  it('waits where it is, under its lease, and fetches nothing again', async () => {
    const { consume, names, goOn, statement, fetched } = asking()
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(names()).toEqual(['claimPlan', 'databaseAway', ...Array<string>(4).fill('renewPlan')])
    expect(statement).toHaveBeenCalledTimes(1)
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(names().slice(-2)).toEqual(['addJobs', 'closeGroup'])
    expect(statement).toHaveBeenCalledTimes(2)
    expect(fetched).toHaveLength(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('has all of its time left afterwards', async () => {
    const { consume, names, goOn } = asking({ deadline_ms: 10_000 })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(40_000)
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(names().at(-1)).toBe('closeGroup')
  })

  it('Q-2: is given back after so long', async () => {
    const { consume, calls } = asking()
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(60_000)
    await consuming
    expect(calls.at(-1)).toEqual(['releasePlan', { ...lease, lines: [], wait_ms: 5_000 }])
  })

  it('RUN-2: is let go when its lease is lost', async () => {
    const { consume, names } = consumer(helpless, {
      databaseAway: () => Promise.resolve(),
      renewPlan: () => Promise.resolve({ kind: 'aborted' }),
    })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(names()).toEqual(['claimPlan', 'databaseAway', 'renewPlan'])
    expect(vi.getTimerCount()).toBe(0)
  })
})
