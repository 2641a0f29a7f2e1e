import type { RunRpc } from '../../src/durable/run/run-rpc.ts'
import type { FetchPort } from '../../src/pipelines/fetch.ts'
import type { JobSeed } from '../../src/pipelines/pipeline.ts'
import { ExternalId } from '../../src/protocol/ids.ts'
import { planConsumer, type PlanConsumerPorts } from '../../src/queue/plan.ts'
import { keepLog, noPorts, planGrant, run_id, stubRun } from './stub-run.ts'

export type Plan = PlanConsumerPorts['planners'][string]['plan']

type Given = { readonly fetch: FetchPort; readonly deadline_ms: number }

/** What an object says to a call that it takes. */
const ok = () => Promise.resolve({ kind: 'ok' } as const)

/** The consumer of a plan for group 1, before an object that answers so, and each call that it made. */
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
    pages: noPorts.pages,
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

/** One batch of a plan: a job of this name. */
export function found(id: string): JobSeed[] {
  return [{ external_id: ExternalId.parse(id), title: `T ${id}`, payload: { id } }]
}

/** The same, as the object is told. */
export function encoded(id: string) {
  return { external_id: id, title: `T ${id}`, payload: `{"id":"${id}"}` }
}

/** The lease that the grant makes. */
export const lease = { group: 1, attempt: 3 }
