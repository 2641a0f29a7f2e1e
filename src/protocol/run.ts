import { z } from 'zod'

import { ExternalId, GroupKey, RunId } from './ids.ts'
import { membersOf } from './members.ts'
import { shownNaming } from './naming.ts'
import { QuotaView } from './quota.ts'
import { GroupStatus, JobStatus, JobStep, Outcome, Reason, RunStatus } from './status.ts'
import { givenName } from './text.ts'

/** The number of jobs by status. A status without jobs may be absent. */
export type JobCounts = Partial<Record<JobStatus, number>>
export const JobCounts: z.ZodType<JobCounts> = z.record(z.string(), z.int())

/** The number of jobs by status; `total` is the sum. */
export const Counts = z.object({ total: z.int(), by_status: JobCounts })
export type Counts = z.infer<typeof Counts>

/** The number of groups by status. */
export const GroupCounts = z.object({
  total: z.int(),
  by_status: z.partialRecord(GroupStatus, z.int()),
})
export type GroupCounts = z.infer<typeof GroupCounts>

/** Counts the groups of a run by status. */
export function countGroups(groups: readonly { readonly status: GroupStatus }[]): GroupCounts {
  const by_status: GroupCounts['by_status'] = {}
  for (const { status } of groups) by_status[status] = (by_status[status] ?? 0) + 1
  return { total: groups.length, by_status }
}

/** The answer to an abort. Every repeated abort gets the same answer (RUN-2). Times are ISO 8601. */
export const AbortReceipt = z.object({
  by: z.string(),
  at: z.string(),
  seq: z.int(),
  in_flight: z.int(),
})
export type AbortReceipt = z.infer<typeof AbortReceipt>

/** Who paused a run, or all runs of an owner, and when. The time is ISO 8601. */
export const Pause = z.object({ by: z.string(), at: z.string() })
export type Pause = z.infer<typeof Pause>

/** The answer to a pause of a run, and to a resume: `paused` is absent while the run is not paused (RUN-8). */
export const RunPaused = z.object({ run_id: RunId, paused: Pause.exactOptional() })
export type RunPaused = z.infer<typeof RunPaused>

/**
 * How an owner's runs stand: how many are at work, wait for their turn, and may be at work at once. `paused`: absent
 * while the owner's runs are not paused all together (RUN-9). `quotas`: of `GET /api/usage` alone (QUOTA-1).
 */
export const OwnerPaused = z.object({
  admitted: z.int(),
  waiting: z.int(),
  runs_at_once: z.int(),
  paused: Pause.exactOptional(),
  quotas: z.array(QuotaView).exactOptional(),
})
export type OwnerPaused = z.infer<typeof OwnerPaused>

/** Runs of one owner with the same key do not go side by side beyond this number (ADM-2). */
export const Concurrency = z.strictObject({
  key: givenName(100),
  limit: z.int().min(1).max(100),
})
export type Concurrency = z.infer<typeof Concurrency>

/** Of two runs of one owner that wait, the one of the higher priority goes first. */
const Priority = z.int().min(-10).max(10)

/** The rank that a start may give its run among the runs of its owner. */
export const givenRank = {
  priority: Priority.exactOptional(),
  concurrency: Concurrency.exactOptional(),
}

/** The same, as a run and its row in a list have it. */
const shownRank = {
  priority: z.int().exactOptional(),
  concurrency: z.object({ key: z.string(), limit: z.int() }).exactOptional(),
}

/** The most jobs or groups that one retry may name. */
const RETRIED_MAX = 10_000

/**
 * The jobs and groups that a retry reopens: all failed ones, or the named ones, which may have failed or
 * been aborted.
 */
export const RetryChoice = z
  .strictObject({
    status: z.literal('failed', 'only what has failed is chosen by its status').exactOptional(),
    jobs: z
      .array(z.strictObject({ group: GroupKey, external_id: ExternalId }))
      .min(1)
      .max(RETRIED_MAX)
      .exactOptional(),
    groups: z.array(GroupKey).min(1).max(RETRIED_MAX).exactOptional(),
  })
  .refine((choice) => Object.keys(choice).length === 1, 'takes one of status, jobs and groups')
export type RetryChoice = z.infer<typeof RetryChoice>

