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

/** The steps a job can be in between `pending` and a terminal status. */
export const JobStep = z.enum(['crawling', 'extracting', 'chunking', 'embedding', 'indexing'])
export type JobStep = z.infer<typeof JobStep>

export const TerminalJobStatus = z.enum(['ready', 'failed', 'skipped', 'aborted'])
export type TerminalJobStatus = z.infer<typeof TerminalJobStatus>

export const JobStatus = z.enum(['pending', ...JobStep.options, ...TerminalJobStatus.options])
export type JobStatus = z.infer<typeof JobStatus>

/** How a ready job's result compares with the record that was stored before its run. */
export const Outcome = z.enum(['new', 'changed', 'unchanged'])
export type Outcome = z.infer<typeof Outcome>

/** Why a group or a job failed or was aborted: a stable code, and a sentence for a person. */
export const Reason = z.object({ code: z.string(), message: z.string() })
export type Reason = z.infer<typeof Reason>

/** The reason of a failure. Only a retryable failure is tried again, within the job's budget of attempts. */
export type Failure = Reason & { readonly retryable: boolean }
