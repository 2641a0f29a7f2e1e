import { exports } from 'cloudflare:workers'
import { z } from 'zod'

import { RunStarted } from '../../src/protocol/run.ts'

const ORIGIN = 'https://runcast.test'

/** Sends a request to the Worker as it is deployed, without a token. */
export function send(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, init))
}

// The first request loads the Worker's modules. It is sent here, so that it does not count in the first
// test's time.
await send('/api/health')

type Client = {
  readonly token: string
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Response>
  readonly post: (
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Response>
}

/** A client with a token from the local dev route. */
export async function clientOf(sub: string): Promise<Client> {
  const response = await send('/api/dev/token', jsonInit({ sub }))
  const { token } = z.object({ token: z.string() }).parse(await response.json())
  const authorization = `Bearer ${token}`
  return {
    token,
    get: (path, headers) => send(path, { headers: { ...headers, authorization } }),
    post: (path, body, headers) => {
      const init = body === undefined ? { method: 'POST', headers: {} } : jsonInit(body)
      return send(path, { ...init, headers: { ...init.headers, ...headers, authorization } })
    },
  }
}

/** Starts a run. It waits until it is aborted, because these tests have no Postgres. */
export async function startRun(client: Client, headers?: Record<string, string>) {
  const response = await client.post('/api/runs', startBody, headers)
  return RunStarted.parse(await response.json())
}

export const startBody = {
  pipeline: 'ingestion',
  input: {
    companies: [
      {
        slug: 'acme',
        name: 'Acme',
        source: { type: 'greenhouse', board: 'acme', base_url: 'http://127.0.0.1:1' },
      },
    ],
  },
}

function jsonInit(body: unknown) {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  return { method: 'POST', headers, body: JSON.stringify(body) }
}