/** The answer to a retry: the number of reopened jobs, and of groups that are planned again. */
export const RunRetried = z.object({
  run_id: RunId,
  round: z.int(),
  jobs: z.int(),
  groups: z.int(),
})
export type RunRetried = z.infer<typeof RunRetried>

/** A group whose plan failed, and the reason's code. */
const FailedGroup = z.object({ group: z.string(), code: z.string() })

/** The most failed groups that a snapshot names. 4,000 of them would fill the run's last frame. */
export const FAILED_GROUPS_MAX = 20

/**
 * A run's final counts, written once with the terminal status: `total = ready + failed + skipped +
 * aborted`. Snapshots that an earlier version wrote lack the optional fields.
 */
export const Snapshot = z.object({
  total: z.int(),
  ready: z.int(),
  failed: z.int(),
  skipped: z.int(),
  aborted: z.int(),
  new: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  /** Postings that expired because the run's listings no longer had them. Absent if no plan counts them. */
  gone: z.int().optional(),
  groups_closed: z.int(),
  groups_failed: z.int(),
  group_counts: GroupCounts.optional(),
  /** The first failed groups, in the order of the input. `groups_failed` counts all of them. */
  failed_groups: z.array(FailedGroup).optional(),
})
export type Snapshot = z.infer<typeof Snapshot>

/** The number of failed groups and failed jobs. For an ended run: at its end. */
export const RunProblems = z.object({ groups: z.int(), jobs: z.int() })
export type RunProblems = z.infer<typeof RunProblems>

export const GroupView = z.object({
  /** What a person calls the group, where that is not its key. */
  title: z.string().optional(),
  status: GroupStatus,
  found: z.int(),
  counts: Counts,
  reason: Reason.optional(),
  /** The reason outside of the run for which the group waits, and when it is tried again. */
  waits: Reason.extend({ until: z.string() }).optional(),
})
export type GroupView = z.infer<typeof GroupView>

/**
 * The number of a run's groups, and the title of its only group. A client makes the run's name from it:
 * the title, or "40 companies" with the pipeline's nouns.
 */
export const RunSubject = z.object({ groups: z.int(), title: z.string().optional() })
export type RunSubject = z.infer<typeof RunSubject>

/** `GET /api/runs/:id`. Times are ISO 8601. */
export const RunView = z.object({
  run_id: RunId,
  pipeline: z.string(),
  ...shownNaming,
  /** How often the name or the labels were changed since the start. Absent before the first change. */
  named: z.int().exactOptional(),
  /** Absent in a run that an earlier version archived. */
  subject: RunSubject.optional(),
  status: RunStatus,
  round: z.int(),
  cursor: z.string(),
  counts: Counts,
  /** An earlier version wrote neither of the two. */
  group_counts: GroupCounts.optional(),
  problems: RunProblems.optional(),
  groups: membersOf(GroupView),
  /** The number of connections that watch the run now. Not part of the state. */
  watchers: z.int(),
  created_at: z.string(),
  started_at: z.string().optional(),
  ended_at: z.string().optional(),
  /** When the removal of the run's jobs, log and expiries began (RUN-6). Absent while they are kept. */
  removed_at: z.string().exactOptional(),
  snapshot: Snapshot.optional(),
  abort: AbortReceipt.optional(),
  /** Who paused the run. Absent while the run is not paused, and while only all runs of the owner are. */
  paused: Pause.exactOptional(),
  ...shownRank,
  error: Reason.optional(),
})
export type RunView = z.infer<typeof RunView>

/** How an attempt ended. `ready`, `skipped` and `failed` are the worker's own results. */
const AttemptEnd = z.enum([
  'ready',
  'skipped',
  'failed',
  /** The job went back to wait for something outside, at no cost. */
  'waiting',
  /** The worker went silent. */
  'lost',
  /** The worker gave the job back, or the job was granted again before its worker reported anything. */
  'released',
  'aborted',
])
export type AttemptEnd = z.infer<typeof AttemptEnd>

/** One grant of a job. Times are ISO 8601. An attempt without `ended_at` is at work. */
export const JobAttempt = z.object({
  attempt: z.int(),
  started_at: z.string(),
  ended_at: z.string().exactOptional(),
  end: AttemptEnd.exactOptional(),
  /** The reason, if the attempt failed, was skipped or had to wait. */
  reason: Reason.exactOptional(),
})
export type JobAttempt = z.infer<typeof JobAttempt>

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
  /** What is stored of a ready job's result, at most 64 KB of JSON. Its pipeline says what it holds. */
  result: z.json().exactOptional(),
})
export type JobView = z.infer<typeof JobView>

