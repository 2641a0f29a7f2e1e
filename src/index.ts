import { createApp } from './api/app.ts'
import { createPage, isApiPath } from './api/page.ts'
import { apiPorts } from './compose/api.ts'
import { checkpointing, deadLetters, planning, sweeping, working } from './compose/consumers.ts'
import { ownersOf, runsOf } from './compose/objects.ts'
import { assemble, assembleBatch } from './compose/parts.ts'
import { flightQueues } from './compose/pipeline-queues.ts'
import { slotStarts } from './compose/schedules.ts'
import { stepping } from './compose/tasks.ts'
import { noticePosts } from './compose/webhooks.ts'
import { OwnerObject } from './durable/owner/owner-object.ts'
import { RunObject } from './durable/run/run-object.ts'
import { TaskObject } from './durable/task/task-object.ts'
import type { Env } from './env.ts'
import { consoleLog as log } from './log.ts'
import { flightQueueNames } from './pipelines/flight-queue.ts'
import { consumeBatch } from './queue/consumer.ts'
import { sweep } from './queue/sweep.ts'
import { takeStep } from './tasks/steps.ts'

export { HostObject } from './durable/host/host-object.ts'

/** The object of a run, connected to the queues of this deployment's pipelines. */
class DeployedRunObject extends RunObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { flights: flightQueues(env), owner: ownersOf(env) })
  }
}
export { DeployedRunObject as RunObject }

/** The object of an owner, connected to the runs of this deployment. */
class DeployedOwnerObject extends OwnerObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, { run: runsOf(env), start: slotStarts(env), post: noticePosts(env) })
  }
}
export { DeployedOwnerObject as OwnerObject }

/** The object of a task, connected to what its steps act on. */
class DeployedTaskObject extends TaskObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, (task) => takeStep(task, stepping(assembleBatch(env))))
  }
}
export { DeployedTaskObject as TaskObject }

type App = ReturnType<typeof createApp>

/** The apps of this isolate. A new isolate makes its own. */
const apps = new WeakMap<Env, { readonly api: App; readonly page: App }>()

function appsOf(env: Env) {
  const made = apps.get(env) ?? makeApps(env)
  apps.set(env, made)
  return made
}

function makeApps(env: Env) {
  const ports = apiPorts(assemble(env))
  const asset = (path: string, request: Request) =>
    env.ASSETS.fetch(new Request(new URL(path, request.url), request))
  return { api: createApp(ports), page: createPage({ ...ports, asset }) }
}

export default {
  async fetch(request, env, ctx) {
    const { api, page } = appsOf(env)
    const app = isApiPath(new URL(request.url).pathname) ? api : page
    return app.fetch(request, env, ctx)
  },

  async queue(batch, env) {
    const parts = assembleBatch(env)
    if (flightQueueNames().has(batch.queue)) return consumeBatch(batch, working(parts), log)
    switch (batch.queue) {
      case 'runcast-plan':
        return consumeBatch(batch, planning(parts), log)
      case 'runcast-checkpoint':
        return consumeBatch(batch, checkpointing(parts), log)
      case 'runcast-dead-letters':
        return consumeBatch(batch, deadLetters(parts), log)
      default:
        throw new Error(`the Worker has no consumer for the queue ${batch.queue}`)
    }
  },

  /** The cron of wrangler.toml. */
  async scheduled(_, env) {
    await sweep(sweeping(assembleBatch(env)))
  },
} satisfies ExportedHandler<Env>
