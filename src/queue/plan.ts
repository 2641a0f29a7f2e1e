import { DatabaseUnavailable } from '../db/connect.ts'
import type { PlanAnswer, PlanGrant, RunRpc } from '../durable/rpc.ts'
import { describeError } from '../log.ts'
import type { JobSeed, PlanPorts, PlanTask } from '../pipelines/pipeline.ts'
import { PlanFailure } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import { PlanMessage } from '../protocol/messages.ts'
import type { Failure } from '../protocol/status.ts'
import { inBatches } from './batches.ts'
import type { Consumer, PipelinePorts } from './consumer.ts'
import type { Lease } from './lease.ts'
import { keepLease } from './lease.ts'

/** A pipeline's plan with its own ports bound. */
type Planner = {
  readonly deadline_ms: number
  plan(task: PlanTask, ports: PlanPorts): AsyncIterable<readonly JobSeed[]>
}

export type PlanConsumerPorts = PipelinePorts & {
  readonly planners: Readonly<Record<string, Planner>>
  /** How many jobs are handed over in one call. */
  readonly batch_jobs: number
}

/** One group's plan: claimed, run, and its jobs handed to the object as they are found. */
export function planConsumer(ports: PlanConsumerPorts): Consumer<PlanMessage> {
  return {
    message: PlanMessage,
    async consume({ run_id, group }) {
      const grant = await ports.run(run_id).claimPlan({ group })
      if (grant.kind === 'refused') return
      const held = { run: () => ports.run(run_id), lease: { group, attempt: grant.attempt } }
      const lease = keepLease(async () => verdict(await held.run().renewPlan(held.lease)), {
        renew_ms: grant.renew_ms,
        failed: (error) =>
          ports.log('warn', 'a lease was not renewed', { run_id, error: describeError(error) }),
      })
      try {
        await planGroup({ ...held, kept: lease }, { ...grant, run_id }, ports)
      } catch (error) {
        // Without its lease the plan is aborted, or another's: nobody waits for what it says.
        if (!lease.signal.aborted) await giveUp(held, error, ports)
      } finally {
        await lease.end()
      }
    },
  }
}

/** A plan may outlive its object's present life, so each call takes its stub anew. */
type Held = { readonly run: () => RunRpc; readonly lease: { group: number; attempt: number } }

async function planGroup(
  { run, lease, kept }: Held & { readonly kept: Lease },
  grant: PlanGrant & Pick<PlanTask, 'run_id'>,
  ports: PlanConsumerPorts,
): Promise<void> {
  const planner = ports.planners[grant.pipeline]
  if (planner === undefined) throw new Error(`there is no pipeline ${grant.pipeline}`)
  const task = { ...grant, input: JSON.parse(grant.input) }
  const signal = AbortSignal.any([kept.signal, AbortSignal.timeout(planner.deadline_ms)])
  const plan = planner.plan(task, { fetch: ports.fetch, blobs: ports.blobs(), signal })
  const size = { most: ports.batch_jobs, wait_ms: ports.report_ms, signal }
  for await (const jobs of inBatches(plan, size)) {
    const answer = await told(run().addJobs({ ...lease, jobs: jobs.map(encode) }))
    if (answer.kind !== 'ok') return
    kept.renewed()
  }
  await told(run().closeGroup(lease))
}

/** The object did not answer: that is no failure of the plan's, and costs it nothing but its lease. */
class Untold extends Error {}

async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call
  } catch (cause) {
    throw new Untold('the run’s object did not answer', { cause })
  }
}

function encode({ payload, title, ...job }: JobSeed) {
  return { ...job, title: cleanText(title), payload: JSON.stringify(payload) }
}

/** A plan that cannot go on says why, so that its group does not wait for the lease to run out. */
async function giveUp(
  { run, lease }: Held,
  error: unknown,
  ports: PlanConsumerPorts,
): Promise<void> {
  if (error instanceof Untold) throw error
  if (error instanceof DatabaseUnavailable) {
    await run().releasePlan({ ...lease, wait_ms: ports.unavailable_ms })
    return
  }
  if (!(error instanceof PlanFailure)) {
    ports.log('error', 'a plan failed unexpectedly', { ...lease, error: describeError(error) })
  }
  await run().failPlan({ ...lease, failure: failureOf(error) })
}

function failureOf(error: unknown): Failure {
  if (error instanceof PlanFailure) return error.failure
  const message = error instanceof Error ? error.message : String(error)
  const late = error instanceof DOMException && error.name === 'TimeoutError'
  return { code: late ? 'plan_deadline' : 'plan_crashed', message, retryable: true }
}

function verdict({ kind }: PlanAnswer): 'held' | 'lost' {
  return kind === 'ok' ? 'held' : 'lost'
}
