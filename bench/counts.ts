import { z } from 'zod'

/**
 * The number of calls of one run's object, by the name of the call. `changes` counts the changes of state
 * that the calls reported: added jobs, and steps and results of jobs.
 */
export const Counts = z.object({ calls: z.record(z.string(), z.int()), changes: z.int() })
export type Counts = z.infer<typeof Counts>

/** The path at which the bench's Worker answers the counts of `?run_id=`. */
export const COUNTS_PATH = '/api/bench/counts'
