import type { AllJobs, GroupState, JobDetail, JobEntry, Progress, RunEvent } from './events.ts'
import type { Snapshot } from './run.ts'
import type { RunStatus } from './status.ts'
import { isTerminalRun } from './terminal.ts'

/** A job in a watcher's state. `detail` is there if the watcher asked for details. */
export type WatchedJob = JobEntry & { readonly detail?: JobDetail }

type Jobs = ReadonlyMap<string, ReadonlyMap<string, WatchedJob>>

/**
 * A watcher's state: the run's status, its groups' plans, and its jobs by group and external id. An event
 * leaves each unchanged part the same object, so that a view can compare by identity.
 */
export type WatchedRun = {
  readonly status: RunStatus
  readonly groups: ReadonlyMap<string, GroupState>
  readonly jobs: Jobs
  /** The last progress that was sent. It is not part of the run's state. */
  readonly progress?: Progress
  /** The final counts. Present while the run has ended. */
  readonly snapshot?: Snapshot
}

export const unwatched: WatchedRun = { status: 'pending', groups: new Map(), jobs: new Map() }

/** Applies an event to a watcher's state. Every client uses this function. Unknown events change nothing. */
export function fold(state: WatchedRun, event: RunEvent): WatchedRun {
  switch (event.event) {
    case 'status':
      return enter(state, event.data)
    case 'all_jobs':
      return { ...state, jobs: list(new Map(), event.data) }
    case 'added':
      return { ...state, jobs: list(state.jobs, event.data) }
    case 'update':
      return { ...state, jobs: patch(state.jobs, event.data, (status) => ({ status })) }
    case 'detail':
      return { ...state, jobs: patch(state.jobs, event.data, (detail) => ({ detail })) }
    case 'groups':
      return { ...state, groups: new Map([...state.groups, ...Object.entries(event.data)]) }
    case 'progress':
      return { ...state, progress: event.data }
    case 'complete':
      return { ...state, snapshot: event.data }
    default:
      return state
  }
}

/** A retry reopens an ended run, so its final counts no longer hold. */
function enter({ snapshot, ...state }: WatchedRun, status: RunStatus): WatchedRun {
  const ended = snapshot !== undefined && isTerminalRun(status)
  return { ...state, status, ...(ended && { snapshot }) }
}

function list(jobs: Jobs, data: AllJobs): Jobs {
  return change(jobs, data, (members, entries) => {
    for (const entry of entries) {
      const known = members.get(entry.external_id)
      members.set(entry.external_id, known?.detail ? { ...entry, detail: known.detail } : entry)
    }
  })
}

/** Changes jobs that are known, or lists them by their id alone: a listing may come after its updates. */
function patch<T>(
  jobs: Jobs,
  data: Readonly<Record<string, Readonly<Record<string, T>>>>,
  changed: (value: T) => Partial<WatchedJob>,
): Jobs {
  return change(jobs, data, (members, values) => {
    for (const [external_id, value] of Object.entries(values)) {
      const known = members.get(external_id) ?? { external_id, title: '', status: 'pending' }
      members.set(external_id, { ...known, ...changed(value) })
    }
  })
}

/** Copies the map and replaces the groups that `data` names. All other groups stay the same objects. */
function change<T>(
  jobs: Jobs,
  data: Readonly<Record<string, T>>,
  apply: (members: Map<string, WatchedJob>, value: T) => void,
): Jobs {
  const next = new Map(jobs)
  for (const [group, value] of Object.entries(data)) {
    const members = new Map(next.get(group))
    apply(members, value)
    next.set(group, members)
  }
  return next
}
