import { z } from 'zod'

import { RunId } from './ids.ts'

/** What failed with one code in an owner's runs: jobs, and groups whose plan failed. */
export const FailureView = z.object({
  code: z.string(),
  /** The sentence of the last one. */
  message: z.string(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  count: z.int(),
  /** How many of them are jobs. The others are groups. */
  jobs: z.int(),
  runs: z.int(),
  last_run_id: RunId,
  /** The groups of the failed jobs, and the failed groups: how many, and the first of them by name. */
  groups: z.object({ total: z.int(), sample: z.array(z.string()) }),
})
export type FailureView = z.infer<typeof FailureView>

export const FailurePage = z.object({
  failures: z.array(FailureView),
  next_cursor: z.string().nullable(),
})
export type FailurePage = z.infer<typeof FailurePage>
