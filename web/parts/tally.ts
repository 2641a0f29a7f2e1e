import type { WatchedJob, WatchedRun } from '../../src/protocol/fold.ts'
import type { JobStatus } from '../../src/protocol/status.ts'
import { isTerminalJob } from '../../src/protocol/terminal.ts'
import { kept } from './kept.ts'

/** The number of jobs by status. `done` counts the jobs with a terminal status. */
export type JobTally = {
  readonly total: number
  readonly done: number
  readonly by_status: ReadonlyMap<JobStatus, number>
}

export type JobMap = ReadonlyMap<string, WatchedJob>

export const noJobs: JobMap = new Map()

/** Counts the jobs of a group. */
export const tally = kept((jobs: JobMap): JobTally => {
  const by_status = new Map<JobStatus, number>()
  for (const { status } of jobs.values()) by_status.set(status, (by_status.get(status) ?? 0) + 1)
  return fromCounts(by_status)
})

const tallyAll = kept((groups: WatchedRun['jobs']): JobTally => {
  const by_status = new Map<JobStatus, number>()
  for (const jobs of groups.values())
    for (const [status, count] of tally(jobs).by_status)
      by_status.set(status, (by_status.get(status) ?? 0) + count)
  return fromCounts(by_status)
})

/** Counts the jobs of all groups of a run. */
export function tallyRun({ jobs }: Pick<WatchedRun, 'jobs'>): JobTally {
  return tallyAll(jobs)
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
