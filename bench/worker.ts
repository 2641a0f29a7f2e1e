import type { AddJobs, FlightReport, RunRpc } from '../src/durable/run/run-rpc.ts'
import type { Env } from '../src/env.ts'
import worker, { RunObject as RealObject } from '../src/index.ts'
import { COUNTS_PATH } from './counts.ts'

export { HostObject } from '../src/durable/host/host-object.ts'

/** Every call of a run's object: its RPC, a watcher's stream, and the alarm. */
type Call = keyof RunRpc | 'fetch' | 'alarm'

const none: Readonly<Record<Call, number>> = {
  create: 0,
  view: 0,
  logs: 0,
  jobs: 0,
  job: 0,
  abort: 0,
  abortJob: 0,
  retry: 0,
  admits: 0,
  revoke: 0,
  claimPlan: 0,
  addJobs: 0,
  renewPlan: 0,
  closeGroup: 0,
  failPlan: 0,
  releasePlan: 0,
  claim: 0,
  report: 0,
  release: 0,
  checkpoint: 0,
  checkpointPage: 0,
  checkpointed: 0,
  releaseCheckpoint: 0,
  databaseAway: 0,
  archive: 0,
  archiveJobs: 0,
  archiveLines: 0,
  archived: 0,
  releaseArchive: 0,
  lost: 0,
  fetch: 0,
  alarm: 0,
}

/** The counts by run. Locally all objects are in the Worker's isolate, so one map has them all. */
const counts = new Map<string, { calls: Record<Call, number>; changes: number }>()

function countsOf(run_id: string) {
  const known = counts.get(run_id) ?? { calls: { ...none }, changes: 0 }
  counts.set(run_id, known)
  return known
}

/** The real object, which counts its calls. */
export class RunObject extends RealObject {
  override addJobs(request: AddJobs) {
    this.counts.changes += request.jobs.length
    return super.addJobs(request)
  }

  override report(request: FlightReport) {
    this.counts.changes += request.rows.length
    return super.report(request)
  }

  private get counts() {
    return countsOf(this.ctx.id.name ?? '')
  }

  static {
    for (const name of Object.keys(none).filter(isCall)) {
      const real = RunObject.prototype[name]
      const counted = function (this: RunObject, ...args: unknown[]): unknown {
        this.counts.calls[name]++
        return Reflect.apply(real, this, args)
      }
      Object.defineProperty(RunObject.prototype, name, { value: counted })
    }
  }
}

function isCall(name: string): name is Call {
  return Object.hasOwn(none, name)
}

export default {
  fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === COUNTS_PATH) return Response.json(countsOf(searchParams.get('run_id') ?? ''))
    return worker.fetch(request, env, ctx)
  },
  queue: (batch, env) => worker.queue(batch, env),
} satisfies ExportedHandler<Env>
