import { z } from 'zod'

import { RunId } from './ids.ts'
import { Reason } from './status.ts'

/** A task has the id form of a run. */
export const TaskId = z
  .string()
  .regex(/^[0-9a-f]{32}$/)
  .brand('TaskId')
export type TaskId = z.infer<typeof TaskId>

const TaskKind = z.enum([
  'delete_run',
  'delete_company',
  'delete_matter',
  'delete_owner',
  'abort_runs',
  'retry_runs',
  'label_runs',
])

/** `refused`: the task changed nothing, and `reason` says why. */
export const TaskStatus = z.enum(['working', 'done', 'refused'])
export type TaskStatus = z.infer<typeof TaskStatus>

/** A run on which a task over many runs could not act. */
export const TaskFailure = z.object({ run_id: RunId, code: z.string() })
export type TaskFailure = z.infer<typeof TaskFailure>

/** The receipt of a long change: a deletion, or an action on many runs. It says how far the change is. */
export const TaskView = z.object({
  task_id: TaskId,
  kind: TaskKind,
  status: TaskStatus,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  ended_at: z.iso.datetime().exactOptional(),
  /** How many of what is gone or done so far. */
  counts: z.record(z.string(), z.int()),
  /** How many runs the filter matched when the task began. Of an action on runs alone. */
  total: z.int().exactOptional(),
  /** There are more runs than one task takes. Start another one. */
  left: z.literal(true).exactOptional(),
  /** The first twenty runs on which the task could not act. */
  failures: z.array(TaskFailure),
  reason: Reason.exactOptional(),
  /** Why the task waits, if its last step failed. It tries again by itself. */
  trouble: z.object({ message: z.string(), tries: z.int() }).exactOptional(),
})
export type TaskView = z.infer<typeof TaskView>
