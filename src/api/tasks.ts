import { z } from 'zod'

import type { TaskOrder, TaskWork } from '../durable/task/task-rpc.ts'
import { type Owner, RunId } from '../protocol/ids.ts'
import { TaskId, TaskView } from '../protocol/task.ts'
import { callRun } from './calls.ts'
import type { AddRoute } from './contract/add-route.ts'
import { type Contract, json, reply } from './contract/contract.ts'
import type { ApiPorts } from './ports.ts'
import { notFound, ProblemError } from './problem.ts'
import { keyReused } from './start.ts'

const TaskPath = z.object({
  task_id: TaskId.meta({
    description: 'The id of a task.',
    examples: ['4f0c6d1e2b3a49585f6e7d8c9b0a1f2e'],
  }),
})

const read = {
  tag: 'Tasks',
  access: 'owner',
  route: 'GET /api/tasks/:task_id',
  summary:
    'Reads the receipt of a deletion, or of an action on many runs: how far it is, in counts.',
  description: 'A receipt can be read for 30 days after the end of its task.',
  params: TaskPath,
  answers: { 200: json(TaskView, 'The receipt.') },
} as const satisfies Contract

export function taskRoutes(add: AddRoute, ports: ApiPorts): void {
  add(read, async ({ owner, params: { task_id } }) => {
    // An id that was never issued must not make an object, as with runs (RUN-5).
    if (!(await ports.run_ids.isOurs(RunId.parse(task_id)))) throw notFound()
    const task = await callRun(() => ports.task(task_id).read({ owner }))
    if (task === undefined) throw notFound()
    return reply(200, task)
  })
}

/** The answer of a route that begins a task. */
export const TASK_ANSWER = {
  202: json(
    TaskView,
    'The receipt. `GET /api/tasks/:task_id` says how far the task is.',
    'Location',
  ),
} as const

/** The id of the task that does this for an owner: a repeated request finds the task. */
export async function taskIdOf(ports: ApiPorts, owner: Owner, what: string): Promise<TaskId> {
  const { run_id } = await ports.run_ids.derive({ owner, key: `task ${what}` })
  return TaskId.parse(run_id)
}

/** Begins a task, or finds it under way. Throws 409 if the task refuses, with how to mend it. */
export async function beginTask(
  ports: ApiPorts,
  order: TaskOrder & { readonly work: TaskWork },
): Promise<TaskView> {
  const task = await callRun(() => ports.task(order.task_id).begin(order))
  if (task === 'key_reused') throw keyReused()
  if (task.reason !== undefined) throw new ProblemError('in-use', { detail: task.reason.message })
  return task
}

/** Whether a task is under way, or was done a moment ago. */
export async function isUnderWay(ports: ApiPorts, task_id: TaskId, owner: Owner): Promise<boolean> {
  const task = await callRun(() => ports.task(task_id).read({ owner }))
  return task?.status === 'working'
}

export function taskReply(task: TaskView) {
  return reply(202, task, { location: `/api/tasks/${task.task_id}` })
}
