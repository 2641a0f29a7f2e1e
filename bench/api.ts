import { z } from 'zod'

import { RunStarted, RunView } from '../src/protocol/run.ts'
import { Counts, COUNTS_PATH } from './counts.ts'
import { BenchFailure } from './failure.ts'

export const OWNER = 'bench'

const JSON_BODY = { 'content-type': 'application/json' }
const Token = z.object({ token: z.string() })

type Body = object | undefined

/** Calls the API like a client, with a token of the bench's owner. */
export class Api {
  readonly #origin: string
  readonly #headers: Record<string, string>

  private constructor(origin: string, headers: Record<string, string>) {
    this.#origin = origin
    this.#headers = headers
  }

  static async open(origin: string): Promise<Api> {
    return new Api(origin, { ...JSON_BODY, authorization: `Bearer ${await takeToken(origin)}` })
  }

  async health(): Promise<void> {
    await this.#json('/api/health', undefined)
  }

  async start(companies: readonly object[]): Promise<RunStarted> {
    const body = { pipeline: 'ingestion', input: { companies } }
    return RunStarted.parse(await this.#json('/api/runs', body))
  }

  async view(run_id: string): Promise<RunView> {
    return RunView.parse(await this.#json(`/api/runs/${run_id}`, undefined))
  }

  async counts(run_id: string): Promise<Counts> {
    return Counts.parse(await this.read(`${COUNTS_PATH}?run_id=${run_id}`))
  }

  /** Reads the JSON of any path. */
  read(path: string): Promise<unknown> {
    return this.#json(path, undefined)
  }

  /** Yields the bytes of a stream until the stream closes. */
  async stream(path: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const response = await fetch(this.#origin + path, { headers: this.#headers, signal })
    if (!response.ok || response.body === null) throw refused(path, response.status)
    return response.body
  }

  async #json(path: string, body: Body): Promise<unknown> {
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const response = await fetch(this.#origin + path, { headers: this.#headers, ...sent })
    if (!response.ok) throw refused(path, response.status)
    return response.json()
  }
}

/** Requests a token of the bench's owner. */
export async function takeToken(origin: string, signal?: AbortSignal): Promise<string> {
  const path = '/api/dev/token'
  const sent = { method: 'POST', headers: JSON_BODY, body: JSON.stringify({ sub: OWNER }) }
  const response = await fetch(origin + path, { ...sent, ...(signal && { signal }) })
  if (!response.ok) throw refused(path, response.status)
  return Token.parse(await response.json()).token
}

function refused(path: string, status: number): BenchFailure {
  return new BenchFailure(`${path} answered ${status}`)
}
