import { z } from 'zod'

import { RunStarted, RunView } from '../src/protocol/run.ts'
import { Counts, COUNTS_PATH } from './counts.ts'
import { BenchFailure } from './failure.ts'

export const OWNER = 'bench'

type Body = object | undefined

/** The API as a client of it, with a token of its own. */
export class Api {
  readonly #origin: string
  readonly #headers: Record<string, string>

  private constructor(origin: string, headers: Record<string, string>) {
    this.#origin = origin
    this.#headers = headers
  }

  static async open(origin: string): Promise<Api> {
    const visitor = new Api(origin, { 'content-type': 'application/json' })
    const answer = await visitor.#json('/api/dev/token', { sub: OWNER })
    const { token } = z.object({ token: z.string() }).parse(answer)
    return new Api(origin, { ...visitor.#headers, authorization: `Bearer ${token}` })
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
    return Counts.parse(await this.#json(`${COUNTS_PATH}?run_id=${run_id}`, undefined))
  }

  /** What a stream sends until it closes. */
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

function refused(path: string, status: number): BenchFailure {
  return new BenchFailure(`${path} answered ${status}`)
}
