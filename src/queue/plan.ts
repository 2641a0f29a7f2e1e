import { DatabaseUnavailable } from '../db/connect.ts'
import type { RunRpc } from '../durable/run/run-rpc.ts'
import type {
  AddJobs,
  LineDraft,
  PlanGrant,
  PlanLease,
  PlanReport,
} from '../durable/run/work-rpc.ts'
import { failpoint } from '../failpoint.ts'
import { Idle } from '../gate.ts'
import { type FetchPort, MustWait, withShortWaits } from '../pipelines/fetch.ts'
import type { JobSeed, PlanPorts, PlanTask } from '../pipelines/pipeline.ts'
import { cleanText } from '../protocol/clean-text.ts'
import type { GroupKey, RunId } from '../protocol/ids.ts'
import { PlanMessage } from '../protocol/messages.ts'
import type { PlanNotice } from '../protocol/plan-notice.ts'
import { inBatches, type ItemBatch } from './batches.ts'
import type { Consumer, PipelinePorts } from './consumer.ts'
import { startDeadline } from './deadline.ts'
import { failureOf, unknownPipeline } from './failures.ts'
import { type LeaseSession, openLeaseSession } from './lease.ts'
import type { OutageRetry } from './outage-retry.ts'

/** A pipeline's plan with its own ports bound. */
export type Planner = {
  readonly deadline_ms: number
  /** The planner sends its statements through `outage`, so that an outage of Postgres repeats no fetch. */
  plan(
    task: PlanTask,
    ports: PlanPorts,
    outage: Pick<OutageRetry, 'ask'>,
  ): AsyncIterable<readonly JobSeed[]>
}

export type PlanConsumerPorts = PipelinePorts & {
  readonly planners: Readonly<Record<string, Planner>>
  /** The number of jobs that are handed to the object in one call. */
  readonly batch_jobs: number
  /** How long a smaller number of jobs waits for further ones, in milliseconds. */
  readonly report_ms: number
}

/** Claims the plan of a group, runs it, and hands its jobs to the run's object as they are found. */
export function planConsumer(ports: PlanConsumerPorts): Consumer<PlanMessage> {
  return {
    message: PlanMessage,
    async consume({ run_id, group }) {
      const grant = await ports.run(run_id).claimPlan({ group })
      if (grant.kind === 'refused') return
      const held: PlanLeased = {
        run_id,
        run: () => ports.run(run_id),
        plan: { group, attempt: grant.attempt },
        logged: { lines: [] },
        begun: Date.now(),
      }
      const renew = async () => {
        const answer = await held.run().renewPlan(held.plan)
        return answer.kind === 'ok' ? answer : 'lost'
      }
      const session = openLeaseSession({ run_id, renew_ms: grant.renew_ms, renew }, ports)
      try {
        await planGroup({ ...held, ...session }, { ...grant, run_id }, ports)
      } catch (error) {
        // If the lease is lost, the run was aborted or another worker has the plan: nobody waits for this error.
        if (!session.lease.signal.aborted) await giveUp(held, error, ports)
      } finally {
        await session.lease.end()
      }
    },
  }
}

/** A claimed plan. Each call makes a new stub (`run`), because the object may restart during a plan. */
type PlanLeased = {
  readonly run_id: RunId
  readonly run: () => RunRpc
  /** Sent with every call, so that a title from the plan goes with the next one. */
  readonly plan: PlanLease & { title?: string }
  /** The lines, the count and the notices that the plan reported. They are sent with the plan's end. */
  readonly logged: { readonly lines: LineDraft[]; gone?: number; notices?: PlanNotice[] }
  readonly begun: number
}

/** What the object is told at the plan's end, besides how the plan ended. */
function reportOf({ logged, begun }: PlanLeased): PlanReport {
  return { ...logged, took_ms: Date.now() - begun }
}

