import type { AbortReceipt, RunStarted } from '../protocol/run.ts'
import { call } from './call.ts'
import type { CallOptions } from './watch-run.ts'

const json = { 'content-type': 'application/json' }

/** A start. Equal starts with the same key are one run. */
export type Start = {
  readonly pipeline: string
  readonly input: unknown
  readonly idempotency_key?: string
}

export function startRun(start: Start, options: CallOptions): Promise<RunStarted> {
  const { idempotency_key: key, ...body } = start
  const named = key === undefined ? {} : { 'idempotency-key': key }
  return call<RunStarted>({ path: '/api/runs', body, headers: { ...json, ...named } }, options)
}

/** Ends a run; asked again, it answers the same receipt (RUN-2). */
export function abortRun(run_id: string, options: CallOptions): Promise<AbortReceipt> {
  const path = `/api/runs/${encodeURIComponent(run_id)}/abort`
  return call<AbortReceipt>({ path, body: {}, headers: json }, options)
}
