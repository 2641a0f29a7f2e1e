import { join } from 'node:path'

import { layOutAlone } from '../../scripts/worker/alone.ts'
import { layOutWorker } from '../../scripts/worker/code.ts'
import { untilHealthy } from '../../scripts/worker/health.ts'
import { takeToken } from '../api.ts'
import { BenchFailure } from '../failure.ts'
import type { ProcessTree } from '../process-tree.ts'
import { workerProcess } from '../processes.ts'
import type { Workplace } from '../workplace.ts'

const ROOT = join(import.meta.dirname, '../..')

/** The bench's Worker in workerd. Watching needs no Postgres, so there is none. */
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
    layOutAlone(data)
    const script = join(ROOT, 'scripts/worker/process.ts')
    const code = await layOutWorker(data, { entry: join(ROOT, 'bench/watch/worker/worker.ts') })
    const args = [data, '0', ...code]
    const { ready } = await workplace.start({ name: 'the Worker', script, args })
    await untilHealthy(ready)
    const processes = workerProcess()
    return new WorkerHost({ ...(await findOrigin(processes.ports())), processes })
  }

  /** The Worker that listens at this origin. */
  static async at(origin: string, processes: ProcessTree): Promise<WorkerHost> {
    return new WorkerHost({ origin, token: await takeToken(origin), processes })
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

/**
 * Finds the port of the Worker's own workerd. wrangler's proxy in front of it copies every byte; it is a
 * tool of local development, and the peers have none. The first opened port is the right one. One of the
 * other ports does not speak HTTP, and complains.
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
    // Another program listens on this port.
    return undefined
  }
}
