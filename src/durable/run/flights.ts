import type { Entry, Subject } from '../outbox/entry.ts'
import { backoff, hold, lease, renew } from '../outbox/entry.ts'
import { isAway } from './database-outage.ts'
import { putOff } from './dispatch.ts'
import type { Job, JobPair } from './job-state.ts'
import { applyReport, grantJob, isOpen, isSuspect, loseJob } from './job-state.ts'
import { tellJobs } from './log-lines.ts'
import type {
  FlightGrant,
  FlightRelease,
  FlightReport,
  Refused,
  ReportAnswer,
  ReportRow,
} from './run-rpc.ts'
import { leaseLost } from './run-state.ts'
import type { RunChange } from './run-transaction.ts'

const refused: Refused = { kind: 'refused' }

type Flight = Entry & { readonly subject: Extract<Subject, { kind: 'flight' }> }

/** Grants a flight's lease and raises the attempt of each of its open jobs (JOB-1). */
export function claim(change: RunChange, request: { flight: number }): FlightGrant | Refused {
  const flight = findFlight(change, request.flight)
  if (flight?.state !== 'sent') return refused
  if (isAway(change.run)) {
    putOff(change, flight)
    return refused
  }
  const group = change.store.readGroup(flight.subject.group)
  const pairs = openJobs(change, flight).map((job): JobPair => [job, grantJob(job)])
  if (group === undefined || pairs.length === 0) {
    change.store.dropEntry(flight.id)
    return refused
  }
  const leased = lease(flight, change.now, change.settings)
  change.store.writeEntry(leased)
  change.setJobs(pairs)
  return {
    kind: 'granted',
    owner: change.run.owner,
    pipeline: change.run.pipeline,
    group: group.key,
    grant: leased.grant,
    renew_ms: change.settings.renew_ms,
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
 * Takes what a worker says of its jobs, renews its lease, and tells it what to stop. A row under
 * an older attempt changes nothing; one that says what is known already changes nothing either
 * (JOB-2).
 */
export function report(change: RunChange, request: FlightReport): ReportAnswer {
  const flight = findFlight(change, request.flight)
  if (flight === undefined) {
    change.sayLate(request.lines ?? [])
    return { kind: 'gone' }
  }
  const rows = new Map(request.rows.map((row) => [row.n, row]))
  const held = holdsFlight(flight, request)
  const { group, jobs } = flight.subject
  // Of a large flight most jobs are as they were, and need not be read to know it.
  const spoken = request.last && held ? jobs : jobs.filter((n) => rows.has(n))
  const before = change.store.readJobs(group, spoken)
  const after = before.map((job) => {
    const row = rows.get(job.n)
    if (row !== undefined) return applyRow(change, job, row)
    return held && request.last ? leaveUnspoken(change, job) : job
  })
  const pairs = before.flatMap((job, i) => pairIfChanged(job, after[i]))
  change.setJobs(pairs)
  change.say(group, [...(request.lines ?? []), ...tellJobs(pairs, change.nouns)])
  if (!held) return { kind: 'gone' }
  const waiting = putBack(change, flight, { jobs: after, rows })
  const staying = after.filter((job) => !waiting.has(job.n))
  settle(change, without(flight, waiting), { jobs: staying, last: request.last })
  return {
    kind: 'held',
    aborted: after.filter((job) => job.status === 'aborted').map((job) => job.n),
    lost: after.filter((job) => isOthers(job, rows.get(job.n))).map((job) => job.n),
    ...(isAway(change.run) ? { away: true } : {}),
  }
}

/** Given back without a fault of the jobs': nothing of their budgets is used (Q-2). */
export function release(change: RunChange, request: FlightRelease): void {
  const flight = findFlight(change, request.flight)
  if (flight === undefined || !holdsFlight(flight, request)) return
  change.store.writeEntry(hold(flight, change.now + request.wait_ms))
}

/** Jobs that have to wait leave the flight, each until its time, and keep neither lease nor blame. */
function putBack(
  change: RunChange,
  { subject: { group } }: Flight,
  { jobs, rows }: { jobs: readonly Job[]; rows: ReadonlyMap<number, ReportRow> },
): ReadonlySet<number> {
  const waiting = new Set<number>()
  for (const job of jobs) {
    const row = rows.get(job.n)
    if (row?.kind !== 'waiting' || row.attempt !== job.attempt || !isOpen(job)) continue
    waiting.add(job.n)
    change.owe({ kind: 'flight', group, jobs: [job.n] }, row.until, row.reason)
  }
  return waiting
}

function without(flight: Flight, numbers: ReadonlySet<number>): Flight {
  const { group, jobs, kind } = flight.subject
  return { ...flight, subject: { kind, group, jobs: jobs.filter((n) => !numbers.has(n)) } }
}

/** The lease ran out, or the message ended among the dead letters (JOB-3, JOB-5). */
export function loseFlight(change: RunChange, entry: Entry): void {
  if (entry.subject.kind !== 'flight') return
  const flight = { ...entry, subject: entry.subject }
  const open = openJobs(change, flight)
  const after = open.map((job) => loseJob(job, change.settings))
  const pairs = open.flatMap((job, i) => pairIfChanged(job, after[i]))
  change.turn((run) => leaseLost(run, flight.subject.group, change.now))
  change.setJobs(pairs)
  change.say(flight.subject.group, tellJobs(pairs, change.nouns))
  flyAgain(change, flight, after)
}

/** Ends the flight when its worker is done; else the lease goes on. */
function settle(
  change: RunChange,
  flight: Flight,
  { jobs, last }: { jobs: readonly Job[]; last: boolean },
): void {
  if (last) flyAgain(change, flight, jobs)
  else change.store.writeEntry(renew(flight, change.now, change.settings))
}

/** Ends a flight: what is still open of it goes out again, suspects and failed ones apart. */
function flyAgain(change: RunChange, flight: Flight, jobs: readonly Job[]): void {
  change.store.dropEntry(flight.id)
  const { group } = flight.subject
  const together = new Map<number, number[]>()
  for (const job of jobs.filter(isOpen)) {
    const wait = job.failures === 0 ? 0 : backoff(job.failures, change.settings)
    const due = change.now + wait
    if (isSuspect(job, change.settings)) change.owe({ kind: 'flight', group, jobs: [job.n] }, due)
    else together.set(due, [...(together.get(due) ?? []), job.n])
  }
  for (const [due, numbers] of together) change.owe({ kind: 'flight', group, jobs: numbers }, due)
}

/** Its worker is done and said nothing of it: a loss, so that it does not go round for ever. */
function leaveUnspoken(change: RunChange, job: Job): Job {
  const failedBefore = job.error !== null
  return isOpen(job) && !failedBefore ? loseJob(job, change.settings) : job
}

function applyRow(change: RunChange, job: Job, row: ReportRow): Job {
  const verdict = applyReport(job, row, change.settings)
  return verdict.kind === 'changed' ? verdict.job : job
}

function pairIfChanged(before: Job, after: Job | undefined): JobPair[] {
  return after === undefined || after === before ? [] : [[before, after]]
}

/** Somebody else was granted the job since the row's attempt. */
function isOthers(job: Job, row: ReportRow | undefined): boolean {
  return row !== undefined && job.status !== 'aborted' && row.attempt < job.attempt
}

function openJobs(change: RunChange, { subject }: Flight): Job[] {
  return change.store.readJobs(subject.group, subject.jobs).filter(isOpen)
}

/** A lease that was given back is no longer held, though no other was granted yet. */
function holdsFlight({ state, grant }: Flight, request: { readonly grant: number }): boolean {
  return state === 'leased' && grant === request.grant
}

function findFlight(change: RunChange, id: number): Flight | undefined {
  const entry = change.store.readEntries().find((e) => e.id === id)
  return entry?.subject.kind === 'flight' ? { ...entry, subject: entry.subject } : undefined
}
