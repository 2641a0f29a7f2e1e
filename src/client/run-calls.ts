import type { AbortReceipt, RunStarted } from '../protocol/run.ts'
import { call } from './call.ts'
import { runPath } from './run-route.ts'
import type { CallOptions } from './watch-run.ts'

/** A start. Equal starts with the same key are one run. */
export type Start = {
  readonly pipeline: string
  readonly input: unknown
  readonly idempotency_key?: string
}

export function startRun(start: Start, options: CallOptions): Promise<RunStarted> {
  const { idempotency_key: key, ...body } = start
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  return call<RunStarted>({ path: '/api/runs', body, headers }, options)
}

/** Ends a run; asked again, it answers the same receipt (RUN-2). */
export function abortRun(run_id: string, options: CallOptions): Promise<AbortReceipt> {
  return call<AbortReceipt>({ path: runPath(run_id, 'abort'), body: {} }, options)
}
