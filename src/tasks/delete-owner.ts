import { allOf } from '../db/erasure.ts'
import type { Task, TaskStep } from '../durable/task/task-state.ts'
import { endAllRuns, lift, removeBlobs, removeDocuments, settle, waitAlone } from './phases.ts'
import type { StepPorts } from './task-ports.ts'

/**
 * Deletes everything of an owner. The owner's object comes first, so that nothing of it begins further runs; its list names
 * the runs that Postgres may not have yet. What the owner adds while the deletion is under way may go too.
 */
export function deleteOwner(task: Task, ports: StepPorts): Promise<TaskStep> {
  const { owner, place } = task
  switch (place.phase) {
    case 'runs':
      return endAllRuns(task, ports, (after, limit) => ports.rows.runIds({ owner, after, limit }))
    case 'alone':
      return waitAlone(task, ports, { phase: 'blobs' })
    case 'blobs':
      return removeBlobs(task, ports, { phase: 'files' })
    case 'files':
      return removeDocuments(task, ports, { next: { phase: 'rows' } })
    case 'rows':
      return removeRows(task, ports)
    case 'again':
      return lookAgain(task, ports)
    case 'settle':
      return settle(task, ports)
    case 'lift':
      return lift(task, ports)
    default:
      return empty(task, ports)
  }
}

/**
 * Whoever has a link to a matter reads nothing from then on. The runs of the list are in the task's hand before the list goes.
 */
async function empty({ owner, place }: Task, ports: StepPorts): Promise<TaskStep> {
  const { hand } = place
  if (hand === undefined) {
    await ports.documents.revokeTokens(owner)
    return { place: { phase: 'begin', hand: await ports.owner(owner).runs() } }
  }
  await ports.owner(owner).erase()
  return { place: { phase: 'runs', hand } }
}

/** `after`: the table that was removed last. */
async function removeRows(
  { owner, task_id, place }: Task,
  { rows, settings }: StepPorts,
): Promise<TaskStep> {
  const { after = '' } = place
  const table = (await rows.tables()).find((name) => name > after)
  if (table === undefined) return { place: { phase: 'again' } }
  const slice = { owner, task_id, limit: settings.sweep_rows }
  const { removed, total } = await rows.remove(slice, allOf(table))
  return {
    place: { phase: 'rows', after: removed < settings.sweep_rows ? table : after },
    stored: total > 0 ? { [table]: total } : {},
  }
}

/** A run that was started meanwhile has told the owner's list, and a request may have stored a row. */
async function lookAgain({ owner }: Task, ports: StepPorts): Promise<TaskStep> {
  const hand = await ports.owner(owner).runs()
  if (hand.length > 0) return { place: { phase: 'runs', hand } }
  await ports.owner(owner).erase()
  for (const table of await ports.rows.tables()) {
    if (await ports.rows.hasAny(table, owner)) return { place: { phase: 'runs' } }
  }
  return { place: { phase: 'settle' } }
}
