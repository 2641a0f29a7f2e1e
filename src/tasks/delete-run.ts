import type { Task, TaskStep } from '../durable/task/task-state.ts'
import type { RunId } from '../protocol/ids.ts'
import { lift, removeBlobs, settle, waitAlone } from './phases.ts'
import { removeRunRows } from './run-rows.ts'
import type { StepPorts } from './task-ports.ts'

type RunDeletion = Task & { readonly work: { readonly run_id: RunId } }

/** Deletes an ended run: its object, its blobs and its rows. A run that goes on, or that documents need, is refused. */
export function deleteRun(task: RunDeletion, ports: StepPorts): Promise<TaskStep> {
  switch (task.place.phase) {
    case 'alone':
      return waitAlone(task, ports, { phase: 'blobs' })
    case 'blobs':
      return removeBlobs(task, ports, { phase: 'forget' })
    case 'forget':
      return forget(task, ports)
    case 'rows':
      return removeRunRows(task, ports, { phase: 'settle' })
    case 'settle':
      return settle(task, ports)
    case 'lift':
      return lift(task, ports)
    default:
      return hide(task, ports)
  }
}

async function hide(task: RunDeletion, ports: StepPorts): Promise<TaskStep> {
  const { owner, task_id, work } = task
  const run_ids = [work.run_id]
  const documents = await ports.rows.documentsOf({ owner, ...work })
  if (documents > 0) return refused(NEEDED)
  const answer = await ports.run(work.run_id).erase({ owner, ...work, ended_only: true })
  if (answer.kind === 'goes_on') return refused(GOES_ON)
  const moment = await ports.fences.set({ owner, task_id }, run_ids)
  await ports.owner(owner).forget({ run_ids })
  return { place: { phase: 'alone', moment } }
}

const GOES_ON = {
  code: 'goes_on',
  message: 'The run goes on. Abort the run, and delete it when it has ended.',
}
const NEEDED = {
  code: 'documents',
  message:
    'Documents have their state from this run. Delete the documents, or their matter, which takes the run along.',
}

function refused(reason: typeof GOES_ON): TaskStep {
  return { place: { phase: 'over' }, end: { status: 'refused', reason } }
}

async function forget(
  { owner, work }: RunDeletion,
  { rows, settings }: StepPorts,
): Promise<TaskStep> {
  const changed = await rows.forgetRun({ owner, ...work }, settings.sweep_rows)
  return { place: { phase: changed < settings.sweep_rows ? 'rows' : 'forget' } }
}
