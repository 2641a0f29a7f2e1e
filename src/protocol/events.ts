import { z } from 'zod'

import { LogDropped, LogLine } from './log.ts'
import { membersOf } from './members.ts'
import { shownNaming } from './naming.ts'
import { Counts, Pause, RunProblems, Snapshot } from './run.ts'
import { GroupStatus, JobStatus, JobStep, Outcome, Reason, RunStatus } from './status.ts'

/** One job in the event `all_jobs`. */
export const JobEntry = z.object({
  external_id: z.string(),
  title: z.string(),
  status: JobStatus,
})
export type JobEntry = z.infer<typeof JobEntry>

export const AllJobs = membersOf(z.array(JobEntry))
export type AllJobs = z.infer<typeof AllJobs>

const Update = membersOf(membersOf(JobStatus))

/** Estimated seconds until all known jobs have ended, at the recent rate. */
export const Eta = z.object({
  earliest_s: z.number(),
  likely_s: z.number(),
  latest_s: z.number(),
})
export type Eta = z.infer<typeof Eta>

/**
 * A reason, for a person, why work waits. `since` is when the wait began, if known; `until` is when the
 * work is tried again at the latest; `groups` counts the groups in which work waits for this reason. Times
 * are ISO 8601.
 */
export const Wait = Reason.extend({
  since: z.string().exactOptional(),
  until: z.string(),
  groups: z.int(),
})
export type Wait = z.infer<typeof Wait>

/** The run's progress at the moment (EV-6). It is not part of the state, and no cursor covers it. */
export const Progress = z.object({
  counts: Counts,
  /** Groups that are still planned, so that the total may rise. */
  groups_open: z.int(),
  /** Jobs that ended per second, recently. */
  rate: z.number(),
  /** Absent while no estimate is possible: no job has ended recently, or no job is known. */
  eta: Eta.exactOptional(),
  waits: z.array(Wait).exactOptional(),
})
export type Progress = z.infer<typeof Progress>

/** The facts of a run in the list of an owner's runs (OWN-4). Times are ISO 8601. */
export const RunFacts = z.object({
  pipeline: z.string(),
  labels: shownNaming.labels,
  created_at: z.string(),
  ended_at: z.string().exactOptional(),
  problems: RunProblems,
  paused: Pause.exactOptional(),
  progress: Progress,
})
export type RunFacts = z.infer<typeof RunFacts>

/** The fields of a job beyond its entry (EV-5). An absent field is unknown or does not apply. */
export const JobDetail = z.object({
  attempt: z.int(),
  /** The job's current step. `progress` is the percentage of it that is done, `detail` a sentence for a person. */
  step: JobStep.exactOptional(),
  progress: z.number().min(0).max(100).exactOptional(),
  message: z.string().exactOptional(),
  outcome: Outcome.exactOptional(),
  error: Reason.exactOptional(),
  /** Only in the list of an owner's runs, whose items are runs. */
  run: RunFacts.exactOptional(),
})
export type JobDetail = z.infer<typeof JobDetail>

const Details = membersOf(membersOf(JobDetail))

/** A group and the state of its plan (EV-5). */
export const GroupState = z.object({
  /** The group's name for a person. Absent where the key is that name. */
  title: z.string().exactOptional(),
  status: GroupStatus,
  found: z.int(),
  reason: Reason.exactOptional(),
})
export type GroupState = z.infer<typeof GroupState>

const GroupStates = membersOf(GroupState)

const id = z.string().exactOptional()

/**
 * An event that is sent to a watcher (EV-1 to EV-7). `id` is the cursor; only a frame's last event has one
 * (EV-9). `data` is a JSON value; the data of `status` is the bare word.
 */
export const RunEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status'), data: RunStatus, id }),
  z.object({ event: z.literal('all_jobs'), data: AllJobs, id }),
  z.object({ event: z.literal('added'), data: AllJobs, id }),
  z.object({ event: z.literal('update'), data: Update, id }),
  z.object({ event: z.literal('detail'), data: Details, id }),
  z.object({ event: z.literal('groups'), data: GroupStates, id }),
  z.object({ event: z.literal('progress'), data: Progress, id }),
  z.object({ event: z.literal('log'), data: z.union([LogLine, LogDropped]), id }),
  z.object({ event: z.literal('complete'), data: Snapshot, id }),
])
export type RunEvent = z.infer<typeof RunEvent>
