import { DatabaseUnavailable } from '../db/connect.ts'
import type { recordResults, ResultRow, WonRow } from '../db/results.ts'
import type { FlightGrant, FlightReport, ReportRow, LineDraft } from '../durable/run/run-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../log.ts'
import type { WorkPorts, WorkResult, WorkTask } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { RunId } from '../protocol/ids.ts'
import { FlightMessage } from '../protocol/messages.ts'
import type { Failure } from '../protocol/status.ts'
import type { Consumer, PipelinePorts } from './consumer.ts'
import { unknownPipeline } from './crash.ts'
import { watchTime } from './deadline.ts'
import { Flight, type JobReport } from './flight.ts'
import { type LeaseSession, openLeaseSession } from './lease-session.ts'
import type { OutageRetry } from './outage-retry.ts'
import { limitResult } from './result-size.ts'
import { within } from './within.ts'

/** How long news of a flight is gathered before it is passed on: the first, and what follows. */
export type ReportPace = { readonly first_ms: number; readonly next_ms: number }

/** A pipeline's work, and how its results are written. */
export type Worker = {
  readonly deadline_ms: number
  readonly pace: ReportPace
  /** The largest result that `record` stores, in bytes of JSON. Undefined: the pipeline sees to it. */
  readonly result_bytes?: number
  /** The worker sends its statements through `outage`, so that an outage of Postgres repeats no work. */
  work(task: WorkTask, ports: WorkPorts, outage: Pick<OutageRetry, 'ask'>): Promise<WorkResult>
  record(
    run: Pick<WorkTask, 'owner' | 'run_id'>,
    results: readonly ResultRow[],
  ): ReturnType<typeof recordResults>
}

export type WorkConsumerPorts = PipelinePorts & {
  readonly workers: Readonly<Record<string, Worker>>
}

/** One flight: claimed, its jobs worked on side by side, and what is done passed on. */
export function workConsumer(ports: WorkConsumerPorts): Consumer<FlightMessage> {
  return {
    message: FlightMessage,
    async consume({ run_id, flight }) {
      const grant = await ports.run(run_id).claim({ flight })
      if (grant.kind === 'refused') return
      RUNCAST_FAILPOINTS && (await failpoint('work.claimed'))
      const worker = ports.workers[grant.pipeline]
      if (worker === undefined) return giveBack({ run_id, flight, grant }, ports)
      await fly({ run_id, flight, grant, worker }, ports)
    },
  }
}

/** The jobs wait, with the reason, for a Worker that has their pipeline. */
async function giveBack(
  { run_id, flight, grant }: Omit<Assignment, 'worker'>,
  { run, log }: WorkConsumerPorts,
): Promise<void> {
  const { until, reason } = unknownPipeline(grant.pipeline)
  log('error', 'a flight was given back', { run_id, flight, reason: reason.message })
  const rows = grant.jobs.map(({ n, attempt }): ReportRow => {
    return { n, attempt, kind: 'waiting', until, reason }
  })
  await run(run_id).report({ flight, grant: grant.grant, rows, last: true })
}

type Assignment = {
  readonly run_id: RunId
  readonly flight: number
  readonly grant: FlightGrant
  readonly worker: Worker
}

/** Keeps the flight's lease while its jobs are at work. */
async function fly(assignment: Assignment, ports: WorkConsumerPorts): Promise<void> {
  const { run_id, grant, worker } = assignment
  const held = { flight: assignment.flight, grant: grant.grant }
  const context = {
    run_id,
    ports: { fetch: ports.fetch, blobs: ports.blobs(), pages: ports.pages },
    log: ports.log,
  }
  const renew = async () => {
    const answer = await ports.run(run_id).report({ ...held, rows: [], last: false })
    flight.applyAnswer(answer)
    return answer.kind === 'gone' ? 'lost' : answer
  }
  const session = openLeaseSession({ run_id, renew_ms: grant.renew_ms, renew }, ports)
  const { lease, outage } = session
  const flight = new Flight(grant, context, async (task, given) => {
    const result = await worker.work(task, given, outage)
    return worker.result_bytes === undefined ? result : limitResult(result, worker.result_bytes)
  })
  const { deadline_ms } = worker
  const deadline = watchTime(deadline_ms, (now) => flight.expire(deadline_ms, now))
  try {
    await report({ flight, ...session }, assignment, ports)
  } catch (error) {
    flight.stop()
    // What waited for Postgres under a lease that is lost is aborted, or another's.
    if (lease.signal.aborted && error === lease.signal.reason) return
    if (!(error instanceof DatabaseUnavailable)) throw error
    await ports.run(run_id).release({ ...held, wait_ms: ports.unavailable_ms })
  } finally {
    deadline.end()
    await lease.end()
  }
}

type Flying = LeaseSession & { readonly flight: Flight }

