import type { WatchedRun } from '../../src/protocol/fold.ts'
import { CommonJobStatus, type JobStatus } from '../../src/protocol/status.ts'

/** The statuses of the jobs of tests: those that all pipelines have, and the steps of ours. */
export const STATUSES: readonly JobStatus[] = [
  ...CommonJobStatus.options,
  'crawling',
  'extracting',
  'chunking',
  'embedding',
  'indexing',
]

/** Returns each job's status in a watcher's state of a run with one group. */
export function statusesOf({ jobs }: WatchedRun): Record<string, string> {
  const all = [...jobs.values()].flatMap((members) => [...members.values()])
  return Object.fromEntries(all.map(({ external_id, status }) => [external_id, status]))
}
