import { z } from 'zod'

import { hash } from '../digest.ts'
import type { BulkWork, ChosenRuns } from '../durable/task/task-rpc.ts'
import { LabelKey, LabelValue } from '../protocol/naming.ts'
import { TaskId } from '../protocol/task.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, jsonBody } from './contract/contract.ts'
import { StartHeaders } from './contract/parameters.ts'
import type { ApiPorts } from './ports.ts'
import { runFilter } from './run-list.ts'
import { beginTask, TASK_ANSWER, taskIdOf, taskReply } from './tasks.ts'

const RunAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('abort') }),
  z.strictObject({ kind: z.literal('retry') }),
  z.strictObject({
    kind: z.literal('label'),
    /** As in a change of one run: null removes a label. */
    labels: z
      .record(LabelKey, LabelValue.nullable())
      .refine((labels) => Object.keys(labels).length > 0, 'takes at least one label'),
  }),
])
type RunAction = z.infer<typeof RunAction>

const bulk = {
  tag: 'Runs',
  access: 'owner',
  route: 'POST /api/runs/bulk',
  summary: 'Aborts, retries or labels all runs that a filter of the list matches.',
  description:
    'The filter is that of `GET /api/runs`; `{}` matches all runs. The task takes runs that were started before it, the newest first, at most 10,000. Its receipt counts the outcome of each.',
  headers: StartHeaders,
  body: jsonBody(z.strictObject({ filter: z.strictObject(runFilter), action: RunAction }), {
    filter: { status: 'error', label: 'team:growth' },
    action: { kind: 'retry' },
  }),
  answers: TASK_ANSWER,
  problems: ['key-reused'],
} as const satisfies Contract

/** Adds the route that acts on many runs (BULK-1). */
export function runBulkRoute(add: AddRoute, ports: ApiPorts): void {
  add(bulk, async ({ owner, headers: { 'Idempotency-Key': key }, body: { filter, action } }) => {
    const work = workOf(startedBefore(filter, Date.now()), action)
    const named =
      key === undefined
        ? { task_id: TaskId.parse(await ports.run_ids.make()) }
        : {
            task_id: await taskIdOf(ports, owner, `bulk ${key}`),
            body_hash: await hash({ filter, action }),
          }
    return taskReply(await beginTask(ports, { ...named, owner, work }))
  })
}

/** Runs that are started meanwhile are not part of the task. */
function startedBefore(filter: ChosenRuns, now: number): ChosenRuns {
  const { started_before } = filter
  const until = Math.min(now, started_before === undefined ? Infinity : Date.parse(started_before))
  return { ...filter, started_before: new Date(until).toISOString() }
}

function workOf(filter: ChosenRuns, action: RunAction): BulkWork {
  switch (action.kind) {
    case 'abort':
      return { kind: 'abort_runs', filter }
    case 'retry':
      return { kind: 'retry_runs', filter }
    case 'label':
      return { kind: 'label_runs', filter, labels: action.labels }
  }
}