/** One job with all that is known of it: `GET /api/runs/:id/jobs/:group/:external_id`. */
export const JobRecord = JobView.extend({
  /**
   * The job's current step, the percentage of the step that is done, and a sentence about the step for a person.
   */
  step: JobStep.exactOptional(),
  progress: z.number().min(0).max(100).exactOptional(),
  message: z.string().exactOptional(),
  /** The last 20 attempts, oldest first. */
  attempts: z.array(JobAttempt),
  /** The reason outside of the run for which the job waits, and when the job is tried again. */
  waits: Reason.extend({ until: z.string() }).exactOptional(),
})
export type JobRecord = z.infer<typeof JobRecord>

export const JobPage = z.object({
  jobs: z.array(JobView),
  next_cursor: z.string().nullable(),
  /** Postgres cannot be reached, so that the results of ready jobs are not shown. */
  results_unavailable: z.literal(true).exactOptional(),
})
export type JobPage = z.infer<typeof JobPage>

/** A watch token's id: 32 lower-case hex digits, not secret. */
export const WatchTokenId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a token id is 32 lower-case hex digits')
  .brand<'WatchTokenId'>()
export type WatchTokenId = z.infer<typeof WatchTokenId>

/** A token that may read one run, or one matter, until the token expires or is revoked by its id. The time is ISO 8601. */
export const WatchToken = z.object({
  token: z.string(),
  token_id: WatchTokenId,
  expires_at: z.string(),
})
export type WatchToken = z.infer<typeof WatchToken>

/** The paths at which a run is watched, and a watch token. No token if the deployment has no WATCH_SECRET. */
export const WatchPaths = z.object({
  stream: z.string(),
  socket: z.string(),
  events: z.string(),
  ...WatchToken.pick({ token: true, expires_at: true }).partial().shape,
})
export type WatchPaths = z.infer<typeof WatchPaths>

/** The answer to an accepted start. */
export const RunStarted = z.object({
  run_id: RunId,
  pipeline: z.string(),
  status: RunStatus,
  created_at: z.string(),
  watch: WatchPaths,
})
export type RunStarted = z.infer<typeof RunStarted>

/** What a run was started with: the body of a start. */
export const RunInput = z.object({
  pipeline: z.string(),
  input: z.json(),
  ...shownNaming,
  ...shownRank,
})
export type RunInput = z.infer<typeof RunInput>

/** One row of `GET /api/runs`, from Postgres. `group_counts` is null in a row that an earlier version wrote. */
export const RunSummary = z.object({
  run_id: RunId,
  pipeline: z.string(),
  ...shownNaming,
  /** Null in a row that an earlier version wrote. */
  subject: RunSubject.nullish(),
  status: RunStatus,
  created_at: z.string(),
  ended_at: z.string().nullable(),
  total: z.int(),
  group_counts: GroupCounts.nullable(),
  problems: RunProblems,
  snapshot: Snapshot.nullable(),
  paused: Pause.exactOptional(),
  ...shownRank,
})
export type RunSummary = z.infer<typeof RunSummary>

/** A status by which runs are listed. `with_problems`: the finished runs with a failed job or a failed group. */
export const ListedStatus = z.enum([...RunStatus.options, 'with_problems'])
export type ListedStatus = z.infer<typeof ListedStatus>

/** The number of runs for each status. Those with problems are a part of the finished ones. */
export const RunCounts = z.record(ListedStatus, z.int())
export type RunCounts = z.infer<typeof RunCounts>

/** `counts`: of the runs that match all filters but the status. Only the first page has them. */
export const RunPage = z.object({
  runs: z.array(RunSummary),
  next_cursor: z.string().nullable(),
  counts: RunCounts.exactOptional(),
})
export type RunPage = z.infer<typeof RunPage>

/** A job on its way from its run's object to Postgres. */
export type StoredJob = {
  readonly group: string
  readonly external_id: string
  readonly title: string
  readonly status: JobStatus
  readonly outcome: Outcome | null
  readonly attempt: number
  readonly error: Reason | null
}
