import { z } from 'zod'

/**
 * What the objects of one isolate were asked since it began, by the name of the call. `changes`
 * are the changes of state that they were told of: jobs added, and steps and results of jobs.
 */
export const Counts = z.object({ calls: z.record(z.string(), z.int()), changes: z.int() })
export type Counts = z.infer<typeof Counts>

/** Where the bench's Worker answers its counts. */
export const COUNTS_PATH = '/api/bench/counts'

/** What came to `later` since `earlier`; calls that were not made are left out. */
export function since(earlier: Counts, later: Counts): Counts {
  const calls = Object.entries(later.calls)
    .map(([name, count]) => [name, count - (earlier.calls[name] ?? 0)] as const)
    .filter(([, count]) => count > 0)
  return { calls: Object.fromEntries(calls), changes: later.changes - earlier.changes }
}
