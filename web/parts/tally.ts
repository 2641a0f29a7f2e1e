import type { WatchedJob } from '../../src/protocol/fold.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'

/** The number of jobs by status. `done` counts the jobs with a terminal status. */
export type JobTally = {
  readonly total: number
  readonly done: number
  readonly by_status: ReadonlyMap<JobStatus, number>
}

export type JobMap = ReadonlyMap<string, WatchedJob>

export const noJobs: JobMap = new Map()

// The fold makes a new map for a changed group and keeps the other maps, so only changed groups are
// counted again.
const counted = new WeakMap<JobMap, JobTally>()

export function tally(jobs: JobMap): JobTally {
  const known = counted.get(jobs)
  if (known) return known
  const by_status = new Map<JobStatus, number>()
  for (const { status } of jobs.values()) by_status.set(status, (by_status.get(status) ?? 0) + 1)
  const made = fromCounts(by_status)
  counted.set(jobs, made)
  return made
}

export function tallyAll(groups: Iterable<JobMap>): JobTally {
  const by_status = new Map<JobStatus, number>()
  for (const jobs of groups)
    for (const [status, count] of tally(jobs).by_status)
      by_status.set(status, (by_status.get(status) ?? 0) + count)
  return fromCounts(by_status)
}

function fromCounts(by_status: ReadonlyMap<JobStatus, number>): JobTally {
  let total = 0
  let done = 0
  for (const [status, count] of by_status) {
    total += count
    if (isTerminalJob(status)) done += count
  }
  return { total, done, by_status }
}
