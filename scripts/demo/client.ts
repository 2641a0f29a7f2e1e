import { z } from 'zod'

import { type RunWatch, startRun, watchRun } from '../../src/client/client.ts'
import type { Company } from '../../src/protocol/company.ts'
import { type RunStarted, RunView } from '../../src/protocol/run.ts'

const Token = z.object({ token: z.string() })

/** Calls the API of a local stack for the demo, as the user `demo`. */
export class Client {
  readonly #options: { readonly origin: string; readonly token: string }

  private constructor(origin: string, token: string) {
    this.#options = { origin, token }
  }

  static async connect(origin: string): Promise<Client> {
    const response = await fetch(`${origin}/api/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub: 'demo' }),
    })
    return new Client(origin, Token.parse(await bodyOf(response)).token)
  }

  startIngestion(companies: readonly Company[]): Promise<RunStarted> {
    return startRun({ pipeline: 'ingestion', input: { companies } }, this.#options)
  }

  watch(run_id: string): RunWatch {
    return watchRun(run_id, this.#options)
  }

  async readRun(run_id: string): Promise<RunView> {
    const { origin, token } = this.#options
    const headers = { authorization: `Bearer ${token}` }
    return RunView.parse(await bodyOf(await fetch(`${origin}/api/runs/${run_id}`, { headers })))
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  if (response.ok) return response.json()
  throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`)
}
