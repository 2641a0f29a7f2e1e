import { z } from 'zod'

import type { FlightGrant } from '../../src/durable/run/work-rpc.ts'
import type { Env } from '../../src/env.ts'
import worker, { RunObject as RealObject } from '../../src/index.ts'
import { ExternalId, GroupKey, Owner, RunId } from '../../src/protocol/ids.ts'
import { Message } from '../../src/protocol/messages.ts'

export { HostObject } from '../../src/durable/host/host-object.ts'
export { OwnerObject, TaskObject } from '../../src/index.ts'

/** A Worker for tests with real processes. Its runs change only by the calls of a test. */

const FLIGHT_JOBS = 100
const POLL_MS = 10
const SECOND_MS = 1_000

/** The most changes in one report. */
const BATCH = 25

const Named = z.object({ run_id: RunId })
const Create = Named.extend({ owner: Owner, jobs: z.int() })
const Change = Named.extend({ changes: z.int(), a_second: z.number() })

/** The held flights of a run, and the number of its changes. All requests share one isolate here. */
type Hand = {
  readonly sent: Set<number>
  held: readonly { readonly flight: number; readonly grant: FlightGrant }[]
  made: number
}
const hands = new Map<RunId, Hand>()
const constructed = new Map<string, number>()

/** The real object. Counts its constructions. */
export class RunObject extends RealObject {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    const name = ctx.id.name ?? ''
    constructed.set(name, (constructed.get(name) ?? 0) + 1)
  }
}

function handOf(run_id: RunId): Hand {
  const hand = hands.get(run_id) ?? { sent: new Set<number>(), held: [], made: 0 }
  hands.set(run_id, hand)
  return hand
}

function runOf(env: Env, run_id: RunId) {
  return env.RUNS.get(env.RUNS.idFromName(run_id))
}

/** Makes a run with so many jobs, all of them granted and none done. */
async function create({ run_id, owner, jobs }: z.infer<typeof Create>, env: Env): Promise<void> {
  const run = runOf(env, run_id)
  const groups = [{ key: GroupKey.parse('acme'), input: '{}' }]
  const start = { pipeline: 'ingestion', flight_jobs: FLIGHT_JOBS, body_hash: '', groups }
  await run.create({ run_id, owner, ...start })
  await run.direct({ owner, order: { kind: 'go', n: 0, round: 1 } })
  const plan = await run.claimPlan({ group: 0 })
  if (plan.kind === 'refused') throw new Error('the plan was refused')
  const lease = { group: 0, attempt: plan.attempt }
  await run.addJobs({ ...lease, jobs: Array.from({ length: jobs }, (_, job) => seed(job)) })
  await run.closeGroup(lease)
  const hand = handOf(run_id)
  while (hand.sent.size < Math.ceil(jobs / FLIGHT_JOBS)) await after(POLL_MS)
  hand.held = await Promise.all([...hand.sent].map((flight) => claim(env, run_id, flight)))
}

function seed(job: number) {
  return { external_id: ExternalId.parse(`job-${job}`), title: `Engineer ${job}`, payload: '{}' }
}

async function claim(env: Env, run_id: RunId, flight: number) {
  const grant = await runOf(env, run_id).claim({ flight })
  if (grant.kind === 'refused') throw new Error('a flight was refused')
  return { flight, grant }
}

/** Makes so many changes of jobs' steps, one job after the other, in batches at this rate. */
async function change({ run_id, changes, a_second }: z.infer<typeof Change>, env: Env) {
  const hand = handOf(run_id)
  const began = Date.now()
  for (let done = 0; done < changes; done += BATCH) {
    const { flight, grant } = turnOf(hand)
    const turn = Math.floor(hand.made / FLIGHT_JOBS / hand.held.length)
    const step = turn % 2 === 0 ? ('crawling' as const) : ('extracting' as const)
    const from = hand.made % FLIGHT_JOBS
    const jobs = grant.jobs.slice(from, from + Math.min(BATCH, changes - done))
    const rows = jobs.map(({ n, attempt }) => ({ n, attempt, kind: 'step' as const, step }))
    await runOf(env, run_id).report({ flight, grant: grant.grant, rows, last: false })
    hand.made += BATCH
    await after(began + (done / a_second) * SECOND_MS - Date.now())
  }
}

function turnOf({ held, made }: Hand): Hand['held'][number] {
  const one = held[Math.floor(made / FLIGHT_JOBS) % held.length]
  if (one === undefined) throw new Error('the run holds no flight')
  return one
}

/** Finishes every job, and with the last one the run. */
async function finish({ run_id }: z.infer<typeof Named>, env: Env): Promise<void> {
  for (const { flight, grant } of handOf(run_id).held) {
    const rows = grant.jobs.map(
      ({ n, attempt }) => ({ n, attempt, kind: 'ready', outcome: 'new' }) as const,
    )
    await runOf(env, run_id).report({ flight, grant: grant.grant, rows, last: true })
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
}

const routes: Readonly<Record<string, (body: unknown, env: Env) => Promise<unknown>>> = {
  '/api/hand/create': (body, env) => create(Create.parse(body), env),
  '/api/hand/change': (body, env) => change(Change.parse(body), env),
  '/api/hand/finish': (body, env) => finish(Named.parse(body), env),
  /** Does not call the object, so that a sleeping object stays asleep. */
  '/api/hand/constructed': async (body) => constructed.get(Named.parse(body).run_id) ?? 0,
}

/**
 * Handles an object's message. Only the test takes plans and flights. Confirms a checkpoint at once,
 * because there is no Postgres.
 */
async function consume(message: Message, env: Env): Promise<void> {
  if (message.kind === 'flight') handOf(message.run_id).sent.add(message.flight)
  if (message.kind !== 'checkpoint') return
  const run = runOf(env, message.run_id)
  const checkpoint = await run.checkpoint()
  if (checkpoint) await run.checkpointed({ seq: checkpoint.seq })
}

export default {
  async fetch(request, env, ctx) {
    const route = routes[new URL(request.url).pathname]
    if (route === undefined) return worker.fetch(request, env, ctx)
    return Response.json({ answer: (await route(await request.json(), env)) ?? null })
  },
  async queue(batch, env) {
    await Promise.all(batch.messages.map(({ body }) => consume(Message.parse(body), env)))
  },
} satisfies ExportedHandler<Env>
