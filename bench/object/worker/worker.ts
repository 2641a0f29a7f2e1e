import type { MessageQueue } from '../../../src/durable/outbox/queue-sender.ts'
import { RunObject as RealObject } from '../../../src/durable/run/run-object.ts'
import type { PostEnv } from '../../../src/durable/run/run-post.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import { DRIVE_PATH, type Measured, POLL_PATH, PollRequest, Shape } from '../routes.ts'
import { countRows, takeRows } from './counted-rows.ts'
import { drive, note, OWNER } from './drive.ts'

// wrangler.toml binds this class too.
export { HostObject } from '../../../src/durable/host/host-object.ts'

type Env = { readonly SETTINGS: string; readonly RUNS: DurableObjectNamespace<RunObject> }

/** Messages stay in this Worker, where the driver takes them. */
const queue: MessageQueue<Message> = {
  sendBatch: async (sent) => {
    for (const { body } of sent) note(body)
  },
}
const queues: PostEnv = { PLAN_QUEUE: queue, CHECKPOINT_QUEUE: queue }

/** The real object, over a storage whose rows are counted. */
export class RunObject extends RealObject {
  constructor(ctx: DurableObjectState, { SETTINGS }: Env) {
    countRows(ctx.storage.sql)
    super(ctx, { SETTINGS, ...queues }, () => queue)
  }
}

function runOf({ RUNS }: Env, name: string) {
  return RUNS.get(RUNS.idFromName(name))
}

/** Runs a run to its end. */
async function driveRun(body: unknown, env: Env): Promise<Measured> {
  const shape = Shape.parse(body)
  return measured(() => drive(runOf(env, shape.run_id), shape))
}

/** Reads the state of the run, as a client that polls it does. */
async function poll(body: unknown, env: Env): Promise<Measured> {
  const { run_id, polls } = PollRequest.parse(body)
  const run = runOf(env, run_id)
  return measured(async () => {
    for (let time = 0; time < polls; time += 1) await run.view({ owner: OWNER })
    return polls
  })
}

async function measured(work: () => Promise<number>): Promise<Measured> {
  takeRows()
  const began = Date.now()
  const calls = await work()
  return { ms: Date.now() - began, calls, rows: takeRows() }
}

const routes: Readonly<Record<string, (body: unknown, env: Env) => Promise<unknown>>> = {
  [DRIVE_PATH]: driveRun,
  [POLL_PATH]: poll,
}

export default {
  async fetch(request, env) {
    const route = routes[new URL(request.url).pathname]
    if (route === undefined) return new Response(null, { status: 404 })
    return Response.json((await route(await request.json(), env)) ?? null)
  },
} satisfies ExportedHandler<Env>
