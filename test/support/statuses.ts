import type { WatchedRun } from '../../src/protocol/fold.ts'

/** Returns each job's status in a watcher's state of a run with one group. */
export function statusesOf({ jobs }: WatchedRun): Record<string, string> {
  const all = [...jobs.values()].flatMap((members) => [...members.values()])
  return Object.fromEntries(all.map(({ external_id, status }) => [external_id, status]))
}
