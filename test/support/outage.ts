import { setTimeout as delay } from 'node:timers/promises'

import { expect } from 'vitest'

import type { Wait } from '../../src/protocol/events.ts'
import type { ChaosStack } from './chaos-stack.ts'
import { Follower } from './follower.ts'
import { requestsOf } from './own-sites.ts'
import { type Rest, restOf } from './rest.ts'
import type { User } from './user.ts'
import { Witness } from './witness.ts'

type Outage = {
  readonly stack: ChaosStack
  /** Somebody without a run so far. */
  readonly user: User
  readonly outage_ms: number
  /** The jobs that the sites hold. */
  readonly jobs: number
}

/** What an outage of Postgres in the middle of a run came to. */
export type OutageFigures = {
  readonly rest: Rest
  /** Addresses that the sites were asked for more than once. */
  readonly fetched_twice: readonly string[]
  /** Statements that took effect and were never answered. */
  readonly cuts: number
  /** How often a watcher connected that is in no hurry. */
  readonly connections: number
  /** What watchers were told of the outage by the progress, and the log's lines on it. */
  readonly told: Wait | undefined
  readonly lines: readonly string[]
  /** After Postgres was back: when the run knew of it, and when it was finished. */
  readonly back_ms: number
  readonly finished_ms: number
}

/**
 * A run in the middle of which Postgres goes: connections are cut after the commit, then refused, then
 * cut again, which its probes alone meet; and it is back.
 */
export async function outage({ stack, user, outage_ms, jobs }: Outage): Promise<OutageFigures> {
  const { statements } = stack
  const run_id = await user.start()
  const follower = new Follower(user, run_id, { log: true })
  const witness = new Witness(user, run_id, 'sse')
  await follower.until(({ done }) => done >= 0.1 * jobs)

  const cuts = statements.cuts
  const begun = Date.now()
  statements.passage = 'cut'
  await expect.poll(() => statements.cuts).toBeGreaterThan(cuts)
  await follower.until((one) => awayIn(one) !== undefined)
  const told = awayIn(follower)
  await spend(begun, 0.25 * outage_ms)
  const { done } = follower
  statements.passage = 'refused'
  await spend(begun, 0.75 * outage_ms)
  statements.passage = 'cut'
  await spend(begun, outage_ms)
  expect(follower.done).toBe(done)

  statements.passage = 'open'
  const back = Date.now()
  await follower.until((one) => awayIn(one) === undefined)
  const back_ms = Date.now() - back
  await follower.ended
  const finished_ms = Date.now() - back
  const rest = await restOf({ stack, user, run_id, witnesses: [witness], expected: jobs })
  return {
    rest,
    fetched_twice: await repeatedRequests(stack),
    cuts: statements.cuts - cuts,
    connections: follower.connections,
    told,
    lines: linesOf(follower),
    back_ms,
    finished_ms,
  }
}

/** The outage is as long as it is said to be: time is what it is about. */
async function spend(begun: number, ms: number): Promise<void> {
  await delay(Math.max(0, begun + ms - Date.now()))
}

function awayIn({ state }: Follower): Wait | undefined {
  return state.progress?.waits?.find(({ code }) => code === 'database_away')
}

function linesOf({ events }: Follower): string[] {
  return events.flatMap((event) =>
    event.event === 'log' && 'message' in event.data && event.data.message.includes('Postgres')
      ? event.data.message
      : [],
  )
}

/** Of what a run asks for: a listing's page, a posting's page. */
async function repeatedRequests(stack: ChaosStack): Promise<string[]> {
  const asked = await requestsOf({ origin: stack.sites })
  const addresses = asked
    .map(({ path, query }) => `${path}${query}`)
    .filter((address) => !/^\/(?:control|companies\.json|robots\.txt)/.test(address))
  const counts = Map.groupBy(addresses, (address) => address)
  return [...counts].flatMap(([address, { length }]) => (length > 1 ? address : []))
}
