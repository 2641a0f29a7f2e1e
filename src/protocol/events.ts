import { z } from 'zod'

import { LogDropped, LogLine } from './log.ts'
import { membersOf } from './members.ts'
import { Counts, Snapshot } from './run.ts'
import { GroupStatus, JobStatus, JobStep, Outcome, Reason, RunStatus } from './status.ts'

/** One job as `all_jobs` lists it. */
export const JobEntry = z.object({
  external_id: z.string(),
  title: z.string(),
  status: JobStatus,
})
export type JobEntry = z.infer<typeof JobEntry>

export const AllJobs = membersOf(z.array(JobEntry))
export type AllJobs = z.infer<typeof AllJobs>

export const Update = membersOf(membersOf(JobStatus))
export type Update = z.infer<typeof Update>

/** All there is to say of a job beyond its entry (EV-5); what is absent is not known or not so. */
export const JobDetail = z.object({
  attempt: z.int(),
  /** The step it is in, how far it is in percent, and what it does, for a person. */
  step: JobStep.exactOptional(),
  progress: z.number().min(0).max(100).exactOptional(),
  message: z.string().exactOptional(),
  outcome: Outcome.exactOptional(),
  error: Reason.exactOptional(),
})
export type JobDetail = z.infer<typeof JobDetail>

export const Details = membersOf(membersOf(JobDetail))
export type Details = z.infer<typeof Details>

/** A group's plan as it stands (EV-5). */
export const GroupState = z.object({
  /** What a person calls the group, where that is not its key. */
  title: z.string().exactOptional(),
  status: GroupStatus,
  found: z.int(),
  reason: Reason.exactOptional(),
})
export type GroupState = z.infer<typeof GroupState>

const GroupStates = membersOf(GroupState)

/** Seconds from now to the end of all jobs that are known, if it goes on as it has of late. */
export const Eta = z.object({
  earliest_s: z.number(),
  likely_s: z.number(),
  latest_s: z.number(),
})
export type Eta = z.infer<typeof Eta>

/**
 * Why it does not go on, for a person: since when, where that is known, when it is looked at again at
 * the latest, and in how many groups something waits for it. Times are ISO 8601.
 */
export const Wait = Reason.extend({
  since: z.string().exactOptional(),
  until: z.string(),
  groups: z.int(),
})
export type Wait = z.infer<typeof Wait>

/** How it goes at the moment (EV-6): no part of the state, and never under an id. */
export const Progress = z.object({
  counts: Counts,
  /** Groups whose jobs are not all known yet: the total may still rise. */
  groups_open: z.int(),
  /** Jobs that came to their end a second, of late. */
  rate: z.number(),
  /** Absent where nothing can be said: no job has come to its end of late, or none is known. */
  eta: Eta.exactOptional(),
  waits: z.array(Wait).exactOptional(),
})
export type Progress = z.infer<typeof Progress>

const id = z.string().exactOptional()

/**
 * What is sent to a watcher (EV-1 to EV-7). `id` is the cursor and stands on a frame's last event only
 * (EV-9); `data` is the JSON value, for `status` the bare word.
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
