import { backoff, hold, lease, renew } from '../outbox/entry.ts'
import { asGranted } from './attempts.ts'
import { isDatabaseAway } from './database-outage.ts'
import { maySendWork, postponeClaim } from './dispatch.ts'
import type { Job, JobPair } from './job-state.ts'
import { applyReport, grantJob, isOpen, isSuspect, loseJob } from './job-state.ts'
import { logJobs } from './log-lines.ts'
import { flightTimes } from './report-pace.ts'
import type { RunTransaction } from './run-engine.ts'
import { type FlightEntry, isFlight, type RunEntry } from './run-outbox.ts'
import { leaseLost } from './run-state.ts'
import type {
  FlightGrant,
  FlightRelease,
  FlightReport,
  Refused,
  ReportAnswer,
  ReportRow,
} from './work-rpc.ts'

const refused: Refused = { kind: 'refused' }

/**
 * Grants a flight's lease and raises the attempt of each of its open jobs (JOB-1). Of jobs that were never granted
 * only the flight is written: `asGranted` reads their first attempt off it.
 */
export function claim(tx: RunTransaction, request: { flight: number }): FlightGrant | Refused {
  const flight = findFlight(tx, request.flight)
  if (flight?.state !== 'sent') return refused
  if (!maySendWork(tx.run)) {
    postponeClaim(tx, flight)
    return refused
  }
  const group = tx.store.readGroup(flight.subject.group)
  const open = openJobs(tx, flight)
  const pairs = open.map((job): JobPair => [job, grantJob(asGranted(job, flight))])
  if (group === undefined || pairs.length === 0) {
    tx.store.dropEntry(flight.id)
    return refused
  }
  const times = flightTimes(tx.run, tx.settings)
  const leased = lease(flight, tx.now, times)
  tx.store.writeEntry(leased)
  tx.setJobs(
    pairs.filter(([, { attempt }]) => attempt > 1),
    flight,
  )
  return {
    kind: 'granted',
    owner: tx.run.owner,
    pipeline: tx.run.pipeline,
    group: group.key,
    grant: leased.grant,
    renew_ms: times.renew_ms,
    jobs: pairs.map(([, { n, external_id, title, attempt, payload }]) => ({
      n,
      external_id,
      title,
      attempt,
      payload,
    })),
  }
}

/**
 * Takes a worker's report on its jobs, renews the worker's lease, and tells the worker which jobs to stop.
 * A row under an older attempt changes nothing, and neither does a repeated row (JOB-2).
 */
export function report(tx: RunTransaction, request: FlightReport): ReportAnswer {
  const flight = findFlight(tx, request.flight)
  if (flight === undefined) {
    tx.appendLateLog(request.lines ?? [])
    return { kind: 'gone' }
  }
  const rows = new Map(request.rows.map((row) => [row.n, row]))
  const held = holdsFlight(flight, request)
  const { group, jobs } = flight.subject
  // In a large flight most jobs have not changed, so only those with a row are read.
  const reported = request.last && held ? jobs : jobs.filter((n) => rows.has(n))
  const stored = tx.store.readJobs(group, reported)
  const before = stored.map((job) => asGranted(job, flight))
  const after = before.map((job) => {
    const row = rows.get(job.n)
    if (row !== undefined) return applyRow(tx, job, row)
    return held && request.last ? loseUnreported(tx, job) : job
  })
  // A job that leaves its flight takes its attempt along.
  const kept = request.last ? stored : before
  const pairs = stored.flatMap((job, i) => (after[i] === kept[i] ? [] : pairOf(job, after[i])))
  tx.setJobs(pairs, flight)
  tx.appendGroupLog(group, [...(request.lines ?? []), ...logJobs(pairs, tx.nouns)])
  if (!held) return { kind: 'gone' }
  const waiting = putBack(tx, flight, { jobs: after, rows })
  const staying = after.filter((job) => !waiting.has(job.n))
  settle(tx, without(flight, waiting), { jobs: staying, last: request.last })
  return {
    kind: 'held',
    aborted: after.filter((job) => job.status === 'aborted').map((job) => job.n),
    lost: after.filter((job) => isGrantedToOther(job, rows.get(job.n))).map((job) => job.n),
    ...(isDatabaseAway(tx.run) ? { away: true } : {}),
  }
}

/**
 * Takes back a flight that its worker gives up through no fault of the jobs. The jobs' budgets stay as they are
 * (Q-2).
 */
export function release(tx: RunTransaction, request: FlightRelease): void {
  const flight = findFlight(tx, request.flight)
  if (flight === undefined || !holdsFlight(flight, request)) return
  tx.store.writeEntry(hold(flight, tx.now + request.wait_ms))
}

