import type { AddJobs, FlightReport, RunRpc } from '../src/durable/rpc.ts'
import type { Env } from '../src/env.ts'
import worker, { RunObject as RealObject } from '../src/index.ts'
import { COUNTS_PATH, type Counts } from './counts.ts'

/** Every way into a run's object: its RPC, a watcher's stream, and the alarm. */
const calls: Record<keyof RunRpc | 'fetch' | 'alarm', number> = {
  create: 0,
  view: 0,
  jobs: 0,
  abort: 0,
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
  lost: 0,
  fetch: 0,
  alarm: 0,
}
let changes = 0

/** The object as it is, counted. Locally all objects live in the Worker's own isolate. */
export class RunObject extends RealObject {
  override addJobs(request: AddJobs) {
    changes += request.jobs.length
    return super.addJobs(request)
  }

  override report(request: FlightReport) {
    changes += request.rows.length
    return super.report(request)
  }
}

for (const name of Object.keys(calls).filter(isCall)) {
  const real = RunObject.prototype[name]
  const counted = function (this: RunObject, ...args: unknown[]): unknown {
    calls[name]++
    return Reflect.apply(real, this, args)
  }
  Object.defineProperty(RunObject.prototype, name, { value: counted })
}

function isCall(name: string): name is keyof typeof calls {
  return Object.hasOwn(calls, name)
}

export default {
  fetch(request, env, ctx) {
    const counts: Counts = { calls, changes }
    if (new URL(request.url).pathname === COUNTS_PATH) return Response.json(counts)
    return worker.fetch(request, env, ctx)
  },
  queue: (batch, env) => worker.queue(batch, env),
} satisfies ExportedHandler<Env>
