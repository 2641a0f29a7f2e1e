import { z } from 'zod'

import { RunId } from './ids.ts'
import { GroupStatus, JobStatus, Outcome, Reason, RunStatus } from './status.ts'

/** Jobs by status; a status that no job has may be absent. `total` is their sum. */
export const Counts = z.object({ total: z.int(), by_status: z.partialRecord(JobStatus, z.int()) })
export type Counts = z.infer<typeof Counts>

/** What an abort answers, the same however often it is asked (RUN-2). Times are ISO 8601. */
export const AbortReceipt = z.object({
  by: z.string(),
  at: z.string(),
  seq: z.int(),
  in_flight: z.int(),
})
export type AbortReceipt = z.infer<typeof AbortReceipt>

/** Written once, with the terminal status: `total = ready + failed + skipped + aborted`. */
export const Snapshot = z.object({
  total: z.int(),
  ready: z.int(),
  failed: z.int(),
  skipped: z.int(),
  aborted: z.int(),
  new: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  groups_closed: z.int(),
  groups_failed: z.int(),
})
export type Snapshot = z.infer<typeof Snapshot>

export const GroupView = z.object({
  status: GroupStatus,
  found: z.int(),
  counts: Counts,
  reason: Reason.optional(),
  /** What it waits for outside of the run, and until when at first. */
  waits: Reason.extend({ until: z.string() }).optional(),
})
export type GroupView = z.infer<typeof GroupView>

/** `GET /api/runs/:id`. Times are ISO 8601. */
export const RunView = z.object({
  run_id: RunId,
  pipeline: z.string(),
  status: RunStatus,
  round: z.int(),
  cursor: z.string(),
  counts: Counts,
  groups: z.record(z.string(), GroupView),
  created_at: z.string(),
  started_at: z.string().optional(),
  ended_at: z.string().optional(),
  snapshot: Snapshot.optional(),
  abort: AbortReceipt.optional(),
  error: Reason.optional(),
})
export type RunView = z.infer<typeof RunView>

/** One job of `GET /api/runs/:id/jobs`. */
export const JobView = z.object({
  group: z.string(),
  external_id: z.string(),
  title: z.string(),
  url: z.string().optional(),
  status: JobStatus,
  outcome: Outcome.optional(),
  attempt: z.int(),
  error: Reason.optional(),
})
export type JobView = z.infer<typeof JobView>

export const JobPage = z.object({ jobs: z.array(JobView), next_cursor: z.string().nullable() })
export type JobPage = z.infer<typeof JobPage>

/** The answer to an accepted start. */
export const RunStarted = z.object({
  run_id: RunId,
  pipeline: z.string(),
  status: RunStatus,
  created_at: z.string(),
  watch: z.object({ stream: z.string() }),
})
export type RunStarted = z.infer<typeof RunStarted>

/** One row of `GET /api/runs`, out of Postgres. */
export const RunSummary = z.object({
  run_id: RunId,
  pipeline: z.string(),
  status: RunStatus,
  created_at: z.string(),
  ended_at: z.string().nullable(),
  total: z.int(),
  snapshot: Snapshot.nullable(),
})
export type RunSummary = z.infer<typeof RunSummary>

/** A job as its run's object has it, on its way to Postgres. */
export type StoredJob = {
  readonly group: string
  readonly external_id: string
  readonly title: string
  readonly status: JobStatus
  readonly outcome: Outcome | null
  readonly attempt: number
  readonly error: Reason | null
}
