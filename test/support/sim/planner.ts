import {
  addJobs,
  claimPlan,
  closeGroup,
  failPlan,
  releasePlan,
  renewPlan,
} from '../../../src/durable/run/plans.ts'
import type { PlanAnswer, PlanLease, Refused } from '../../../src/durable/run/work-rpc.ts'
import { seed } from '../test-run.ts'
import { DatabaseAway } from './database.ts'
import { Lost, retryThroughOutage } from './outage-retry.ts'
import { type FaultPlan, oneOf, type Parts } from './parts.ts'
import { ask, type Work } from './wire.ts'

const refused: Refused = { kind: 'refused' }
const stale: PlanAnswer = { kind: 'stale' }

type Listing = { readonly group: number; readonly jobs: number }

type End =
  | 'closes'
  | 'closes with its last jobs'
  | 'breaks'
  | 'fails'
  | 'waits'
  | 'renews and closes'
const ends: readonly [End, ...End[]] = [
  'closes',
  'closes with its last jobs',
  'renews and closes',
  'breaks',
  'closes with its last jobs',
  'waits',
  'fails',
]

/** The most jobs that one call adds. */
const BATCH = 3

/** The consumer of a group's plan: a claim, the listing in batches, and the close. */
export function* plan(parts: Parts, listing: Listing, faults: FaultPlan): Work {
  const { group } = listing
  const grant = yield* ask('object', () => parts.object().call(claimPlan, { group }, refused))
  if (grant.kind === 'refused') return
  const lease = { group, attempt: grant.attempt }
  parts.grants.note(parts.grants.enter(), { ...grant, external_id: 'its plan' })
  try {
    yield* reach(parts, lease, faults)
    const found = listed(listing, faults)
    const how = oneOf(ends, faults)
    for (let i = 0; i < found.length; i += BATCH) {
      const jobs = found.slice(i, i + BATCH)
      const isLast = how === 'closes with its last jobs' && i + BATCH >= found.length
      if (isLast) yield* reach(parts, lease, faults)
      const close = isLast ? { close: { gone: 1 } } : {}
      const answer = yield* ask('object', () =>
        parts.object().call(addJobs, { ...lease, jobs, ...close }, stale),
      )
      if (answer.kind !== 'ok' || answer.closed === true) return
    }
    yield* reach(parts, lease, faults)
    yield* end(parts, lease, how)
  } catch (error) {
    if (error instanceof Lost) return
    if (!(error instanceof DatabaseAway)) throw error
    const held = { ...lease, wait_ms: 50 }
    yield* ask('object', () => parts.object().call(releasePlan, held, undefined))
  }
}

/** Reads the company's row or its visit from Postgres. */
function* reach(parts: Parts, lease: PlanLease, faults: FaultPlan): Work {
  yield* retryThroughOutage(
    parts,
    { run: () => parts.database.reach(), hold_ms: oneOf([300, 0, 60], faults) },
    () => {
      const answer = parts.object().call(renewPlan, lease, stale)
      return answer.kind === 'ok' ? answer : 'lost'
    },
  )
}

/** One reading of the listing. It may lack some jobs. */
function listed({ group, jobs }: Listing, faults: FaultPlan) {
  return Array.from({ length: jobs }, (_, n) => n)
    .filter((n) => oneOf([true, true, true, false], faults, n))
    .map((n) => seed(`${group}-${n}`))
}

function* end({ object }: Parts, lease: PlanLease, how: End): Work {
  const failure = { code: 'broken', message: 'It broke.', retryable: how === 'breaks' }
  switch (how) {
    case 'renews and closes':
      yield* ask('object', () => object().call(renewPlan, lease, stale))
      yield* ask('object', () =>
        object().call(closeGroup, { ...lease, gone: lease.attempt }, stale),
      )
      return
    case 'closes':
    case 'closes with its last jobs':
      yield* ask('object', () => object().call(closeGroup, lease, stale))
      return
    case 'breaks':
    case 'fails':
      yield* ask('object', () => object().call(failPlan, { ...lease, failure }, stale))
      return
    case 'waits':
      yield* ask('object', () => {
        const until = Date.now() + 30
        return object().call(releasePlan, { ...lease, until, waits: failure }, undefined)
      })
  }
}
