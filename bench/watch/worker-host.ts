import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { writeWorkerEnvironment } from '../../scripts/start/worker-environment.ts'
import { layOutWorker } from '../../scripts/worker/code.ts'
import { takeToken } from '../api.ts'
import { BenchFailure } from '../failure.ts'
import type { ProcessTree } from '../process-tree.ts'
import { workerProcess } from '../processes.ts'
import type { Workplace } from '../workplace.ts'

const ROOT = join(import.meta.dirname, '../..')

const READY_MS = 60_000
const POLL_MS = 100

/** The bench's Worker in workerd, without Postgres: watching has no need of it. */
export class WorkerHost {
  readonly origin: string
  readonly token: string
  readonly processes: ProcessTree

  private constructor(found: Pick<WorkerHost, 'origin' | 'token' | 'processes'>) {
    this.origin = found.origin
    this.token = found.token
    this.processes = found.processes
  }

  static async start(workplace: Workplace): Promise<WorkerHost> {
    const data = join(workplace.folder, 'worker')
    layOut(data)
    const script = join(ROOT, 'scripts/worker/process.ts')
    const code = await layOutWorker(data, { entry: join(ROOT, 'bench/watch/worker/worker.ts') })
    const args = [data, '0', ...code]
    const { ready } = await workplace.start({ name: 'the Worker', script, args })
    await untilHealthy(ready)
    const processes = workerProcess()
    return new WorkerHost({ ...(await findOrigin(processes.ports())), processes })
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
    return await takeToken(origin, AbortSignal.timeout(2_000))
  } catch {
    // Something else listens there.
    return undefined
  }
}
