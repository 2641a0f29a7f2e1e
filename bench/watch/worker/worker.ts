import type { MessageQueue } from '../../../src/durable/outbox/queue-sender.ts'
import type { Env } from '../../../src/env.ts'
import worker, { RunObject as RealObject } from '../../../src/index.ts'
import type { Message } from '../../../src/protocol/messages.ts'
import {
  CREATE_PATH,
  CreateRequest,
  DRIVE_PATH,
  DriveRequest,
  FLOOR_PATH,
  STEP_PATH,
  StepRequest,
} from '../routes.ts'
import { createRun, drive, noteFlight, stepOne } from './drive.ts'
import { Floor } from './floor.ts'

export { HostObject } from '../../../src/durable/host/host-object.ts'
export { OwnerObject, TaskObject } from '../../../src/index.ts'

/** The app is made once for each environment, so an environment keeps its queues. */
const environments = new WeakMap<Env, Env>()

/** Binds all queues to this Worker itself: every message stays here. */
function withQueues(env: Env): Env {
  const known = environments.get(env)
  if (known !== undefined) return known
  const own: MessageQueue<Message> = {
    sendBatch: (sent) => Promise.all(Array.from(sent, ({ body }) => consume(body, env))),
  }
  const jobs = { WORK_QUEUE: own, INGESTION_QUEUE: own, DOCUMENTS_QUEUE: own }
  const bound = { ...env, ...jobs, PLAN_QUEUE: own, CHECKPOINT_QUEUE: own }
  environments.set(env, bound)
  return bound
}

/** The real object, whose messages stay in this Worker. The object of the floor has no run. */
export class RunObject extends RealObject {
  private readonly floor = new Floor()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, withQueues(env))
  }

  override fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    return pathname === FLOOR_PATH ? this.floor.fetch(request) : super.fetch(request)
  }
}

function runOf(env: Env, name: string) {
  return env.RUNS.get(env.RUNS.idFromName(name))
}

async function create(request: Request, env: Env): Promise<Response> {
  const asked = CreateRequest.parse(await request.json())
  await createRun(runOf(env, asked.run_id), asked)
  return Response.json({})
}

async function driveRun(request: Request, env: Env): Promise<Response> {
  const asked = DriveRequest.parse(await request.json())
  return Response.json(await drive(runOf(env, asked.run_id), asked))
}

async function step(request: Request, env: Env): Promise<Response> {
  const { run_id } = StepRequest.parse(await request.json())
  await stepOne(runOf(env, run_id), run_id)
  return Response.json({})
}

const routes: Readonly<Record<string, (request: Request, env: Env) => Promise<Response>>> = {
  [CREATE_PATH]: create,
  [DRIVE_PATH]: driveRun,
  [STEP_PATH]: step,
  [FLOOR_PATH]: (request, env) => runOf(env, 'floor').fetch(request),
}

/**
 * Handles an object's message. Only the driver takes plans and flights. Confirms a checkpoint without
 * Postgres, because the peers store nothing.
 */
async function consume(message: Message, env: Env): Promise<void> {
  if (message.kind === 'flight') noteFlight(message)
  if (message.kind !== 'checkpoint') return
  const run = runOf(env, message.run_id)
  const checkpoint = await run.checkpoint()
  if (checkpoint) await run.checkpointed({ seq: checkpoint.seq })
}

export default {
  fetch(request, env, ctx) {
    const route = routes[new URL(request.url).pathname]
    return route === undefined ? worker.fetch(request, withQueues(env), ctx) : route(request, env)
  },
} satisfies ExportedHandler<Env>
