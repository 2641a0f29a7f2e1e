import { z } from 'zod'

import { ExternalId, GroupKey } from './ids.ts'
import { LogLine } from './log.ts'
import { JobStatus, Outcome, Reason } from './status.ts'

/**
 * A job of an ended run with all that any route shows of it, and its place in the run: its group's
 * and its own within the group, both from 0.
 */
export const PlacedJob = z.object({
  group: GroupKey,
  external_id: ExternalId,
  title: z.string(),
  url: z.string().nullable(),
  status: JobStatus,
  outcome: Outcome.nullable(),
  attempt: z.int(),
  error: Reason.nullable(),
  group_ord: z.int(),
  n: z.int(),
})
export type PlacedJob = z.infer<typeof PlacedJob>

/** A line with the run's seq with which it came; `late`: after the run's end, so that no stream has it. */
export const PlacedLine = LogLine.extend({ as_of: z.int(), late: z.boolean() })
export type PlacedLine = z.infer<typeof PlacedLine>
