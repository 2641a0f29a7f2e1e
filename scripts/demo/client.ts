import { z } from 'zod'

import type { Company } from '../../src/protocol/company.ts'
import { RunStarted, RunView } from '../../src/protocol/run.ts'

const Token = z.object({ token: z.string() })

/** The few calls of the API that the demo makes, as `demo` of a local stack. */
export class Client {
  readonly #origin: string
  readonly #token: string

  private constructor(origin: string, token: string) {
    this.#origin = origin
    this.#token = token
  }

  static async connect(origin: string): Promise<Client> {
    const answer = await post(`${origin}/api/dev/token`, { sub: 'demo' })
    return new Client(origin, Token.parse(answer).token)
  }

  async startIngestion(companies: readonly Company[]): Promise<RunStarted> {
    const body = { pipeline: 'ingestion', input: { companies } }
    return RunStarted.parse(await post(`${this.#origin}/api/runs`, body, this.#headers()))
  }

  async readRun(run_id: string): Promise<RunView> {
    const response = await fetch(`${this.#origin}/api/runs/${run_id}`, { headers: this.#headers() })
    return RunView.parse(await bodyOf(response))
  }

  /** Opens a stream, from a cursor on if there is one. Any status is answered. */
  openStream(path: string, cursor: string | undefined): Promise<Response> {
    const resume = cursor === undefined ? {} : { 'last-event-id': cursor }
    return fetch(new URL(path, this.#origin), { headers: { ...this.#headers(), ...resume } })
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` }
  }
}

async function post(url: string, body: unknown, headers = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return bodyOf(response)
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.ok) return response.json()
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
}
