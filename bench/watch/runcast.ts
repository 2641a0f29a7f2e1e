import { randomBytes } from 'node:crypto'

import { Owner, RunId } from '../../src/protocol/ids.ts'
import { OWNER } from '../api.ts'
import type { Contender, OpenRun } from './contender.ts'
import { CREATE_PATH, DRIVE_PATH } from './routes.ts'
import type { WorkerHost } from './worker-host.ts'
import { Driven, type Workload } from './workload.ts'

/** Runcast's Worker and objects without changes. With `report_ms` 0 each change has a report of its own. */
export function runcast(host: WorkerHost, report_ms: number): Contender {
  const open = async ({ jobs, rate }: Workload): Promise<OpenRun> => {
    const run_id = await createRun(host, jobs)
    return {
      target: { port: host.port, request: streamRequest(host, run_id) },
      drive: async () =>
        Driven.parse(await host.call(DRIVE_PATH, { body: { run_id, jobs, rate, report_ms } })),
    }
  }
  return { name: 'runcast', processes: host.processes, open }
}

export async function createRun(host: WorkerHost, jobs: number): Promise<RunId> {
  const run_id = RunId.parse(randomBytes(16).toString('hex'))
  await host.call(CREATE_PATH, { body: { run_id, owner: Owner.parse(OWNER), jobs } })
  return run_id
}

export function streamPath(run_id: RunId): string {
  return `/api/runs/${run_id}/stream?lean=1`
}

export function streamRequest({ token }: WorkerHost, run_id: RunId): string {
  return `GET ${streamPath(run_id)} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${token}\r\n\r\n`
}
