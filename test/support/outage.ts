import { setTimeout as delay } from 'node:timers/promises'

import { expect } from 'vitest'

import type { Wait } from '../../src/protocol/events.ts'
import type { ChaosStack } from './chaos-stack.ts'
import { Follower } from './follower.ts'
import { requestsOf } from './own-sites.ts'
import { type Rest, restOf } from './rest.ts'
import type { User } from './user.ts'
import { WatchChecker } from './watch-checker.ts'

type Outage = {
  readonly stack: ChaosStack
  /** A user without a run. */
  readonly user: User
  readonly outage_ms: number
  /** The number of jobs on the sites. */
  readonly jobs: number
}

/** The figures of a run during which Postgres was away. */
export type OutageFigures = {
  readonly rest: Rest
  /** The addresses that the run requested more than once. */
  readonly fetched_twice: readonly string[]
  /** The number of statements that took effect without an answer. */
  readonly cuts: number
  /** The number of connections of a watcher that is not cut. */
  readonly connections: number
  /** What the progress told watchers about the outage, and the log's lines about it. */
  readonly told: Wait | undefined
  readonly lines: readonly string[]
  /** The times from the return of Postgres until the run knew of it, and until the run had finished. */
  readonly back_ms: number
  readonly finished_ms: number
}

/**
 * Takes Postgres away in the middle of a run. At first connections are cut after the commit. Then they are
 * refused. Then they are cut again, which only the run's probes meet. Then Postgres comes back.
 */
export async function outage({ stack, user, outage_ms, jobs }: Outage): Promise<OutageFigures> {
  const { statements } = stack
  const run_id = await user.start()
  const follower = new Follower(user, run_id, { log: true })
  const checker = new WatchChecker(user, run_id, 'sse')
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
  const rest = await restOf({ stack, user, run_id, checkers: [checker], expected: jobs })
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

/** Waits until the outage has lasted `ms`. The scenario is about this duration, so it waits for a time. */
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

/** Returns the addresses of listings and postings that a run requested more than once. */
async function repeatedRequests(stack: ChaosStack): Promise<string[]> {
  const asked = await requestsOf({ origin: stack.sites })
  const addresses = asked
    .map(({ path, query }) => `${path}${query}`)
    .filter((address) => !/^\/(?:control|companies\.json|robots\.txt)/.test(address))
  const counts = Map.groupBy(addresses, (address) => address)
  return [...counts].flatMap(([address, { length }]) => (length > 1 ? address : []))
}
