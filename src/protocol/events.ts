import { z } from 'zod'

import { LogDropped, LogLine } from './log.ts'
import { JobStatus, RunStatus } from './status.ts'

/** One job as `all_jobs` lists it. */
export const JobEntry = z.object({
  external_id: z.string(),
  title: z.string(),
  status: JobStatus,
})
export type JobEntry = z.infer<typeof JobEntry>

/** Named members, as JSON.parse gives them; z.record would leave out one named `__proto__`. */
function membersOf<T>(member: z.ZodType<T>) {
  return z.custom<Readonly<Record<string, T>>>(
    (value) =>
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      Object.values(value).every((one) => member.safeParse(one).success),
    'an object whose members are all of one shape',
  )
}

export const AllJobs = membersOf(z.array(JobEntry))
export type AllJobs = z.infer<typeof AllJobs>

export const Update = membersOf(membersOf(JobStatus))
export type Update = z.infer<typeof Update>

/**
 * What a stream says (EV-1 to EV-3, EV-7). `id` is the cursor and stands on a frame's last event only
 * (EV-9); `data` is the JSON value, for `status` the bare word.
 */
export const RunEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status'), data: RunStatus, id: z.string().optional() }),
  z.object({ event: z.literal('all_jobs'), data: AllJobs, id: z.string().optional() }),
  z.object({ event: z.literal('update'), data: Update, id: z.string().optional() }),
  z.object({
    event: z.literal('log'),
    data: z.union([LogLine, LogDropped]),
    id: z.string().optional(),
  }),
])
export type RunEvent = z.infer<typeof RunEvent>
