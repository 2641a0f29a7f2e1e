import type { JobStatus, RunStatus, TerminalJobStatus } from './status.ts'

export function isTerminalRun(status: RunStatus): status is 'finished' | 'error' | 'aborted' {
  return status === 'finished' || status === 'error' || status === 'aborted'
}

export function isTerminalJob(status: JobStatus): status is TerminalJobStatus {
  return status === 'ready' || status === 'failed' || status === 'skipped' || status === 'aborted'
}
