import type { RunRpc } from '../../src/durable/run/run-rpc.ts'
import type { ReportAnswer } from '../../src/durable/run/work-rpc.ts'
import type { FetchPort } from '../../src/pipelines/fetch.ts'
import type { WorkResult } from '../../src/pipelines/pipeline.ts'
import type { Worker } from '../../src/queue/work.ts'
import { workConsumer } from '../../src/queue/work.ts'
import { flightOf, keepLog, noPorts, run_id, stubRun } from './stub-run.ts'

export const done: WorkResult = { kind: 'ready', result: { ok: true } }
export const held: ReportAnswer = { kind: 'held', aborted: [], lost: [] }

/** The consumer of a flight with `count` jobs. By default Postgres accepts all results. */
export function flightConsumer(
  count: number,
  { fetch = noPorts.fetch, ...worker }: Partial<Worker> & { readonly fetch?: FetchPort },
  answers: Partial<RunRpc> = {},
) {
  const order: string[] = []
  const { run, calls } = stubRun({
    claim: () => Promise.resolve(flightOf(count)),
    report: () => Promise.resolve(held),
    release: () => Promise.resolve(),
    ...answers,
  })
  const whole: Worker = {
    deadline_ms: 30_000,
    pace: { first_ms: 150, next_ms: 150 },
    work: () => Promise.resolve(done),
    record: (_, rows) =>
      Promise.resolve({
        won: rows.map(({ group, external_id, attempt, status }) => ({
          group,
          external_id,
          attempt,
          outcome: status === 'ready' ? ('new' as const) : null,
        })),
        failed: [],
      }),
    ...worker,
  }
  const record: Worker['record'] = async (scope, rows) => {
    order.push(`record ${rows.map((row) => row.external_id).join()}`)
    const recorded = await whole.record(scope, rows)
    order.push('recorded')
    return recorded
  }
  const { log, lines } = keepLog()
  const consuming = workConsumer({
    run,
    log,
    fetch,
    blobs: () => noPorts.blobs,
    hold_ms: 60_000,
    unavailable_ms: 5_000,
    workers: { letters: { ...whole, record } },
  })
  return {
    consume: () => consuming.consume({ kind: 'flight', run_id, flight: 7 }),
    calls,
    order,
    lines,
  }
}

export function reports(calls: [string, unknown][]): unknown[] {
  return calls.filter(([name]) => name === 'report').map(([, request]) => request)
}