/** Passes on what is done as it comes, the slow ones session up nobody. */
async function report(
  { flight, lease, outage }: Flying,
  assignment: Assignment,
  ports: WorkConsumerPorts,
): Promise<void> {
  const { first_ms, next_ms } = assignment.worker.pace
  let wait_ms = first_ms
  for (;;) {
    const last = (await within(flight.landed, wait_ms)).kind === 'came'
    const progress = flight.take()
    if (!last && progress.length === 0) continue
    const again = last ? {} : { every_ms: next_ms }
    const news = { progress, lines: flight.takeLines(), last, ...again }
    const answer = await passOn({ ...assignment, outage }, news, ports)
    lease.renewed()
    flight.applyAnswer(answer)
    if (last || answer.kind === 'gone') return
    outage.heard(answer)
    wait_ms = answer.report_in_ms ?? next_ms
  }
}

/**
 * The order of all results: Postgres, then the object, then (by returning) the message's ack.
 * Whatever dies between two of these is done again, and says the same.
 */
async function passOn(
  { run_id, flight, grant, worker, outage }: Assignment & Pick<LeaseSession, 'outage'>,
  { progress, ...news }: News,
  ports: WorkConsumerPorts,
) {
  const results = progress.flatMap((one) => toResult(one, grant))
  RUNCAST_FAILPOINTS && (await failpoint('work.recording'))
  const { won, failed } =
    results.length === 0
      ? { won: [], failed: [] }
      : await outage.ask(() => worker.record({ owner: grant.owner, run_id }, results))
  RUNCAST_FAILPOINTS && (await failpoint('work.recorded'))
  logRefused(ports.log, { run_id, group: grant.group }, failed)
  const recorded: Recorded = {
    won: new Map(won.map((row) => [row.external_id, row])),
    failed: new Map(failed.map(({ row, code }) => [row.external_id, code])),
  }
  const rows = progress.flatMap((one) => toRow(one, recorded))
  const answer = await ports.run(run_id).report({ flight, grant: grant.grant, rows, ...news })
  RUNCAST_FAILPOINTS && (await failpoint('work.reported'))
  return answer
}

type News = Pick<FlightReport, 'last' | 'every_ms'> & {
  readonly progress: readonly JobReport[]
  readonly lines: readonly LineDraft[]
}

/**
 * What Postgres made of one group's results: those it holds now, and those it cannot hold, each with
 * the SQLSTATE of its refusal.
 */
type Recorded = {
  readonly won: ReadonlyMap<string, WonRow>
  readonly failed: ReadonlyMap<string, string>
}

type RefusedResult = Awaited<ReturnType<Worker['record']>>['failed']

/** Of what Postgres refused, as much as one line tells. */
const NAMED = 5

/** What Postgres says may repeat the result: it is for the log alone. */
function logRefused(
  log: Log,
  name: Pick<WorkTask, 'run_id' | 'group'>,
  failed: RefusedResult,
): void {
  if (failed.length === 0) return
  const some = failed.slice(0, NAMED)
  const refused = some.map(({ row, code, message }) => {
    return { external_id: row.external_id, code, message: message.slice(0, 500) }
  })
  log('error', 'Postgres cannot hold some results', { ...name, count: failed.length, refused })
}

/** Failures have nothing for Postgres: the object decides what becomes of the job. */
function toResult(progress: JobReport, { group }: FlightGrant): ResultRow[] {
  if (progress.kind !== 'done') return []
  const { external_id, title, attempt } = progress.job
  const { result } = progress
  const named = result.kind === 'ready' ? (result.title ?? title) : title
  const job = { group, external_id, title: named, attempt }
  switch (result.kind) {
    case 'ready':
      return [{ ...job, status: 'ready', result: result.result, error: null }]
    case 'skipped':
      return [{ ...job, status: 'skipped', result: null, error: result.reason }]
    case 'failed':
      return []
  }
}

/** Only what Postgres holds is reported as done: a row that another attempt won is nobody's. */
function toRow(progress: JobReport, recorded: Recorded): ReportRow[] {
  const { n, attempt, external_id } = progress.job
  const row = { n, attempt }
  if (progress.kind === 'step') {
    return [{ ...row, kind: 'step', step: progress.step, ...progress.said }]
  }
  if (progress.kind === 'waiting') {
    const { until, reason } = progress
    return [{ ...row, kind: 'waiting', until, reason }]
  }
  const { result } = progress
  if (result.kind === 'failed') return [{ ...row, kind: 'failed', failure: result.failure }]
  const refused = recorded.failed.get(external_id)
  if (refused !== undefined) return [{ ...row, kind: 'failed', failure: refusal(refused) }]
  const won = recorded.won.get(external_id)
  if (won === undefined) return []
  if (result.kind === 'skipped') return [{ ...row, kind: 'skipped', reason: result.reason }]
  const outcome = won.outcome === null ? {} : { outcome: won.outcome }
  const title = result.title === undefined ? {} : { title: cleanText(result.title) }
  return [{ ...row, kind: 'ready', ...outcome, ...title }]
}

function refusal(code: string): Failure {
  const message = `Postgres cannot hold the result (${code}). The Worker’s log has the details.`
  return { code: 'result_refused', message, retryable: false }
}
