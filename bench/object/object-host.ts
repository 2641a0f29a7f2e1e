import { join } from 'node:path'

import { RunId } from '../../src/protocol/ids.ts'
import { BenchFailure } from '../failure.ts'
import { ProcessTree } from '../process-tree.ts'
import { Daemon, type DaemonPlan } from '../watch/daemon.ts'
import { serveWorker } from '../watch/plain-worker.ts'
import type { Workplace } from '../workplace.ts'
import { Measured } from './routes.ts'

const ENTRY = join(import.meta.dirname, 'worker/worker.ts')

/** The bench's Worker, whose runs are worked on within it, in a workerd of its own. */
export class ObjectHost {
  private readonly origin: string
  private readonly processes: ProcessTree

  private constructor(origin: string, processes: ProcessTree) {
    this.origin = origin
    this.processes = processes
  }

  static async start(workplace: Workplace): Promise<ObjectHost> {
    const launch = async (plan: DaemonPlan) => {
      const daemon = new Daemon(plan)
      workplace.atEnd(() => daemon.end())
      await daemon.untilListening()
      return daemon
    }
    const worker = { entry: ENTRY, classes: { RUNS: 'RunObject' } }
    const { origin, pid } = await serveWorker(join(workplace.folder, 'workerd'), launch, worker)
    return new ObjectHost(origin, new ProcessTree([pid]))
  }

  newRun(): RunId {
    return RunId.parse(crypto.randomUUID().replaceAll('-', ''))
  }

  /** Has the Worker do this work, and counts the seconds of processor time that the work takes. */
  async measure(path: string, body: object): Promise<Measured & { readonly cpu_s: number }> {
    const before = this.processes.cpuSeconds()
    const response = await fetch(this.origin + path, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new BenchFailure(`${path} answered ${response.status}`)
    const measured = Measured.parse(await response.json())
    return { ...measured, cpu_s: this.processes.cpuSeconds() - before }
  }
}
