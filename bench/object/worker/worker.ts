import type { MessageQueue } from '../../../src/durable/outbox/queue-sender.ts'
import { RunObject as RealObject } from '../../../src/durable/run/run-object.ts'
import type { PostEnv } from '../../../src/durable/run/run-post.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import {
  ABORT_PATH,
  DRIVE_PATH,
  JOIN_PATH,
  type Measured,
  POLL_PATH,
  PollRequest,
  REPORT_PATH,
  ReportRequest,
  RETRY_PATH,
  RunRequest,
  Shape,
  WATCH_PATH,
} from '../routes.ts'
import { countRows, takeRows } from './counted-rows.ts'
import { drive, note, OWNER, planned } from './drive.ts'
import { reportAll } from './reports.ts'
import { abortAll, retryAll } from './slices.ts'
import { readStream } from './stream.ts'

// wrangler.toml binds these classes too.
export { HostObject } from '../../../src/durable/host/host-object.ts'
export { OwnerObject } from '../../../src/durable/owner/owner-object.ts'
export { TaskObject } from '../../../src/durable/task/task-object.ts'

type Env = { readonly SETTINGS: string; readonly RUNS: DurableObjectNamespace<RunObject> }

/** Messages stay in this Worker, where the driver takes them. */
const queue: MessageQueue<Message> = {
  sendBatch: async (sent) => {
    for (const { body } of sent) note(body)
  },
}
const queues: PostEnv = { PLAN_QUEUE: queue, CHECKPOINT_QUEUE: queue }

/** An owner's object whose list nobody follows: the calls of a run's object alone are measured. */
const nobody = { tell: () => Promise.resolve({ followed_ms: 0 }) }

/** The real object, over a storage whose rows are counted. */
export class RunObject extends RealObject {
  constructor(ctx: DurableObjectState, { SETTINGS }: Env) {
    countRows(ctx.storage.sql)
    super(ctx, { SETTINGS, ...queues }, { flights: () => queue, owner: () => nobody })
  }
}

function runOf({ RUNS }: Env, name: string) {
  return RUNS.get(RUNS.idFromName(name))
}

/** Runs a run to its end. */
async function driveRun(body: unknown, env: Env): Promise<Measured> {
  const shape = Shape.parse(body)
  return measured(async () => ({ calls: await drive(runOf(env, shape.run_id), shape) }))
}

/** The same, while a plain EventSource watches from the first job to the end. */
async function watchRun(body: unknown, env: Env): Promise<Measured> {
  const shape = Shape.parse(body)
  const run = runOf(env, shape.run_id)
  return measured(async () => {
    let stream: Promise<number> | undefined
    const calls = await drive(run, shape, () => {
      stream ??= readStream(run, '/stream')
    })
    return { calls, bytes: await stream }
  })
}

/** A lean watcher joins, and reads until it has all jobs. */
async function join(body: unknown, env: Env): Promise<Measured> {
  const { run_id } = RunRequest.parse(body)
  return measured(async () => {
    return { calls: 1, bytes: await readStream(runOf(env, run_id), '/stream?lean=1', 'id: ') }
  })
}

/** Aborts a run with all its jobs open, while somebody reads its state again and again. */
async function abort(body: unknown, env: Env): Promise<Measured> {
  const shape = Shape.parse(body)
  const run = runOf(env, shape.run_id)
  await planned(run, shape)
  return measured(() => abortAll(run))
}

/** Opens all jobs of that run again. */
async function retry(body: unknown, env: Env): Promise<Measured> {
  const { run_id } = RunRequest.parse(body)
  return measured(() => retryAll(runOf(env, run_id)))
}

/** Has all flights of a run at work at the same time. */
async function report(body: unknown, env: Env): Promise<Measured> {
  const shape = ReportRequest.parse(body)
  return measured(async () => ({ calls: await reportAll(runOf(env, shape.run_id), shape) }))
}

/** Reads the state of the run, as a client that polls it does. */
async function poll(body: unknown, env: Env): Promise<Measured> {
  const { run_id, polls } = PollRequest.parse(body)
  const run = runOf(env, run_id)
  return measured(async () => {
    for (let time = 0; time < polls; time += 1) await run.view({ owner: OWNER })
    return { calls: polls }
  })
}

type Done = Partial<Pick<Measured, 'wait_ms'>> & {
  readonly calls: number
  readonly bytes?: number | undefined
}

async function measured(work: () => Promise<Done>): Promise<Measured> {
  takeRows()
  const began = Date.now()
  const { calls, bytes = 0, wait_ms = 0 } = await work()
  return { ms: Date.now() - began, calls, bytes, wait_ms, rows: takeRows() }
}

const routes: Readonly<Record<string, (body: unknown, env: Env) => Promise<unknown>>> = {
  [DRIVE_PATH]: driveRun,
  [POLL_PATH]: poll,
  [WATCH_PATH]: watchRun,
  [JOIN_PATH]: join,
  [REPORT_PATH]: report,
  [ABORT_PATH]: abort,
  [RETRY_PATH]: retry,
}

export default {
  async fetch(request, env) {
    const route = routes[new URL(request.url).pathname]
    if (route === undefined) return new Response(null, { status: 404 })
    return Response.json((await route(await request.json(), env)) ?? null)
  },
} satisfies ExportedHandler<Env>
