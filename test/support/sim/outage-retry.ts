import { databaseAway } from '../../../src/durable/run/checkpoints.ts'
import { DatabaseAway } from './database.ts'
import type { Parts } from './parts.ts'
import { ask, type Call, sleep, Unanswered } from './wire.ts'

/** The lease is lost: the run does not wait for this consumer any more. */
export class Lost extends Error {}

/** What the object's answer to a renewal says about Postgres. */
export type Renewed = 'lost' | { readonly away?: true }

/** The interval in which a lease is renewed during an outage, in milliseconds. */
const RENEW = 30

/** A statement, and the longest time for which its consumer holds the work. */
type Statement<T> = { readonly run: () => T; readonly hold_ms: number }

/** Repeats a statement when the object says that Postgres is back (DB-3). */
export function* retryThroughOutage<T>(
  parts: Parts,
  { run, hold_ms }: Statement<T>,
  renew: () => Renewed,
): Generator<Call, T, void> {
  const since = Date.now()
  for (;;) {
    const begun = Date.now()
    try {
      return yield* ask('database', run)
    } catch (error) {
      if (!(error instanceof DatabaseAway) || Date.now() - since >= hold_ms) throw error
    }
    const took_ms = Date.now() - begun
    yield* trying(() => parts.object().call(databaseAway, { took_ms }, undefined))
    yield* untilBack(since + hold_ms, renew)
  }
}

function* untilBack(until: number, renew: () => Renewed): Generator<Call, void, void> {
  for (;;) {
    yield* sleep(RENEW)
    const answer = yield* trying(renew)
    if (answer === 'lost') throw new Lost('the lease is lost')
    if (answer !== undefined && answer.away !== true) return
    if (Date.now() >= until) throw new DatabaseAway('it was waited for')
  }
}

/** Calls the object. Returns undefined if it does not answer; the caller asks again later. */
function* trying<T>(work: () => T): Generator<Call, T | undefined, void> {
  try {
    return yield* ask('object', work)
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error
    return undefined
  }
}
