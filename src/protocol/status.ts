import { z } from 'zod'

export const RunStatus = z.enum([
  'pending',
  'initializing',
  'ingesting',
  'finished',
  'error',
  'aborted',
])
export type RunStatus = z.infer<typeof RunStatus>

export const GroupStatus = z.enum(['waiting', 'planning', 'closed', 'failed', 'aborted'])
export type GroupStatus = z.infer<typeof GroupStatus>

export const TerminalJobStatus = z.enum(['ready', 'failed', 'skipped', 'aborted'])
export type TerminalJobStatus = z.infer<typeof TerminalJobStatus>

/** The statuses that the jobs of all pipelines have in common. */
export const CommonJobStatus = z.enum(['pending', ...TerminalJobStatus.options])
export type CommonJobStatus = z.infer<typeof CommonJobStatus>

const NAME = /^[a-z][a-z0-9_]{0,39}$/

/** A step of a job between `pending` and a terminal status. Each pipeline names its own. */
export type JobStep = string & Record<never, never>
export const JobStep: z.ZodType<JobStep> = z
  .string()
  .regex(NAME)
  .refine((name) => !isCommon(name), 'is the name of a status')

/** A job's status: one that all pipelines have in common, or a step of its pipeline. */
export type JobStatus = CommonJobStatus | JobStep
export const JobStatus: z.ZodType<JobStatus> = z
  .string()
  .regex(NAME, 'a status is 1 to 40 lower-case letters, digits and _')

const common: ReadonlySet<string> = new Set(CommonJobStatus.options)

function isCommon(name: string): boolean {
  return common.has(name)
}

/** How a ready job's result compares with the record that was stored before its run. */
export const Outcome = z.enum(['new', 'changed', 'unchanged'])
export type Outcome = z.infer<typeof Outcome>

/** Why a group or a job failed or was aborted: a stable code, and a sentence for a person. */
export const Reason = z.object({ code: z.string(), message: z.string() })
export type Reason = z.infer<typeof Reason>

/** The reason of a failure. Only a retryable failure is tried again, within the job's budget of attempts. */
export type Failure = Reason & { readonly retryable: boolean }
