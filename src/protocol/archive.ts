import { z } from 'zod'

import { ExternalId, GroupKey } from './ids.ts'
import { LogLine } from './log.ts'
import type { JobAttempt } from './run.ts'
import { JobStatus, Outcome, Reason } from './status.ts'

/**
 * A job of an ended run with every field that a route shows. The two positions count from 0: the group's
 * within the run, and the job's within its group.
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

/** A job on its way to the archive. An object of an earlier version names no attempts. */
export type ArchivedJob = PlacedJob & { readonly attempts?: readonly JobAttempt[] }

/**
 * A log line and the run's seq at which it was written. A `late` line was written after the run's end, so
 * no stream has sent it.
 */
export const PlacedLine = LogLine.extend({ as_of: z.int(), late: z.boolean() })
export type PlacedLine = z.infer<typeof PlacedLine>