async function planGroup(
  held: PlanLeased & LeaseSession,
  grant: PlanGrant & Pick<PlanTask, 'run_id'>,
  ports: PlanConsumerPorts,
): Promise<void> {
  RUNCAST_FAILPOINTS && (await failpoint('plan.claimed'))
  const planner = ports.planners[grant.pipeline]
  if (planner === undefined) throw unknownPipeline(grant.pipeline)
  const { lease, outage } = held
  const idle = new Idle()
  const deadline = startDeadline(planner.deadline_ms, () => outage.waited_ms + idle.ms)
  const signal = AbortSignal.any([lease.signal, deadline.signal])
  const task = { ...grant, input: JSON.parse(grant.input) }
  const { owner } = grant
  const gated: FetchPort = (url, init) => ports.fetch(url, { ...init, idle, owner })
  const fetch = withShortWaits(gated, signal)
  const telling = listenTo(held, grant.group)
  const found = planner.plan(task, { fetch, blobs: ports.blobs(), signal, ...telling }, outage)
  const size = { most: ports.batch_jobs, wait_ms: ports.report_ms, signal }
  try {
    await handOver(inBatches(found, size), held)
  } finally {
    deadline.end()
  }
}

/**
 * Hands the jobs to the object as they are found, and closes the group together with the last. An object of an
 * earlier version closes no group with its last jobs, and a plan may end without a last batch.
 */
async function handOver(
  batches: AsyncIterable<ItemBatch<JobSeed>>,
  held: PlanLeased & LeaseSession,
): Promise<void> {
  const { run, plan, lease } = held
  for await (const { items, isLast } of batches) {
    const jobs = { jobs: items.map(encode), ...sizeOf(items) }
    if (isLast) RUNCAST_FAILPOINTS && (await failpoint('plan.closing'))
    const close = isLast ? { close: reportOf(held) } : {}
    const answer = await told(run().addJobs({ ...plan, ...jobs, ...close }))
    RUNCAST_FAILPOINTS && (await failpoint('plan.added'))
    if (answer.kind !== 'ok' || answer.closed === true) return
    lease.renewed()
  }
  RUNCAST_FAILPOINTS && (await failpoint('plan.closing'))
  await told(run().closeGroup({ ...plan, ...reportOf(held) }))
}

/** Collects what a plan reports about its group, to be sent with later calls. */
function listenTo(
  { plan, logged }: PlanLeased,
  group: GroupKey,
): Pick<PlanPorts, 'log' | 'gone' | 'notice' | 'title'> {
  return {
    log: (level, message, about) => logged.lines.push({ level, message, group, ...about }),
    gone: (count) => void (logged.gone = count),
    notice: (one) => void (logged.notices = [...(logged.notices ?? []), one]),
    title: (text) => void (plan.title = cleanText(text)),
  }
}

/** Returns the smallest flight that one of these jobs asks for. */
function sizeOf(jobs: readonly JobSeed[]): Pick<AddJobs, 'flight_jobs'> {
  const sizes = jobs.flatMap(({ flight_jobs }) => flight_jobs ?? [])
  return sizes.length === 0 ? {} : { flight_jobs: Math.min(...sizes) }
}

/** The run's object did not answer. This is no failure of the plan: its lease runs out, and the plan is sent again. */
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

/** Tells the object why the plan ended, so that the group does not wait until the lease runs out. */
async function giveUp(held: PlanLeased, error: unknown, ports: PlanConsumerPorts): Promise<void> {
  const { run_id, run, plan } = held
  if (error instanceof Untold) throw error
  if (error instanceof DatabaseUnavailable) {
    await run().releasePlan({ ...plan, ...reportOf(held), wait_ms: ports.unavailable_ms })
    return
  }
  if (error instanceof MustWait) {
    await run().releasePlan({ ...plan, ...reportOf(held), until: error.until, waits: error.reason })
    return
  }
  const failure = failureOf(error, { kind: 'plan', name: { run_id, ...plan }, log: ports.log })
  await run().failPlan({ ...plan, ...reportOf(held), failure })
}
