import { DatabaseUnavailable } from '../db/connect.ts'
import type { AddJobs, PlanAnswer, PlanGrant, RunRpc, SaidLine } from '../durable/rpc.ts'
import { describeError } from '../log.ts'
import { MustWait } from '../pipelines/fetch.ts'
import type { JobSeed, PlanPorts, PlanTask } from '../pipelines/pipeline.ts'
import { PlanFailure } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { GroupKey } from '../protocol/ids.ts'
import { PlanMessage } from '../protocol/messages.ts'
import type { Failure } from '../protocol/status.ts'
import { inBatches } from './batches.ts'
import type { Consumer, PipelinePorts } from './consumer.ts'
import type { Lease } from './lease.ts'
import { keepLease } from './lease.ts'
import { patientFetch } from './patient-fetch.ts'

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
      const held: Held = {
        run: () => ports.run(run_id),
        lease: { group, attempt: grant.attempt },
        lines: [],
      }
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
type Held = {
  readonly run: () => RunRpc
  readonly lease: { group: number; attempt: number }
  /** What the plan has to say, told with its end. */
  readonly lines: SaidLine[]
}

async function planGroup(
  { run, lease, lines, kept }: Held & { readonly kept: Lease },
  grant: PlanGrant & Pick<PlanTask, 'run_id'>,
  ports: PlanConsumerPorts,
): Promise<void> {
  const planner = ports.planners[grant.pipeline]
  if (planner === undefined) throw new Error(`there is no pipeline ${grant.pipeline}`)
  const task = { ...grant, input: JSON.parse(grant.input) }
  const signal = AbortSignal.any([kept.signal, AbortSignal.timeout(planner.deadline_ms)])
  const fetch = patientFetch(ports.fetch, signal)
  const log = noteIn(lines, grant.group)
  const plan = planner.plan(task, { fetch, blobs: ports.blobs(), signal, log })
  const size = { most: ports.batch_jobs, wait_ms: ports.report_ms, signal }
  for await (const jobs of inBatches(plan, size)) {
    const answer = await told(run().addJobs({ ...lease, jobs: jobs.map(encode), ...sizeOf(jobs) }))
    if (answer.kind !== 'ok') return
    kept.renewed()
  }
  await told(run().closeGroup({ ...lease, lines }))
}

function noteIn(lines: SaidLine[], group: GroupKey): PlanPorts['log'] {
  return (level, message, about) => lines.push({ level, message, group, ...about })
}

/** The fewest that any of them asks for. */
function sizeOf(jobs: readonly JobSeed[]): Pick<AddJobs, 'flight_jobs'> {
  const sizes = jobs.flatMap(({ flight_jobs }) => flight_jobs ?? [])
  return sizes.length === 0 ? {} : { flight_jobs: Math.min(...sizes) }
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

function encode({ external_id, payload, title, url }: JobSeed) {
  const job = url === undefined ? { external_id } : { external_id, url }
  return { ...job, title: cleanText(title), payload: JSON.stringify(payload) }
}

/** A plan that cannot go on says why, so that its group does not wait for the lease to run out. */
async function giveUp(
  { run, lease, lines }: Held,
  error: unknown,
  ports: PlanConsumerPorts,
): Promise<void> {
  if (error instanceof Untold) throw error
  if (error instanceof DatabaseUnavailable) {
    await run().releasePlan({ ...lease, lines, wait_ms: ports.unavailable_ms })
    return
  }
  if (error instanceof MustWait) {
    await run().releasePlan({ ...lease, lines, until: error.until, waits: error.reason })
    return
  }
  if (!(error instanceof PlanFailure)) {
    ports.log('error', 'a plan failed unexpectedly', { ...lease, error: describeError(error) })
  }
  await run().failPlan({ ...lease, lines, failure: failureOf(error) })
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
