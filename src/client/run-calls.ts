import type { AbortReceipt, RunStarted } from '../protocol/run.ts'
import { ApiError } from './api-error.ts'
import { fetchOr, originOr } from './platform.ts'
import { bearer } from './run-route.ts'
import { Tokens } from './token.ts'
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
  return post<RunStarted>({ path: '/api/runs', body, headers }, options)
}

/** Ends a run; asked again, it answers the same receipt (RUN-2). */
export function abortRun(run_id: string, options: CallOptions): Promise<AbortReceipt> {
  const path = `/api/runs/${encodeURIComponent(run_id)}/abort`
  return post<AbortReceipt>({ path, body: {}, headers: {} }, options)
}

type Call = {
  readonly path: string
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
}

/** With the token, and once more with another where that is refused. */
async function post<T>({ path, body, headers }: Call, options: CallOptions): Promise<T> {
  const url = new URL(path, originOr(options.origin)).href
  const tokens = new Tokens(options.token)
  for (;;) {
    const token = await tokens.next()
    const response = await fetchOr(options.fetch)(url, {
      method: 'POST',
      headers: { ...bearer(token), 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: options.signal ?? null,
    })
    if (response.ok) return response.json()
    const error = await ApiError.of(response)
    if (error.status !== 401 || !tokens.refuse()) throw error
  }
}
