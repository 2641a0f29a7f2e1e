import type { Task, TaskStep } from '../durable/task/task-state.ts'
import { actOnRuns } from './act-on-runs.ts'
import { deleteCompany } from './delete-company.ts'
import { deleteMatter } from './delete-matter.ts'
import { deleteOwner } from './delete-owner.ts'
import { deleteRun } from './delete-run.ts'
import type { StepPorts } from './task-ports.ts'

/** Does the next step of a task. Each step may be repeated: what it removes is gone then, and what it does is done. */
export function takeStep(task: Task, ports: StepPorts): Promise<TaskStep> {
  const { work } = task
  switch (work.kind) {
    case 'delete_run':
      return deleteRun({ ...task, work }, ports)
    case 'delete_company':
      return deleteCompany({ ...task, work }, ports)
    case 'delete_matter':
      return deleteMatter({ ...task, work }, ports)
    case 'delete_owner':
      return deleteOwner(task, ports)
    case 'abort_runs':
    case 'retry_runs':
    case 'label_runs':
      return actOnRuns({ ...task, work }, ports)
  }
}
