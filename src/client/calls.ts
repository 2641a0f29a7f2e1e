import type { AbortReceipt, RunPaused, RunStarted } from '../protocol/run.ts'
import { ApiError } from './errors.ts'
import { bearer, runPath } from './http.ts'
import {
  type Fetch,
  type FetchResponse,
  platformFetch,
  resolveOrigin,
  type Signal,
} from './platform.ts'
import { Tokens, type TokenSource } from './token.ts'

/** The options of every call. A page may leave `origin` out when its own server is the API. */
export type CallOptions = {
  readonly origin?: string
  readonly token: TokenSource
  readonly signal?: Signal
  readonly fetch?: Fetch
}

/** The run to start. Equal starts with the same `idempotency_key` are one run. */
export type Start = {
  readonly pipeline: string
  /** Of an ingestion: `{companies}`, a list, `'all'`, or `{label: 'team:growth'}`. */
  readonly input: unknown
  /** What people call the run, and at most ten labels. */
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  /** From -10 to 10: of the owner's runs that wait for their turn, the one of the highest priority goes first. */
  readonly priority?: number
  /** Of the owner's runs with this key, at most so many are at work at once. */
  readonly concurrency?: { readonly key: string; readonly limit: number }
  readonly idempotency_key?: string
}

export function startRun(start: Start, options: CallOptions): Promise<RunStarted> {
  const { idempotency_key: key, ...body } = start
  const headers = key !== undefined && { 'idempotency-key': key }
  return call<RunStarted>({ path: '/api/runs', body, headers }, options)
}

/** Aborts a run. A second call answers the same receipt (RUN-2). */
export function abortRun(run_id: string, options: CallOptions): Promise<AbortReceipt> {
  return call<AbortReceipt>({ path: runPath(run_id, 'abort'), body: {} }, options)
}

/** Pauses a run: what is in flight ends, and nothing new begins. A second call changes nothing (RUN-8). */
export function pauseRun(run_id: string, options: CallOptions): Promise<RunPaused> {
  return call<RunPaused>({ path: runPath(run_id, 'pause'), body: {} }, options)
}

/** Lets a paused run go on. */
export function resumeRun(run_id: string, options: CallOptions): Promise<RunPaused> {
  return call<RunPaused>({ path: runPath(run_id, 'resume'), body: {} }, options)
}

/** One request to the API: a POST of `body`, or a GET without one. */
type ApiRequest = {
  readonly path: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>> | false
}

const json = { 'content-type': 'application/json' }

/** Sends a request. When the server refuses the token, the request is sent once more with another token. */
export async function call<T>(
  { path, body, headers }: ApiRequest,
  { origin, token: source, signal, fetch = platformFetch }: CallOptions,
): Promise<T> {
  const url = new URL(path, resolveOrigin(origin)).href
  const post = body !== undefined && { method: 'POST', body: JSON.stringify(body) }
  const tokens = new Tokens(source)
  for (;;) {
    const token = await tokens.next()
    const sent = { ...bearer(token), ...(post && json), ...headers }
    const response = await fetch(url, { headers: sent, signal: signal ?? null, ...post })
    if (response.ok) return await readJson<T>(response, url)
    const error = await ApiError.of(response)
    if (tokens.refuse(error) !== 'now') throw error
  }
}

/** Reads a JSON answer. A server that is not the API may answer with a page instead. */
async function readJson<T>(response: FetchResponse, url: string): Promise<T> {
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${url} answered, but not with JSON: is the API there?`, { cause })
  }
}
