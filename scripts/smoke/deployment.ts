import type { z } from 'zod'

import { watchRun } from '../../src/client/client.ts'
import { Problem } from '../../src/protocol/problems.ts'
import { RunView } from '../../src/protocol/run.ts'

/** The longest that one request, and one whole run, may take. */
const REQUEST_MS = 30_000
const RUN_MS = 180_000

type Call = {
  readonly method?: string
  readonly body?: FormData | object
  /** Null sends no token. */
  readonly token?: null
}

/** A deployed Runcast, called with one token. */
export class Deployment {
  readonly #origin: string
  readonly #token: string

  constructor(origin: string, token: string) {
    this.#origin = origin
    this.#token = token
  }

  /** True if the deployment runs on this machine, as under `npm start`. */
  get isLocal(): boolean {
    return /^(?:127\.0\.0\.1|localhost|\[::1\])$/.test(new URL(this.#origin).hostname)
  }

  /** Returns the response, whatever its status is. */
  fetch(path: string, { method = 'GET', body, token }: Call = {}): Promise<Response> {
    const headers = new Headers()
    if (token !== null) headers.set('authorization', `Bearer ${this.#token}`)
    const json = body !== undefined && !(body instanceof FormData)
    if (json) headers.set('content-type', 'application/json')
    return fetch(`${this.#origin}${path}`, {
      method,
      headers,
      body: json ? JSON.stringify(body) : (body ?? null),
      signal: AbortSignal.timeout(REQUEST_MS),
    })
  }

  /** Returns the parsed body. Throws the problem of a response that is not ok. */
  async call<T>(schema: z.ZodType<T>, path: string, call: Call = {}): Promise<T> {
    const response = await this.fetch(path, call)
    const text = await response.text()
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${wrongIn(text)}`)
    return schema.parse(text === '' ? null : JSON.parse(text))
  }

  /** Watches a run to its end with the client library, and returns the ended run. */
  async watch(run_id: string): Promise<RunView> {
    const signal = AbortSignal.timeout(RUN_MS)
    const options = { origin: this.#origin, token: this.#token, signal }
    const { run, connection } = await watchRun(run_id, options).ended
    if (connection.status === 'failed')
      throw new Error('it cannot be watched', { cause: connection.error })
    if (signal.aborted) {
      const waits = run.progress?.waits?.map(({ message }) => message) ?? []
      const told = [`it is still ${run.status} after ${RUN_MS / 1_000} s`, ...waits]
      throw new Error(told.join(': '))
    }
    return this.call(RunView, `/api/runs/${run_id}`)
  }
}

/** The text of a problem. If the body is no problem, the beginning of the body. */
function wrongIn(text: string): string {
  try {
    const { title, detail } = Problem.parse(JSON.parse(text))
    return `${title} (${detail})`
  } catch {
    return text.slice(0, 200)
  }
}
