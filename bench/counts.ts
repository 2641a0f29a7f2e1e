import { z } from 'zod'

/**
 * What one run's object was asked, by the name of the call. `changes` are the changes of state
 * that it was told of: jobs added, and steps and results of jobs.
 */
export const Counts = z.object({ calls: z.record(z.string(), z.int()), changes: z.int() })
export type Counts = z.infer<typeof Counts>

/** Where the bench's Worker answers the counts of `?run_id=`. */
export const COUNTS_PATH = '/api/bench/counts'