/**
 * Moves each job that has to wait from the flight to a held entry of its own. Such a job holds no lease and spends
 * no budget.
 */
function putBack(
  tx: RunTransaction,
  { subject: { group } }: FlightEntry,
  { jobs, rows }: { jobs: readonly Job[]; rows: ReadonlyMap<number, ReportRow> },
): ReadonlySet<number> {
  const waiting = new Set<number>()
  for (const job of jobs) {
    const row = rows.get(job.n)
    if (row?.kind !== 'waiting' || row.attempt !== job.attempt || !isOpen(job)) continue
    waiting.add(job.n)
    tx.enqueue({ kind: 'flight', group, jobs: [job.n] }, row.until, row.reason)
  }
  return waiting
}

function without(flight: FlightEntry, numbers: ReadonlySet<number>): FlightEntry {
  const { group, jobs, kind } = flight.subject
  return { ...flight, subject: { kind, group, jobs: jobs.filter((n) => !numbers.has(n)) } }
}

/**
 * Ends a flight whose lease ran out, or whose message ended among the dead letters. Each open job of it has lost a
 * lease, and goes into a new flight or fails (JOB-3, JOB-5).
 */
export function loseFlight(tx: RunTransaction, entry: RunEntry): void {
  if (!isFlight(entry)) return
  const open = openJobs(tx, entry)
  const after = open.map((job) => loseJob(asGranted(job, entry), tx.settings))
  const pairs = open.flatMap((job, i) => pairOf(job, after[i]))
  tx.updateRun((run) => leaseLost(run, entry.subject.group, tx.now))
  tx.setJobs(pairs, entry)
  tx.appendGroupLog(entry.subject.group, logJobs(pairs, tx.nouns))
  flyAgain(tx, entry, after)
}

/** Ends the flight if the worker is done, or else renews the lease. */
function settle(
  tx: RunTransaction,
  flight: FlightEntry,
  { jobs, last }: { jobs: readonly Job[]; last: boolean },
): void {
  if (last) flyAgain(tx, flight, jobs)
  else tx.store.writeEntry(renew(flight, tx.now, flightTimes(tx.run, tx.settings)))
}

/** Ends a flight. Its jobs that are still open go into new flights: suspects alone, failed jobs after a wait. */
function flyAgain(tx: RunTransaction, flight: FlightEntry, jobs: readonly Job[]): void {
  tx.store.dropEntry(flight.id)
  const { group } = flight.subject
  const together = new Map<number, number[]>()
  for (const job of jobs.filter(isOpen)) {
    const wait = job.failures === 0 ? 0 : backoff(job.failures, tx.settings)
    const due = tx.now + wait
    if (isSuspect(job, tx.settings)) tx.enqueue({ kind: 'flight', group, jobs: [job.n] }, due)
    else together.set(due, [...(together.get(due) ?? []), job.n])
  }
  for (const [due, numbers] of together) tx.enqueue({ kind: 'flight', group, jobs: numbers }, due)
}

/**
 * Counts a lost lease for a job that the worker has not reported although the worker is done: otherwise the job
 * would be given out for ever.
 */
function loseUnreported(tx: RunTransaction, job: Job): Job {
  const failedBefore = job.error !== null
  return isOpen(job) && !failedBefore ? loseJob(job, tx.settings) : job
}

function applyRow(tx: RunTransaction, job: Job, row: ReportRow): Job {
  const verdict = applyReport(job, row, tx.settings)
  return verdict.kind === 'changed' ? verdict.job : job
}

function pairOf(before: Job, after: Job | undefined): JobPair[] {
  return after === undefined ? [] : [[before, after]]
}

/** Whether the job was granted to another worker after the row's attempt. */
function isGrantedToOther(job: Job, row: ReportRow | undefined): boolean {
  return row !== undefined && job.status !== 'aborted' && row.attempt < job.attempt
}

function openJobs(tx: RunTransaction, { subject }: FlightEntry): Job[] {
  return tx.store.readJobs(subject.group, subject.jobs).filter(isOpen)
}

/**
 * Whether the lease of this grant still holds. A lease that was given back holds no longer, even if the flight has
 * no new grant yet.
 */
function holdsFlight({ state, grant }: FlightEntry, request: { readonly grant: number }): boolean {
  return state === 'leased' && grant === request.grant
}

function findFlight(tx: RunTransaction, id: number): FlightEntry | undefined {
  return tx.store
    .readEntries()
    .filter(isFlight)
    .find((e) => e.id === id)
}
