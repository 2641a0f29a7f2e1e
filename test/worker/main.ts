import type { Env } from '../../src/env.ts'
import worker, {
  OwnerObject as RealOwner,
  RunObject as RealObject,
  TaskObject as RealTask,
} from '../../src/index.ts'
import { bind, boundBy, Connections, invoke } from './connections.ts'

export { HostObject } from '../../src/durable/host/host-object.ts'

/** The Worker with Cloudflare's limit of six connections per invocation. */

/** All requests of an object share its six connections. */
export class RunObject extends RealObject {
  constructor(ctx: DurableObjectState, env: Env) {
    const connections = new Connections()
    super(
      ctx,
      bind(env, () => connections),
    )
  }
}

export class OwnerObject extends RealOwner {
  constructor(ctx: DurableObjectState, env: Env) {
    const connections = new Connections()
    super(
      ctx,
      bind(env, () => connections),
    )
  }
}

export class TaskObject extends RealTask {
  constructor(ctx: DurableObjectState, env: Env) {
    const connections = new Connections()
    super(
      ctx,
      bind(env, () => connections),
    )
  }
}

export default {
  fetch: (request, env, ctx) => invoke(() => worker.fetch(request, boundBy(env), ctx)),
  queue: (batch, env) => invoke(() => worker.queue(batch, boundBy(env))),
  scheduled: (firing, env) => invoke(() => worker.scheduled(firing, boundBy(env))),
} satisfies ExportedHandler<Env>
