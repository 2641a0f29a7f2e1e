import { COMPANY_PARTS, ofCompany } from '../db/company-deletion.ts'
import type { Task, TaskStep } from '../durable/task/task-state.ts'
import { blobsOf, settle, waitAlone } from './phases.ts'
import type { StepPorts } from './task-ports.ts'

type CompanyDeletion = Task & { readonly work: { readonly slug: string } }

/** Deletes a company with its postings, their history, its visits and the blobs of its listings. Its runs stay. */
export function deleteCompany(task: CompanyDeletion, ports: StepPorts): Promise<TaskStep> {
  const { n = 0, phase } = task.place
  switch (phase) {
    case 'alone':
      return waitAlone(task, ports, { phase: 'blobs', n })
    case 'blobs':
      return removeListings(task, ports)
    case 'rows':
      return removeRows(task, ports)
    case 'settle':
      return end(task, ports)
    case 'lift':
      return forget(task, ports)
    default:
      return drop(task, ports)
  }
}

async function drop(
  { owner, work }: CompanyDeletion,
  { company, fences }: StepPorts,
): Promise<TaskStep> {
  const dropped = await company.drop({ owner, ...work })
  if (dropped !== undefined) {
    const { visit: n, moment } = dropped
    return { place: { phase: 'alone', n, moment }, added: { companies: 1 } }
  }
  // This step was taken before and not stored. Its visits still say which was the last.
  const n = await company.lastVisit({ owner, ...work })
  return { place: { phase: 'alone', n, moment: await fences.moment() }, added: { companies: 1 } }
}

/** `after`: the visit whose run was looked at last. */
async function removeListings(task: CompanyDeletion, ports: StepPorts): Promise<TaskStep> {
  const { owner, work, place } = task
  const { n: visit = 0, after = '0', hand = [] } = place
  if (hand.length > 0) {
    await ports.blobs.remove(hand)
    return { place: { phase: 'blobs', n: visit, after }, added: { blobs: hand.length } }
  }
  const query = { owner, ...work, visit, after: Number(after), limit: RUNS }
  const runs = await ports.company.runs(query)
  let passed = after
  for (const run of runs) {
    const keys = run.run_id === '' ? [] : await ports.blobs.list(blobsOf(run.run_id, work.slug))
    if (keys.length > 0) return { place: { phase: 'blobs', n: visit, after: passed, hand: keys } }
    passed = String(run.visit)
  }
  if (runs.length > 0) return { place: { phase: 'blobs', n: visit, after: passed } }
  return { place: { phase: 'rows', n: visit } }
}

const RUNS = 20

/** `after`: the part that was removed last. */
async function removeRows(task: CompanyDeletion, { rows, settings }: StepPorts): Promise<TaskStep> {
  const { owner, task_id, work, place } = task
  const { n: visit = 0, after } = place
  const part = COMPANY_PARTS[COMPANY_PARTS.findIndex((one) => one === after) + 1]
  if (part === undefined) return { place: { phase: 'settle', n: visit } }
  const slice = { owner, task_id, limit: settings.sweep_rows }
  const { removed, total } = await rows.remove(slice, ofCompany(part, { owner, ...work, visit }))
  const done = removed < settings.sweep_rows ? part : after
  return {
    place: { phase: 'rows', n: visit, ...(done === undefined ? {} : { after: done }) },
    stored: total > 0 ? { [part]: total } : {},
  }
}

async function end(task: CompanyDeletion, ports: StepPorts): Promise<TaskStep> {
  const { owner, work, place } = task
  const { n = 0 } = place
  await ports.company.blank({ owner, ...work, visit: n })
  return { ...(await settle(task, ports)), place: { phase: 'lift', n } }
}

async function forget(task: CompanyDeletion, ports: StepPorts): Promise<TaskStep> {
  const { owner, work, place } = task
  await ports.company.forget({ owner, ...work, visit: place.n ?? 0 })
  await ports.rows.drop(task)
  return { place: { phase: 'over' } }
}
