import type { RunRpc } from '../../src/durable/run/run-rpc.ts'
import type { FetchPort } from '../../src/pipelines/fetch.ts'
import type { JobSeed } from '../../src/pipelines/pipeline.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { planConsumer, type PlanConsumerPorts } from '../../src/queue/plan.ts'
import { keepLog, noPorts, planGrant, run_id, stubRun } from './stub-run.ts'

export type Plan = PlanConsumerPorts['planners'][string]['plan']

type Given = { readonly fetch: FetchPort; readonly deadline_ms: number }

/** The object's answer to a call that it accepts. */
const ok = () => Promise.resolve({ kind: 'ok' } as const)

/**
 * Makes the consumer of a plan for group 1 in front of an object with these answers. Also returns each call
 * of the object.
 */
export function consumerOf(
  plan: Plan,
  answers: Partial<RunRpc> = {},
  { fetch = noPorts.fetch, deadline_ms = 30_000 }: Partial<Given> = {},
) {
  const { run, calls } = stubRun({
    claimPlan: () => Promise.resolve(planGrant),
    addJobs: ok,
    renewPlan: ok,
    closeGroup: ok,
    failPlan: ok,
    releasePlan: () => Promise.resolve(),
    ...answers,
  })
  const { log, lines } = keepLog()
  const consuming = planConsumer({
    run,
    log,
    fetch,
    blobs: () => noPorts.blobs,
    batch_jobs: 1,
    report_ms: 150,
    hold_ms: 60_000,
    unavailable_ms: 5_000,
    planners: { letters: { deadline_ms, plan } },
  })
  const consume = () => consuming.consume({ kind: 'plan', run_id, group: 1 })
  const names = () => calls.map(([name]) => name)
  return { consume, calls, names, lines }
}

/** One batch of a plan, with one job. */
export function found(id: string): JobSeed[] {
  return [{ external_id: ExternalId.parse(id), title: `T ${id}`, payload: { id } }]
}

/** The same job in the form in which the object gets it. */
export function encoded(id: string) {
  return { external_id: id, title: `T ${id}`, payload: `{"id":"${id}"}` }
}

/** The lease of the grant. */
export const lease = { group: 1, attempt: 3 }
