import { DatabaseUnavailable } from '../db/connect.ts'
import type { recordResults, ResultRow, WonRow } from '../db/results.ts'
import type { FlightGrant, FlightReport, ReportRow, LineDraft } from '../durable/run/work-rpc.ts'
import { failpoint } from '../failpoint.ts'
import type { Log } from '../log.ts'
import type { Pipeline, WorkPorts, WorkResult, WorkTask } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { RunId } from '../protocol/ids.ts'
import { FlightMessage } from '../protocol/messages.ts'
import type { Settings } from '../settings.ts'
import type { Consumer, PipelinePorts } from './consumer.ts'
import { watchTime, within } from './deadline.ts'
import { resultRefused, resultTooLarge, unknownPipeline } from './failures.ts'
import { Flight, type JobReport } from './flight.ts'
import { type LeaseSession, openLeaseSession } from './lease.ts'
import type { OutageRetry } from './outage-retry.ts'

/** How long a worker gathers news of a flight before its first report, and before each later one. */
export type ReportPace = { readonly first_ms: number; readonly next_ms: number }

/**
 * If somebody is likely to watch, the report of a job's first step waits this many ms for the first steps of other
 * jobs.
 */
const FIRST_NEWS_MS = 10

/** A `live` pipeline's workers report as often as watchers get frames. */
export function reportPace(
  { pace }: Pick<Pipeline<unknown>, 'pace'>,
  { report_ms, tick_ms }: Pick<Settings, 'report_ms' | 'tick_ms'>,
): ReportPace {
  return pace === 'live'
    ? { first_ms: FIRST_NEWS_MS, next_ms: tick_ms }
    : { first_ms: report_ms, next_ms: report_ms }
}

/** A pipeline's work, and how its results are written. */
export type Worker = {
  readonly deadline_ms: number
  readonly pace: ReportPace
  /** The largest result that `record` may store, in bytes of JSON. Undefined: no limit. */
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

/** Claims a flight, works on its jobs side by side, and reports their news to the run's object. */
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

/** Gives the jobs of a flight back, with the reason, until a Worker that has their pipeline takes them. */
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

/** Works on the jobs of a flight, and renews the flight's lease meanwhile. */
async function fly(assignment: Assignment, ports: WorkConsumerPorts): Promise<void> {
  const { run_id, grant, worker } = assignment
  const held = { flight: assignment.flight, grant: grant.grant }
  const context = {
    run_id,
    ports: { fetch: ports.fetch, blobs: ports.blobs() },
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
    return limitResult(result, worker.result_bytes)
  })
  const { deadline_ms } = worker
  const deadline = watchTime(deadline_ms, (now) => flight.expire(deadline_ms, now))
  try {
    await report({ flight, ...session }, assignment, ports)
  } catch (error) {
    flight.stop()
    // The lease was lost while a statement waited for Postgres. The run has given the jobs to another worker,
    // or was aborted.
    if (lease.signal.aborted && error === lease.signal.reason) return
    if (!(error instanceof DatabaseUnavailable)) throw error
    await ports.run(run_id).release({ ...held, wait_ms: ports.unavailable_ms })
  } finally {
    deadline.end()
    await lease.end()
  }
}

/** Fails a job whose result is larger than its pipeline's limit, if the pipeline has one. */
function limitResult(result: WorkResult, most: number | undefined): WorkResult {
  if (result.kind !== 'ready' || most === undefined) return result
  const bytes = new TextEncoder().encode(JSON.stringify(result.result)).length
  return bytes <= most ? result : { kind: 'failed', failure: resultTooLarge(bytes, most) }
}

type Flying = LeaseSession & { readonly flight: Flight }

/** Reports news until the last job is done. A slow job does not delay the reports of the others. */
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
 * Writes results to Postgres, then reports them to the run's object. The caller acknowledges the message after
 * both. If the Worker dies in between, the jobs are done again, and the repeat changes nothing.
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
 * `won`: the results that Postgres stored. `failed`: the SQLSTATE for each result that Postgres refused. Both by
 * the job's external id.
 */
type Recorded = {
  readonly won: ReadonlyMap<string, WonRow>
  readonly failed: ReadonlyMap<string, string>
}

type RefusedResult = Awaited<ReturnType<Worker['record']>>['failed']

/** The most refused results that one line of the log names. */
const NAMED = 5

/** Logs refused results. The message of Postgres may quote a result, so watchers are not shown it. */
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
  log('error', 'Postgres cannot store some results', { ...name, count: failed.length, refused })
}

/** Makes the row that Postgres stores. A failure has no row: the object decides whether the job is tried again. */
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

/**
 * Makes the row for the object. A result that Postgres did not store, because it has the result of a later
 * attempt, has no row.
 */
function toRow(progress: JobReport, recorded: Recorded): ReportRow[] {
  const { n, attempt, external_id } = progress.job
  const row = { n, attempt }
  if (progress.kind === 'step') {
    return [{ ...row, kind: 'step', step: progress.step, ...progress.news }]
  }
  if (progress.kind === 'waiting') {
    const { until, reason } = progress
    return [{ ...row, kind: 'waiting', until, reason }]
  }
  const { result } = progress
  if (result.kind === 'failed') return [{ ...row, kind: 'failed', failure: result.failure }]
  const refused = recorded.failed.get(external_id)
  if (refused !== undefined) return [{ ...row, kind: 'failed', failure: resultRefused(refused) }]
  const won = recorded.won.get(external_id)
  if (won === undefined) return []
  if (result.kind === 'skipped') return [{ ...row, kind: 'skipped', reason: result.reason }]
  const outcome = won.outcome === null ? {} : { outcome: won.outcome }
  const title = result.title === undefined ? {} : { title: cleanText(result.title) }
  return [{ ...row, kind: 'ready', ...outcome, ...title }]
}
