import type { AllJobs, JobEntry, RunEvent, Update } from './events.ts'
import type { RunStatus } from './status.ts'

/** What a watcher holds: the run's status and its jobs by group and external id. */
export type WatchedRun = {
  readonly status: RunStatus
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, JobEntry>>
}

export const unwatched: WatchedRun = { status: 'pending', groups: new Map() }

/** The fold: (state, event) → state, the same in every client. Unknown events change nothing. */
export function fold(state: WatchedRun, event: RunEvent): WatchedRun {
  switch (event.event) {
    case 'status':
      return { ...state, status: event.data }
    case 'all_jobs':
      return { ...state, groups: replaceAll(event.data) }
    case 'update':
      return { ...state, groups: applyUpdate(state.groups, event.data) }
    default:
      return state
  }
}

function replaceAll(data: AllJobs): WatchedRun['groups'] {
  return new Map(
    Object.entries(data).map(([group, jobs]) => [
      group,
      new Map(jobs.map((job) => [job.external_id, job])),
    ]),
  )
}

function applyUpdate(groups: WatchedRun['groups'], data: Update): WatchedRun['groups'] {
  const next = new Map(groups)
  for (const [group, changes] of Object.entries(data)) {
    const jobs = new Map(next.get(group))
    for (const [external_id, status] of Object.entries(changes)) {
      const known = jobs.get(external_id)
      jobs.set(external_id, known ? { ...known, status } : { external_id, title: '', status })
    }
    next.set(group, jobs)
  }
  return next
}
