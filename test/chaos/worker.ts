import { AsyncLocalStorage } from 'node:async_hooks'

import type { MessageQueue } from '../../src/durable/outbox/queue-sender.ts'
import type { FlightQueue } from '../../src/durable/run/run-post.ts'
import type { FlightReport } from '../../src/durable/run/work-rpc.ts'
import type { Env } from '../../src/env.ts'
import worker, { RunObject as RealObject } from '../../src/index.ts'
import { ingestion } from '../../src/pipelines/ingestion/ingestion.ts'
import type { WorkPorts, WorkTask } from '../../src/pipelines/pipeline.ts'
import { type Counts, Orders, ORDERS_PATH } from './orders.ts'

export { HostObject } from '../../src/durable/host/host-object.ts'
export { OwnerObject, TaskObject } from '../../src/index.ts'

/** The real Worker, with the faults that a test orders around it. */

type Incoming = Parameters<typeof worker.fetch>[0]

/** All requests share one isolate here. A new isolate begins without orders. */
let orders: Orders = Orders.parse({})

/** The ids of the messages that every consumer fails on. */
let deadly = new Set<string>()

const counts: Counts = { at_work: 0, held_starts: 0, clock_ms: 0 }

/** The difference of the clock for the code that runs inside. */
const offset = new AsyncLocalStorage<number>()

const RealDate = Date
globalThis.Date = new Proxy(RealDate, {
  get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
  construct: (date, args) => Reflect.construct(date, args.length === 0 ? [now()] : args),
  apply: (date) => new date(now()).toString(),
})

function now(): number {
  return RealDate.now() + (offset.getStore() ?? 0)
}

const work = ingestion.work.bind(ingestion)
Object.assign(ingestion, { work: workBadly })

function workBadly(task: WorkTask, ports: WorkPorts) {
  counts.clock_ms = Date.now() - RealDate.now()
  const isAmong = (endings: readonly string[]) =>
    endings.some((ending) => task.external_id.endsWith(ending))
  if (isAmong(orders.throws)) throw new Error('this posting is poison')
  if (isAmong(orders.hangs)) return new Promise<never>(() => undefined)
  return work(task, ports)
}

/** The real object. Its messages may be held back, or sent in reverse order. */
export class RunObject extends RealObject {
  constructor(ctx: DurableObjectState, env: Env & { INGESTION_QUEUE: FlightQueue }) {
    const PLAN_QUEUE = badQueue(env.PLAN_QUEUE)
    const queues = { PLAN_QUEUE, INGESTION_QUEUE: badQueue(env.INGESTION_QUEUE) }
    super(ctx, { ...env, ...queues })
  }
}

function badQueue<M>(queue: MessageQueue<M>): MessageQueue<M> {
  return wrapped(queue, 'sendBatch', (sendBatch): MessageQueue<M>['sendBatch'] => (messages) => {
    if (orders.hold_messages) return never()
    return sendBatch(orders.deliveries === 1 ? messages : [...messages].toReversed())
  })
}

/** The answer to a renewal that does not reach the object. */
const HELD: Awaited<ReturnType<RealObject['report']>> = { kind: 'held', aborted: [], lost: [] }

/** The bindings of a consumer whose renewals never reach the object. The consumer does not notice that. */
function cutOff(env: Env): Env {
  const RUNS = wrapped(env.RUNS, 'getByName', (getByName) => (name: string) => {
    return wrapped(getByName(name), 'report', (report) => (request: FlightReport) => {
      const isRenewal = request.rows.length === 0 && !request.last
      return orders.mute_renewals && isRenewal ? HELD : report(request)
    })
  })
  return { ...env, RUNS }
}

/**
 * Replaces one member of an object. A stub would take even `bind` for a call of its object, so this uses a
 * proxy.
 */
function wrapped<T extends object, K extends keyof T>(
  target: T,
  name: K,
  replace: (member: T[K]) => unknown,
): T {
  const bound = <M>(member: M): M =>
    typeof member === 'function'
      ? new Proxy(member, { apply: (method, _this, args) => Reflect.apply(method, target, args) })
      : member
  return new Proxy(target, {
    get: (of, key) => (key === name ? replace(bound(of[name])) : bound(Reflect.get(of, key))),
  })
}

/** Takes the deadly messages out of a batch. Their queue gives them up after a few tries. */
function takeDeadly({ queue, messages }: MessageBatch): Message[] {
  if (queue !== 'runcast-ingestion') return [...messages]
  return messages.filter((message) => {
    if (orders.dead_letters > deadly.size) deadly.add(message.id)
    if (!deadly.has(message.id)) return true
    message.retry()
    return false
  })
}

/** Delivers the first copies together in reverse order, and the last copy when they are done. */
async function deliver(batch: MessageBatch, messages: Message[], env: Env): Promise<void> {
  const { deliveries } = orders
  const of = (all: readonly Message[]) => wrapped(batch, 'messages', () => all)
  if (deliveries === 1) return worker.queue(of(messages), env)
  const copies = Array.from({ length: deliveries - 1 }, () => messages.toReversed())
  await worker.queue(of(copies.flat()), env)
  await worker.queue(of(messages.toReversed()), env)
}

async function start(request: Incoming, env: Env, ctx: ExecutionContext): Promise<Response> {
  const answer = orders.hold_starts === 'before' ? undefined : await worker.fetch(request, env, ctx)
  if (answer !== undefined && orders.hold_starts === 'no') return answer
  counts.held_starts++
  return never()
}

/** Waits for a very long time. The runtime would end a request that waits for nothing. */
async function never(): Promise<never> {
  await scheduler.wait(600_000)
  throw new Error('nobody ended it')
}

async function obey(request: Request): Promise<Response> {
  if (request.method === 'POST') {
    orders = Orders.parse(await request.json())
    deadly = new Set()
    Object.assign(ingestion.limits, { job_deadline_ms: orders.job_deadline_ms })
  }
  return Response.json(counts)
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url)
    if (pathname === ORDERS_PATH) return obey(request)
    if (pathname === '/api/runs' && request.method === 'POST') return start(request, env, ctx)
    return worker.fetch(request, env, ctx)
  },

  async queue(batch, env, ctx) {
    const messages = takeDeadly(batch)
    counts.at_work++
    const done = offset
      .run(orders.clock_ms, () => deliver(batch, messages, cutOff(env)))
      .finally(() => counts.at_work--)
    // The local queue delivers one batch at a time. A consumer that is cut off must not hold up the
    // others.
    if (orders.mute_renewals) ctx.waitUntil(done)
    else await done
  },
} satisfies ExportedHandler<Env>
