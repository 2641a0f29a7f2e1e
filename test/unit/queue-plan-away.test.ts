import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

import { DatabaseUnavailable } from '../../src/db/connect.ts'
import { consumerOf, found, lease, type Plan } from '../support/plan-consumer.ts'

beforeEach(() => {
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
})

const away = new DatabaseUnavailable({ cause: new Error('refused') })

/** Waits for Postgres, which never answers. */
const helpless: Plan = async function* (_, __, outage) {
  await outage.ask(() => Promise.reject(away))
  yield found('x')
}

describe('DB-3: a plan, while Postgres is away', () => {
  /** A plan that fetches, queries Postgres, which is away until `goOn`, and finds a job. */
  function asking(limits: { deadline_ms?: number } = {}) {
    let over = false
    const fetched: string[] = []
    const statement = vi.fn<() => Promise<void>>(() =>
      over ? Promise.resolve() : Promise.reject(away),
    )
    const renewPlan = () => Promise.resolve(over ? ({ kind: 'ok' } as const) : still)
    const plan: Plan = async function* (_, __, outage) {
      fetched.push('the listing')
      await outage.ask(statement)
      yield found('x')
    }
    const answers = { renewPlan, databaseAway: () => Promise.resolve() }
    const goOn = () => {
      over = true
    }
    return { ...consumerOf(plan, answers, limits), goOn, statement, fetched }
  }

  const still = { kind: 'ok', away: true } as const

  it('waits in place under its lease, and fetches nothing again', async () => {
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

  it('has its whole time left afterwards', async () => {
    const { consume, names, goOn } = asking({ deadline_ms: 10_000 })
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(40_000)
    goOn()
    await vi.advanceTimersByTimeAsync(5_000)
    await consuming
    expect(names().at(-1)).toBe('closeGroup')
  })

  it('Q-2: is given back after a while', async () => {
    const { consume, calls } = asking()
    const consuming = consume()
    await vi.advanceTimersByTimeAsync(60_000)
    await consuming
    expect(calls.at(-1)).toEqual([
      'releasePlan',
      { ...lease, lines: [], took_ms: 60_000, wait_ms: 5_000 },
    ])
  })

  it('RUN-2: is dropped when its lease is lost', async () => {
    const { consume, names } = consumerOf(helpless, {
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
