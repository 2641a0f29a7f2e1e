import type { AddJobs, FlightReport } from '../src/durable/run/work-rpc.ts'
import type { Env } from '../src/env.ts'
import worker, { RunObject as RealObject } from '../src/index.ts'
import { type Call, countCalls, none } from './calls.ts'
import { COUNTS_PATH } from './counts.ts'

export { HostObject } from '../src/durable/host/host-object.ts'
export { OwnerObject, TaskObject } from '../src/index.ts'

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
    countCalls(RunObject, (object, name) => object.counts.calls[name]++)
  }
}

export default {
  fetch(request, env, ctx) {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === COUNTS_PATH) return Response.json(countsOf(searchParams.get('run_id') ?? ''))
    return worker.fetch(request, env, ctx)
  },
  queue: (batch, env) => worker.queue(batch, env),
} satisfies ExportedHandler<Env>
