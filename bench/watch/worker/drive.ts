import type { RunRpc } from '../../../src/durable/run/run-rpc.ts'
import type { FlightGrant, ReportRow } from '../../../src/durable/run/work-rpc.ts'
import { ExternalId, GroupKey, type RunId } from '../../../src/protocol/ids.ts'
import type { FlightMessage } from '../../../src/protocol/messages.ts'
import type { CreateRequest, DriveRequest } from '../routes.ts'
import {
  type Change,
  changesOf,
  type Driven,
  externalId,
  GROUP,
  jobOf,
  steps,
  titleOf,
} from '../workload.ts'

/** The number of jobs in a flight of instant work. So 1,000 jobs are ten flights. */
const FLIGHT_JOBS = 100
const LEAD_MS = 200
const POLL_MS = 10

/**
 * The flights that each run's object has sent. Locally all objects are in one isolate, so one map has them
 * all.
 */
const sent = new Map<RunId, Set<number>>()

export function noteFlight({ run_id, flight }: FlightMessage): void {
  const flights = sent.get(run_id) ?? new Set()
  sent.set(run_id, flights.add(flight))
}

/** Makes a run with planned jobs. The object has sent its flights, and nobody has claimed one. */
export async function createRun(run: RunRpc, { run_id, owner, jobs }: CreateRequest) {
  const groups = [{ key: GroupKey.parse(GROUP), input: '{}' }]
  const start = { run_id, owner, pipeline: 'ingestion', flight_jobs: FLIGHT_JOBS, body_hash: '' }
  await run.create({ ...start, groups })
  await run.direct({ owner, order: { kind: 'go', n: 0, round: 1 } })
  const plan = await run.claimPlan({ group: 0 })
  if (plan.kind === 'refused') throw new Error('the plan of a driven run was refused')
  const lease = { group: 0, attempt: plan.attempt }
  await run.addJobs({ ...lease, jobs: shareOut(jobs).map(seed) })
  await run.closeGroup(lease)
}

/** Orders the jobs so that each flight gets jobs from the whole run. */
function shareOut(jobs: number): number[] {
  const flights = Math.ceil(jobs / FLIGHT_JOBS)
  return Array.from({ length: jobs }, (_, job) => job).toSorted(
    (a, b) => (a % flights) - (b % flights),
  )
}

function seed(job: number) {
  return { external_id: ExternalId.parse(externalId(job)), title: titleOf(job), payload: '{}' }
}

type Held = { readonly flight: number; readonly grant: FlightGrant }
type Due = Change & { readonly index: number }

/**
 * Works like the run's workers. Each flight has a worker that reports the changes since its last report, at
 * the times that the object asks for, as src/queue/work.ts does. The workers begin one after the other. A
 * change waits for its report, and its staleness includes that wait. A peer is told of each change at once,
 * so its staleness has no such wait. Runcast's workers run in the measured process, while the workers of a
 * peer are not measured.
 */
export async function drive(run: RunRpc, request: DriveRequest): Promise<Driven> {
  const changes = changesOf(request).map((change, index) => ({ ...change, index }))
  const held = await claimAll(run, request.run_id, Math.ceil(request.jobs / FLIGHT_JOBS))
  const began = Date.now() + LEAD_MS
  const told = changes.map(() => NaN)
  await Promise.all(
    held.map(({ flight, grant }, turn) => {
      const jobs = new Map(grant.jobs.map((job) => [jobOf(job.external_id), job]))
      const own = changes.filter(({ job }) => jobs.has(job))
      const { report_ms } = request
      const report = async (due: readonly Due[], last: boolean) => {
        for (const { index } of due) told[index] = Date.now()
        const rows = due.flatMap((one) => rowOf(one, jobs.get(one.job)))
        const again = last || report_ms === 0 ? {} : { every_ms: report_ms }
        const answer = await run.report({ flight, grant: grant.grant, rows, last, ...again })
        return (answer.kind === 'held' ? answer.report_in_ms : undefined) ?? report_ms
      }
      return fly(own, report, { began, report_ms, phase_ms: (turn * report_ms) / held.length })
    }),
  )
  return { began, made: changes.map(({ at_ms }) => began + at_ms), told }
}

type Pace = { readonly began: number; readonly report_ms: number; readonly phase_ms: number }

async function fly(
  own: readonly Due[],
  report: (due: readonly Due[], last: boolean) => Promise<number>,
  { began, report_ms, phase_ms }: Pace,
): Promise<void> {
  let done = 0
  let next = began + phase_ms
  while (done < own.length) {
    if (report_ms === 0) next = began + (own[done]?.at_ms ?? 0)
    await until(next)
    const come = countCome(own, done, Date.now() - began)
    const due = own.slice(done, report_ms === 0 ? done + 1 : come)
    done += due.length
    const wait_ms = due.length > 0 ? await report(due, done === own.length) : report_ms
    next = Date.now() + wait_ms
  }
}

/** Returns the number of changes up to this time. `from` of them were there before. */
function countCome(own: readonly Due[], from: number, at_ms: number): number {
  let count = from
  while ((own[count]?.at_ms ?? Infinity) <= at_ms) count += 1
  return count
}

/** Reports the first step of all jobs of one flight. */
export async function stepOne(run: RunRpc, run_id: RunId): Promise<void> {
  const [held] = await claimAll(run, run_id, 1)
  if (held === undefined) return
  const rows = held.grant.jobs.flatMap((job) => rowOf({ step: 0 }, job))
  await run.report({ flight: held.flight, grant: held.grant.grant, rows, last: false })
}

function rowOf(
  { step }: Pick<Change, 'step'>,
  job: FlightGrant['jobs'][number] | undefined,
): ReportRow[] {
  const status = steps[step]
  if (job === undefined || status === undefined) return []
  const row = { n: job.n, attempt: job.attempt }
  if (status === 'ready') return [{ ...row, kind: 'ready', outcome: 'new' }]
  return [{ ...row, kind: 'step', step: status }]
}

async function claimAll(run: RunRpc, run_id: RunId, count: number): Promise<Held[]> {
  while ((sent.get(run_id)?.size ?? 0) < count) await until(Date.now() + POLL_MS)
  const flights = [...(sent.get(run_id) ?? [])].slice(0, count)
  return Promise.all(
    flights.map(async (flight) => {
      const grant = await run.claim({ flight })
      if (grant.kind === 'refused') throw new Error('a flight of a driven run was refused')
      return { flight, grant }
    }),
  )
}

function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())))
}
