import { claim, release } from '../../../src/durable/run/flights.ts'
import type {
  FlightGrant,
  GrantedJob,
  Refused,
  ReportAnswer,
  ReportRow,
} from '../../../src/durable/run/work-rpc.ts'
import type { Outcome, Reason } from '../../../src/protocol/status.ts'
import { failed, step, type Reported } from '../test-run.ts'
import { DatabaseAway, type Result } from './database.ts'
import { Lost, retryThroughOutage, type Renewed } from './outage-retry.ts'
import { type FaultPlan, oneOf, type Parts } from './parts.ts'
import { ask, type Call, sleep, type Work } from './wire.ts'

const refused: Refused = { kind: 'refused' }

/**
 * The outcome of a job's work: a result for Postgres, or something that only the object is told. `title`
 * replaces the job's title.
 */
type Ending =
  | { readonly kind: 'ready'; readonly content: string; readonly title?: string }
  | { readonly kind: 'skipped'; readonly reason: Reason }
  | { readonly kind: 'reported'; readonly report: Reported }
  | { readonly kind: 'waits' }
  | { readonly kind: 'silent' }

const endings: readonly [Ending, ...Ending[]] = [
  { kind: 'ready', content: 'as it was' },
  { kind: 'ready', content: 'another' },
  { kind: 'reported', report: failed() },
  { kind: 'ready', content: 'as it was', title: 'Another title' },
  { kind: 'waits' },
  { kind: 'ready', content: 'as it was' },
  { kind: 'reported', report: step() },
  { kind: 'skipped', reason: { code: 'robots', message: 'Forbidden.' } },
  { kind: 'silent' },
  { kind: 'ready', content: 'as it was' },
  { kind: 'reported', report: failed(false) },
]

type Flight = { readonly flight: number; readonly worker: number; readonly grant: FlightGrant }

/**
 * The consumer of a flight: a claim, then each result to Postgres and after that to the object, and at last
 * the ack.
 */
export function* fly(parts: Parts, flight: number, faults: FaultPlan): Work {
  const grant = yield* ask('object', () => parts.object().call(claim, { flight }, refused))
  if (grant.kind === 'refused') return
  const worker = parts.grants.enter()
  for (const job of grant.jobs) parts.grants.note(worker, { group: grant.group, ...job })
  const held = { flight, worker, grant }
  const kept = yield* isKept(passOn(parts, held, faults))
  if (kept) return
  const request = { flight, grant: grant.grant, wait_ms: 50 }
  yield* ask('object', () => parts.object().call(release, request, undefined))
  if (oneOf([false, true], faults, 3)) yield* reportAsZombie(parts, held, faults)
}

/**
 * A zombie. Its statement has taken effect after all, and it reports as if it still held jobs that others
 * hold by now.
 */
function* reportAsZombie(parts: Parts, held: Flight, faults: FaultPlan): Work {
  const { flight, grant } = held
  for (let i = 0; i < 4; i += 1) {
    yield* sleep(25)
    const won = parts.database.heldBy(grant)
    const rows = grant.jobs.flatMap((job) => toRow(job, oneOf(endings, faults, job.n), won))
    const request = { flight, grant: grant.grant, rows, last: i === 3 }
    yield* ask('object', () => parts.object().report(request))
  }
}

/** Returns false if the consumer could not wait for Postgres any longer. */
function* isKept(work: Work): Generator<Call, boolean, void> {
  try {
    yield* work
    return true
  } catch (error) {
    if (error instanceof Lost) return true
    if (!(error instanceof DatabaseAway)) throw error
    return false
  }
}

/** Reports the jobs in two parts. The first part may be empty, so that its report only renews the lease. */
function* passOn(parts: Parts, flight: Flight, faults: FaultPlan): Work {
  const { jobs } = flight.grant
  const half = oneOf([jobs.length, 1, 0], faults)
  const stopped = new Set<number>()
  for (const [some, last] of half < jobs.length
    ? ([
        [jobs.slice(0, half), false],
        [jobs.slice(half), true],
      ] as const)
    : ([[jobs, true]] as const)) {
    const done = some.filter(({ n }) => !stopped.has(n))
    const rows = yield* record(parts, { ...flight, done }, faults)
    const { flight: id, grant } = flight
    const request = { flight: id, grant: grant.grant, rows, last }
    const answer: ReportAnswer = yield* ask('object', () => parts.object().report(request))
    if (answer.kind === 'gone') return
    for (const n of [...answer.aborted, ...answer.lost]) stopped.add(n)
  }
}

/** Writes results to Postgres first. Reports as done only what Postgres has stored. */
function* record(
  parts: Parts,
  { flight, worker, grant, done }: Flight & { readonly done: readonly GrantedJob[] },
  faults: FaultPlan,
): Generator<Call, ReportRow[], void> {
  const ended = done.map((job) => ({ job, ending: oneOf(endings, faults, job.n) }))
  const results = ended.flatMap(({ job, ending }) => toResult(grant.group, job, ending))
  const won =
    results.length === 0
      ? new Map<string, Outcome | null>()
      : yield* retryThroughOutage(
          parts,
          {
            run: () => parts.database.record(worker, results),
            hold_ms: oneOf([300, 0, 0], faults),
          },
          () => renew(parts, { flight, grant: grant.grant }),
        )
  return ended.flatMap(({ job, ending }) => toRow(job, ending, won))
}

function renew({ object }: Parts, held: { flight: number; grant: number }): Renewed {
  const answer = object().report({ ...held, rows: [], last: false })
  return answer.kind === 'gone' ? 'lost' : answer
}

function toResult(
  group: string,
  { external_id, title, attempt }: GrantedJob,
  ending: Ending,
): Result[] {
  const job = { group, external_id, attempt, title }
  if (ending.kind === 'skipped')
    return [{ ...job, status: 'skipped', error: ending.reason, content: '' }]
  if (ending.kind !== 'ready') return []
  const { content } = ending
  return [{ ...job, title: ending.title ?? title, status: 'ready', error: null, content }]
}

function toRow(
  { n, attempt, external_id }: GrantedJob,
  ending: Ending,
  won: ReadonlyMap<string, Outcome | null>,
): ReportRow[] {
  switch (ending.kind) {
    case 'reported':
      return [{ n, attempt, ...ending.report }]
    case 'silent':
      return []
    case 'waits':
      return [{ n, attempt, kind: 'waiting', until: Date.now() + 30, reason: pace }]
    case 'skipped':
      return won.has(external_id) ? [{ n, attempt, kind: 'skipped', reason: ending.reason }] : []
    case 'ready': {
      const outcome = won.get(external_id) ?? null
      const title = ending.title === undefined ? {} : { title: ending.title }
      return outcome === null ? [] : [{ n, attempt, kind: 'ready', outcome, ...title }]
    }
  }
}

const pace: Reason = { code: 'host_pace', message: 'In a moment.' }
