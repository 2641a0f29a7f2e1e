import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { z } from 'zod'

import { writeWorkerEnvironment } from '../../scripts/start/worker-environment.ts'
import { OWNER } from '../api.ts'
import { BenchFailure } from '../failure.ts'
import { Partner } from '../partner.ts'
import { ProcessTree } from './process-tree.ts'

const ROOT = join(import.meta.dirname, '../..')

// Of wrangler's two, the workerd that runs the Worker is the one that can be inspected.
const WORKER = '--inspector-addr='

const READY_MS = 60_000
const POLL_MS = 100

const Token = z.object({ token: z.string() })

/** The bench's Worker in workerd, without Postgres: watching has no need of it. */
export class WorkerHost {
  readonly origin: string
  readonly token: string
  readonly processes: ProcessTree
  private readonly partner: Partner

  private constructor(partner: Partner, found: Pick<WorkerHost, 'origin' | 'token' | 'processes'>) {
    this.partner = partner
    this.origin = found.origin
    this.token = found.token
    this.processes = found.processes
  }

  static async start(data: string): Promise<WorkerHost> {
    layOut(data)
    const script = join(ROOT, 'scripts/worker/process.ts')
    const args = [data, '0', join(ROOT, 'bench/watch/worker/worker.ts')]
    const partner = new Partner({ name: 'the Worker', script, args })
    try {
      await partner.untilReady()
      await untilHealthy(partner.ready)
      const processes = new ProcessTree(new ProcessTree([process.pid]).find(WORKER))
      const { origin, token } = await findOrigin(processes.ports())
      return new WorkerHost(partner, { origin, token, processes })
    } catch (error) {
      await partner.end()
      throw error
    }
  }

  get port(): number {
    return Number(new URL(this.origin).port)
  }

  async call(path: string, { method = 'POST', body }: Call = {}): Promise<unknown> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const response = await fetch(this.origin + path, { method, ...sent })
    if (!response.ok) throw new BenchFailure(`${path} answered ${response.status}`)
    return response.json()
  }

  end(): Promise<void> {
    return this.partner.end()
  }
}

type Call = { readonly method?: 'POST' | 'PUT'; readonly body?: object }

/** Wrangler says that it is ready before its Worker is there. */
async function untilHealthy(origin: string): Promise<void> {
  const deadline = Date.now() + READY_MS
  while (Date.now() < deadline) {
    const answer = await fetch(`${origin}/api/health`).catch(() => undefined)
    if (answer?.ok) return
    await delay(POLL_MS)
  }
  throw new BenchFailure('the Worker did not become healthy')
}

function layOut(data: string): void {
  mkdirSync(join(data, 'page'), { recursive: true })
  writeFileSync(join(data, 'page', 'index.html'), '')
  writeWorkerEnvironment(data, {
    DATABASE_URL: 'postgresql://nobody:nothing@unset.invalid/none',
    NEON_ENDPOINT: 'http://127.0.0.1:9/sql',
    EGRESS_ALLOW: '',
    SETTINGS: '{}',
  })
}

/**
 * Where the Worker's own workerd serves. Wrangler stands before it with a proxy that copies every
 * byte, which is a tool of local development; the peers have none. It is the first port opened; of
 * the others one speaks another protocol than HTTP, and complains.
 */
async function findOrigin(ports: readonly number[]) {
  for (const port of ports) {
    const origin = `http://127.0.0.1:${port}`
    const token = await tokenOf(origin)
    if (token !== undefined) return { origin, token }
  }
  throw new BenchFailure('the Worker’s own port was not found')
}

async function tokenOf(origin: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${origin}/api/dev/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sub: OWNER }),
      signal: AbortSignal.timeout(2_000),
    })
    return Token.parse(await response.json()).token
  } catch {
    // Something else listens there.
    return undefined
  }
}
