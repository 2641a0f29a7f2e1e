import { HostObject as RealHost } from '../../../src/durable/host/host-object.ts'
import type { HostLeave, HostRequest, RobotsAnswer } from '../../../src/durable/host/host-rpc.ts'
import type { RunStanding } from '../../../src/durable/owner/owner-rpc.ts'
import type { Env } from '../../../src/env.ts'
import worker, { OwnerObject as RealOwner, RunObject as RealRun } from '../../../src/index.ts'
import { countCalls } from '../../calls.ts'
import { type Counts, COUNTS_PATH } from '../../counts.ts'
import { BILLED_PATH } from '../billed.ts'
import { billed, meterBindings, meterStorage, readBilled } from './meter.ts'

/** The real object of a run. Its calls, its rows and its messages are counted. */
export class RunObject extends RealRun {
  constructor(ctx: DurableObjectState, env: Env) {
    meterStorage(ctx.storage)
    super(ctx, meterBindings(env))
  }

  static {
    countCalls(RunObject, () => billed.object_requests++)
  }
}

/** The real object of an owner. Its calls and its rows are counted. */
export class OwnerObject extends RealOwner {
  constructor(ctx: DurableObjectState, env: Env) {
    meterStorage(ctx.storage)
    super(ctx, env)
  }

  override tell(standing: RunStanding) {
    billed.object_requests++
    return super.tell(standing)
  }
}

export { TaskObject } from '../../../src/index.ts'

/** The real object of a host. Its calls and its rows are counted. */
export class HostObject extends RealHost {
  constructor(ctx: DurableObjectState, env: Env) {
    meterStorage(ctx.storage)
    super(ctx, env)
  }

  override enter(request: HostRequest) {
    billed.object_requests++
    return super.enter(request)
  }

  override learn(request: RobotsAnswer) {
    billed.object_requests++
    return super.learn(request)
  }

  override leave(request: HostLeave) {
    billed.object_requests++
    return super.leave(request)
  }
}

/** The calls of all objects. The bench waits until they stand still. */
function allCalls(): Counts {
  return { calls: { all: billed.object_requests }, changes: 0 }
}

export default {
  fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === BILLED_PATH) return Response.json(readBilled())
    if (pathname === COUNTS_PATH) return Response.json(allCalls())
    billed.worker_requests++
    return worker.fetch(request, meterBindings(env), ctx)
  },

  queue(batch, env) {
    billed.worker_requests++
    // A delivery is one operation, and the deletion of a done message is another.
    billed.queue_operations += 2 * batch.messages.length
    return worker.queue(batch, meterBindings(env))
  },
} satisfies ExportedHandler<Env>
