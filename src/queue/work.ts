import { DatabaseUnavailable } from '../db/connect.ts'
import type { recordResults, ResultRow, WonRow } from '../db/results.ts'
import type { FlightGrant, ReportRow } from '../durable/rpc.ts'
import type { BlobPort, PlanPorts, WorkPorts, WorkResult, WorkTask } from '../pipelines/pipeline.ts'
import type { RunId } from '../protocol/ids.ts'
import { FlightMessage } from '../protocol/messages.ts'
import type { Consumer, ConsumerPorts } from './consumer.ts'
import { Flight, type Progress } from './flight.ts'

/** A pipeline's work, and how its results are written. */
export type Worker = {
  readonly deadline_ms: number
  work(task: WorkTask, ports: WorkPorts): Promise<WorkResult>
  record(
    run: Pick<WorkTask, 'owner' | 'run_id'>,
    results: readonly ResultRow[],
  ): ReturnType<typeof recordResults>
}

export type WorkConsumerPorts = ConsumerPorts & {
  readonly workers: Readonly<Record<string, Worker>>
  readonly fetch: PlanPorts['fetch']
  readonly blobs: () => BlobPort
  /** How often what is done is passed on while other jobs still run. */
  readonly report_ms: number
  readonly unavailable_ms: number
}

/** One flight: claimed, its jobs worked on side by side, and what is done passed on. */
export function workConsumer(ports: WorkConsumerPorts): Consumer<FlightMessage> {
  return {
    message: FlightMessage,
    async consume({ run_id, flight }) {
      const grant = await ports.run(run_id).claim({ flight })
      if (grant.kind === 'refused') return
      const worker = ports.workers[grant.pipeline]
      if (worker === undefined) throw new Error(`there is no pipeline ${grant.pipeline}`)
      await fly({ run_id, flight, grant, worker }, ports)
    },
  }
}

type Assignment = {
  readonly run_id: RunId
  readonly flight: number
  readonly grant: FlightGrant
  readonly worker: Worker
}

/** Passes on what is done every `report_ms`, and renews the lease where nothing is. */
async function fly(assignment: Assignment, ports: WorkConsumerPorts): Promise<void> {
  const { run_id, grant, worker } = assignment
  const ground = { run_id, ports: { fetch: ports.fetch, blobs: ports.blobs() } }
  const flight = new Flight(grant, ground, (task, given) => worker.work(task, given))
  const deadline = setTimeout(() => flight.expire(worker.deadline_ms), worker.deadline_ms)
  try {
    await report(flight, assignment, ports)
  } catch (error) {
    flight.stop()
    if (!(error instanceof DatabaseUnavailable)) throw error
    const { flight: id } = assignment
    const wait_ms = ports.unavailable_ms
    await ports.run(run_id).release({ flight: id, grant: grant.grant, wait_ms })
  } finally {
    clearTimeout(deadline)
  }
}

async function report(
  flight: Flight,
  assignment: Assignment,
  ports: WorkConsumerPorts,
): Promise<void> {
  let renewed = Date.now()
  for (;;) {
    const last = await isOver(flight.landed, ports.report_ms)
    const progress = flight.take()
    const due = Date.now() - renewed >= assignment.grant.renew_ms
    if (!last && progress.length === 0 && !due) continue
    const answer = await passOn(assignment, { progress, last }, ports)
    renewed = Date.now()
    flight.heed(answer)
    if (last || answer.kind === 'gone') return
  }
}

/**
 * The order of all results: Postgres, then the object, then (by returning) the message's ack.
 * Whatever dies between two of these is done again, and says the same.
 */
async function passOn(
  { run_id, flight, grant, worker }: Assignment,
  { progress, last }: { progress: readonly Progress[]; last: boolean },
  ports: WorkConsumerPorts,
) {
  const results = progress.flatMap((one) => toResult(one, grant))
  const { won, failed } =
    results.length === 0
      ? { won: [], failed: [] }
      : await worker.record({ owner: grant.owner, run_id }, results)
  const recorded: Recorded = {
    won: new Map(won.map((row) => [row.external_id, row])),
    failed: new Map(failed.map(({ row, message }) => [row.external_id, message])),
  }
  const rows = progress.flatMap((one) => toRow(one, recorded))
  return ports.run(run_id).report({ flight, grant: grant.grant, rows, last })
}

/** What Postgres made of one group's results: those it holds now, and those it cannot hold. */
type Recorded = {
  readonly won: ReadonlyMap<string, WonRow>
  readonly failed: ReadonlyMap<string, string>
}

/** Failures have nothing for Postgres: the object decides what becomes of the job. */
function toResult(progress: Progress, { group }: FlightGrant): ResultRow[] {
  if (progress.kind === 'step') return []
  const { external_id, title, attempt } = progress.job
  const job = { group, external_id, title, attempt }
  const { result } = progress
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
function toRow(progress: Progress, recorded: Recorded): ReportRow[] {
  const { n, attempt, external_id } = progress.job
  const row = { n, attempt }
  if (progress.kind === 'step') return [{ ...row, kind: 'step', step: progress.step }]
  const { result } = progress
  if (result.kind === 'failed') return [{ ...row, kind: 'failed', failure: result.failure }]
  const message = recorded.failed.get(external_id)
  if (message !== undefined) {
    return [
      { ...row, kind: 'failed', failure: { code: 'result_refused', message, retryable: false } },
    ]
  }
  const won = recorded.won.get(external_id)
  if (won === undefined) return []
  if (result.kind === 'skipped') return [{ ...row, kind: 'skipped', reason: result.reason }]
  return won.outcome === null ? [] : [{ ...row, kind: 'ready', outcome: won.outcome }]
}

async function isOver(landed: Promise<void>, within_ms: number): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | null = null
  const waited = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), within_ms)
  })
  const over = await Promise.race([landed.then(() => true), waited])
  if (timer !== null) clearTimeout(timer)
  return over
}
