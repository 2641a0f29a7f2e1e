import { z } from 'zod'

import { BenchFailure } from '../failure.ts'

/** The benchmark gives up if a measured run takes longer. */
const PATIENCE_MS = 180_000

const Token = z.object({ token: z.string() })
const Started = z.object({ run_id: z.string() })
const State = z.object({ status: z.string() })
const Usage = z.object({ admitted: z.int(), waiting: z.int() })

/** The API and the boards that a caller's runs read. */
export type Places = { readonly api: string; readonly boards: string }

/** How long a run took, in milliseconds: until its start was answered, and until its stream said that it had ended. */
export type Timed = { readonly start_ms: number; readonly ms: number }

/** An owner's calls of the API. */
export class Caller {
  readonly #places: Places
  readonly #token: string
  #made = 0

  private constructor(places: Places, token: string) {
    this.#places = places
    this.#token = token
  }

  static async open(places: Places, sub: string): Promise<Caller> {
    const caller = new Caller(places, '')
    const answer = await caller.#call('/api/dev/token', { sub, expires_in: 7_200 })
    return new Caller(places, Token.parse(await answer.json()).token)
  }

  /** Starts a run over a board of its own with so many postings. */
  async start(jobs: number): Promise<string> {
    this.#made += 1
    const slug = `company-${this.#made}`
    const board = `b${this.#made}-${jobs}`
    const source = { type: 'greenhouse', board, base_url: this.#places.boards }
    const input = { companies: [{ slug, name: slug, source }] }
    const answer = await this.#call('/api/runs', { pipeline: 'ingestion', input })
    return Started.parse(await answer.json()).run_id
  }

  /** Starts a run of two jobs and watches it to its end. */
  async time(): Promise<Timed> {
    const began = performance.now()
    const run_id = await this.start(2)
    const start_ms = performance.now() - began
    const stream = await this.#call(`/api/runs/${run_id}/stream?lean=1`)
    await stream.text()
    const ms = performance.now() - began
    const { status } = await this.#state(run_id)
    if (status !== 'finished') throw new BenchFailure(`a run of two jobs is ${status}`)
    return { start_ms, ms }
  }

  /** Whether the status of a run is `ingesting`. */
  async isIngesting(run_id: string): Promise<boolean> {
    return (await this.#state(run_id)).status === 'ingesting'
  }

  /** Counts the caller's runs that are at work, and those that wait for their turn. */
  async usage() {
    return Usage.parse(await (await this.#call('/api/usage')).json())
  }

  async #state(run_id: string) {
    return State.parse(await (await this.#call(`/api/runs/${run_id}`)).json())
  }

  async #call(path: string, body?: unknown): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' }
    const post = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const response = await fetch(new URL(path, this.#places.api), { headers, signal, ...post })
    if (response.ok) return response
    throw new BenchFailure(`${path} answered ${response.status}: ${await response.text()}`)
  }
}
