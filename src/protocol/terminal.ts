import type { GroupStatus, JobStatus, JobStep, RunStatus, TerminalJobStatus } from './status.ts'

export function isTerminalRun(status: RunStatus): status is 'finished' | 'error' | 'aborted' {
  return status === 'finished' || status === 'error' || status === 'aborted'
}

export function isTerminalJob(status: JobStatus): status is TerminalJobStatus {
  return status === 'ready' || status === 'failed' || status === 'skipped' || status === 'aborted'
}

/** The step that a job's status names. Undefined: the job is in no step. */
export function stepOf(status: JobStatus): JobStep | undefined {
  return status === 'pending' || isTerminalJob(status) ? undefined : status
}

export function isTerminalGroup(status: GroupStatus): status is 'closed' | 'failed' | 'aborted' {
  return status === 'closed' || status === 'failed' || status === 'aborted'
}

type Ready = { readonly status: 'ready'; readonly detail?: undefined }
const READY: Ready = { status: 'ready' }

/**
 * Returns the state of a document: that of its job, or plainly ready. An indexed document stays ready when a later
 * job of it fails or is aborted. `indexed_at` is null until the document's present file was indexed.
 */
export function documentState<Job extends { readonly status: JobStatus }>(
  job: Job,
  { indexed_at }: { readonly indexed_at: string | null },
): Job | Ready {
  return isTerminalJob(job.status) && job.status !== 'ready' && indexed_at ? READY : job
}
