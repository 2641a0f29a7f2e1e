import { DocumentFiles } from '../db/matter-deletion.ts'
import type { Task, TaskPlace, TaskStep } from '../durable/task/task-state.ts'
import { RunId } from '../protocol/ids.ts'
import type { StepPorts } from './task-ports.ts'

/** The runs that one step reaches. Each is a call of its object. */
const RUNS = 20

/** Older statements are over long before. A statement of the Worker takes ten seconds at most (`statement_ms`). */
const ALONE_MAX_MS = 60_000
const ALONE_WAIT_MS = 100

/** Waits until no statement is under way that began before the fences were set (DEL-2). */
export async function waitAlone(
  { place }: Task,
  { fences, now }: StepPorts,
  next: TaskPlace,
): Promise<TaskStep> {
  const { moment, since = now() } = place
  if (moment === undefined || now() - since >= ALONE_MAX_MS || (await fences.isAlone(moment)))
    return { place: next }
  return { place: { ...place, since }, wait_ms: ALONE_WAIT_MS }
}

/** Ends some runs in their objects, whatever state they are in, and fences them in Postgres. */
async function endRuns(
  { owner, task_id }: Task,
  { run, owner: listOf, fences }: StepPorts,
  run_ids: readonly string[],
): Promise<void> {
  const ids = run_ids.map((id) => RunId.parse(id))
  await Promise.all(ids.map((run_id) => run(run_id).erase({ owner, run_id })))
  await fences.set({ owner, task_id }, ids)
  await listOf(owner).forget({ run_ids: ids })
}

/** Ends the runs of the hand, some at a time, and then those that `more` lists. */
export async function endAllRuns(
  task: Task,
  ports: StepPorts,
  more: (after: string, limit: number) => Promise<readonly string[]>,
): Promise<TaskStep> {
  const { hand = [], after = '' } = task.place
  const now = hand.slice(0, RUNS)
  if (now.length > 0) {
    await endRuns(task, ports, now)
    return { place: { phase: 'runs', hand: hand.slice(RUNS), after } }
  }
  const found = await more(after, RUNS)
  const last = found.at(-1)
  if (last === undefined) return { place: { phase: 'alone', moment: await ports.fences.moment() } }
  return { place: { phase: 'runs', hand: found, after: last } }
}

/** Removes the blobs of all runs that the task has fenced. A step lists some, and the next one removes and counts them. */
export async function removeBlobs(
  task: Task,
  ports: StepPorts,
  next: TaskPlace,
): Promise<TaskStep> {
  const { hand = [], after = '' } = task.place
  if (hand.length > 0) {
    await ports.blobs.remove(hand)
    return { place: { phase: 'blobs', after }, added: { blobs: hand.length } }
  }
  let passed = after
  const run_ids = await ports.fences.list(task, { after, limit: RUNS })
  for (const run_id of run_ids) {
    const keys = await ports.blobs.list(blobsOf(run_id))
    if (keys.length > 0) return { place: { phase: 'blobs', after: passed, hand: keys } }
    passed = run_id
  }
  return { place: run_ids.length === 0 ? next : { phase: 'blobs', after: passed } }
}

/** Plans name their blobs so: `runs/<run>/<group>/<attempt>/<page>.json`. */
export function blobsOf(run_id: string, group?: string): string {
  return group === undefined ? `runs/${run_id}/` : `runs/${run_id}/${group}/`
}

/** So many documents are removed with their files in one step. */
const DOCUMENTS = 20

/** Removes documents: first their files, then their texts in slices, and then their rows. */
export async function removeDocuments(
  task: Task,
  ports: StepPorts,
  { matter, next }: { readonly matter?: string; readonly next: TaskPlace },
): Promise<TaskStep> {
  const { owner, task_id, place } = task
  const { documents, files, settings } = ports
  if (place.hand === undefined) {
    const found = await documents.files({ owner, matter }, DOCUMENTS)
    if (found.length === 0) return { place: next }
    return { place: { phase: 'files', hand: found.map((one) => JSON.stringify(one)) } }
  }
  const held = place.hand.map((text) => DocumentFiles.parse(JSON.parse(text)))
  const keys = held.flatMap(({ file_key, text_key }) => [file_key, text_key].filter(isKey))
  await files.remove(keys)
  const text = await documents.removeTexts({ owner, task_id, limit: settings.sweep_rows }, held)
  if (text !== undefined) return { place, stored: { [text.table]: text.total } }
  await documents.remove({ owner, task_id }, held)
  return { place: { phase: 'files' }, added: { files: keys.length } }
}

function isKey(key: string | null): key is string {
  return key !== null
}

/** Ends a deletion: the receipt takes over what Postgres has counted. Fences stay for a while. */
export async function settle(task: Task, { rows, settings }: StepPorts): Promise<TaskStep> {
  const stored = await rows.counted(task)
  return {
    place: { phase: 'lift', n: 0 },
    stored,
    end: { status: 'done' },
    wait_ms: settings.fence_ms,
  }
}

/**
 * Removes the last traces, when no worker of the runs can be alive any more: what a late plan has stored, the marks in the
 * objects of the runs, and the fences.
 */
export async function lift(task: Task, ports: StepPorts): Promise<TaskStep> {
  const { owner, task_id } = task
  const run_ids = await ports.fences.list(task, { after: '', limit: RUNS })
  if (run_ids.length === 0) {
    await ports.rows.drop(task)
    return { place: { phase: 'over' } }
  }
  const ids = run_ids.map((id) => RunId.parse(id))
  for (const run_id of ids) {
    await removeBlobsOf(run_id, ports.blobs)
    await ports.run(run_id).vanish({ owner, run_id })
  }
  await ports.owner(owner).forget({ run_ids: ids })
  await ports.fences.lift({ owner, task_id }, ids)
  return { place: { phase: 'lift' } }
}

/** Removes all blobs of a run. */
export async function removeBlobsOf(run_id: RunId, blobs: StepPorts['blobs']): Promise<void> {
  for (;;) {
    const keys = await blobs.list(blobsOf(run_id))
    if (keys.length === 0) return
    await blobs.remove(keys)
  }
}
