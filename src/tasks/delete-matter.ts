import type { Task, TaskStep } from '../durable/task/task-state.ts'
import type { MatterId } from '../protocol/matter.ts'
import { endAllRuns, lift, removeBlobs, removeDocuments, settle, waitAlone } from './phases.ts'
import { removeRunRows } from './run-rows.ts'
import type { StepPorts } from './task-ports.ts'

type MatterDeletion = Task & {
  readonly work: { readonly matter_id: MatterId; readonly group: string }
}

/**
 * Deletes a matter: its runs, which end at once, then its documents with their files, texts and attachments, and then its
 * row. A run that has other matters too stays. What is uploaded to the matter meanwhile goes with it.
 */
export function deleteMatter(task: MatterDeletion, ports: StepPorts): Promise<TaskStep> {
  const { owner, work, place } = task
  const matter = work.group
  switch (place.phase) {
    case 'alone':
      return waitAlone(task, ports, { phase: 'blobs' })
    case 'blobs':
      return removeBlobs(task, ports, { phase: 'files' })
    case 'files':
      return removeDocuments(task, ports, { matter, next: { phase: 'again' } })
    case 'again':
      return removeMatter(task, ports)
    case 'rows':
      return removeRunRows(task, ports, { phase: 'settle' })
    case 'settle':
      return settle(task, ports)
    case 'lift':
      return lift(task, ports)
    default:
      return endAllRuns(task, ports, (after, limit) =>
        ports.documents.runs({ owner, matter, after, limit }),
      )
  }
}

async function removeMatter(
  { owner, work }: MatterDeletion,
  { documents }: StepPorts,
): Promise<TaskStep> {
  const done = await documents.removeMatter({ owner, matter_id: work.matter_id })
  // Documents were put in meanwhile, by a run of their own.
  if (done === 'used') return { place: { phase: 'runs' } }
  return { place: { phase: 'rows' }, added: { matters: 1 } }
}
