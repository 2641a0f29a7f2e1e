import { ofRun, RUN_PARTS } from '../db/erasure.ts'
import type { Task, TaskPlace, TaskStep } from '../durable/task/task-state.ts'
import type { StepPorts } from './task-ports.ts'

/** Removes the rows of all runs that the task has fenced, in slices. `after`: the run whose rows went last; `n`: the part. */
export async function removeRunRows(
  task: Task,
  { fences, rows, settings }: StepPorts,
  next: TaskPlace,
): Promise<TaskStep> {
  const { owner, task_id, place } = task
  const { after = '', n = 0 } = place
  const [run_id] = await fences.list({ owner, task_id }, { after, limit: 1 })
  if (run_id === undefined) return { place: next }
  const part = RUN_PARTS[n]
  if (part === undefined) return { place: { phase: 'rows', after: run_id } }
  const slice = { owner, task_id, limit: settings.sweep_rows }
  const { removed, total } = await rows.remove(slice, ofRun(part, run_id))
  return {
    place: { phase: 'rows', after, n: removed < settings.sweep_rows ? n + 1 : n },
    stored: total > 0 ? { [part]: total } : {},
  }
}
