import { PLAIN_RESULT_BYTES, plainTail, recordResults } from '../db/results.ts'
import type { Pipeline } from '../pipelines/pipeline.ts'
import * as registry from '../pipelines/registry.ts'
import type { Planner } from '../queue/plan.ts'
import { reportPace, type Worker } from '../queue/work.ts'
import { wireDocuments } from './documents.ts'
import { wireIngestion } from './ingestion.ts'
import type { Parts } from './parts.ts'
import type { Wiring, Wirings } from './wiring.ts'

/** Does not compile if a pipeline that needs ports of its own is missing here. */
function wire(parts: Parts): Wirings<typeof registry> {
  return { ingestion: wireIngestion(parts), documents: wireDocuments(parts) }
}

const pipelines: readonly (readonly [string, Pipeline<unknown>])[] = Object.entries(registry)

/** All pipelines by name, for the API to start. */
export const startable: Readonly<Record<string, Pipeline<unknown>>> = Object.fromEntries(
  pipelines.map(([, pipeline]) => [pipeline.name, pipeline]),
)

export function plannersOf(parts: Parts): Readonly<Record<string, Planner>> {
  return derive(parts, ({ pipeline, wiring }) => ({
    deadline_ms: pipeline.limits.plan_deadline_ms,
    plan: (task, ports, outage) =>
      pipeline.plan(task, { ...ports, ...Object(wiring.planPorts(outage)) }),
  }))
}

export function workersOf(parts: Parts): Readonly<Record<string, Worker>> {
  return derive(parts, ({ pipeline, wiring }) => ({
    deadline_ms: pipeline.limits.job_deadline_ms,
    pace: reportPace(pipeline, parts.settings),
    work: (task, ports, outage) =>
      pipeline.work(task, { ...ports, ...Object(wiring.workPorts(outage)) }),
    record: (run, rows) => wiring.record(run, rows),
    ...(wiring.result_bytes === undefined ? {} : { result_bytes: wiring.result_bytes }),
  }))
}

type Registered = { readonly pipeline: Pipeline<unknown>; readonly wiring: Wiring }

function derive<T>(parts: Parts, make: (registered: Registered) => T): Record<string, T> {
  const wirings: Readonly<Record<string, Wiring>> = wire(parts)
  const entries = pipelines.map(([key, pipeline]) => {
    const wiring = wirings[key] ?? plainWiring(parts)
    return [pipeline.name, make({ pipeline, wiring })] as const
  })
  return Object.fromEntries(entries)
}

/** Stores the results of a pipeline without tables of its own with their jobs. */
function plainWiring({ db }: Parts): Wiring {
  return {
    planPorts: () => ({}),
    workPorts: () => ({}),
    record: (run, rows) => recordResults(db, { ...run, tail: plainTail }, rows),
    result_bytes: PLAIN_RESULT_BYTES,
  }
}
