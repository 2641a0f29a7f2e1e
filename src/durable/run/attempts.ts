import type { AttemptEnd, JobAttempt } from '../../protocol/run.ts'
import { isTerminalJob } from '../../protocol/terminal.ts'
import type { Job } from './job-state.ts'

/** The last attempts of a job that are kept. A job that waits for its host may have hundreds. */
const KEPT = 20

/**
 * An attempt as it is stored: a list without field names takes a third of the room. Times are milliseconds since
 * 1970.
 */
type Stored = readonly [
  attempt: number,
  started: number,
  ended?: number,
  end?: AttemptEnd,
  code?: string,
  message?: string,
]

type Attempted = Pick<Job, 'attempt' | 'attempts' | 'error' | 'failures' | 'losses' | 'status'>

/**
 * The job as its flight knows it. Its first grant is written once, to the flight, and not to the row of each job:
 * until something is reported of the job, the row has the attempt 0.
 */
export function asGranted(job: Job, { since }: Granted): Job {
  if (job.attempt > 0 || since === undefined) return job
  const first: Stored = [1, since]
  return { ...job, attempt: 1, attempts: JSON.stringify([first]) }
}

/** A flight with the time of its first grant, if there was one. */
export type Granted = { readonly since?: number }

/** Returns the attempts to store with a job that changed at `now`. */
export function noteAttempt(before: Attempted, after: Attempted, now: number): string | null {
  const isGranted = after.attempt > before.attempt && !isTerminalJob(after.status)
  const end = isGranted ? 'released' : endOf(before, after)
  const stored = readStored(before.attempts)
  const ended = end === undefined ? stored : endLast(stored, { end, now, reason: after.error })
  const next: readonly Stored[] = isGranted ? [...ended, [after.attempt, now]] : ended
  return next === stored ? before.attempts : JSON.stringify(next.slice(-KEPT))
}

/** Attempts as a client is shown them, oldest first. */
export function viewAttempts(attempts: string | null): JobAttempt[] {
  return readStored(attempts).map(([attempt, started, ended, end, code, message]) => ({
    attempt,
    started_at: iso(started),
    ...(ended === undefined ? {} : { ended_at: iso(ended) }),
    ...(end === undefined ? {} : { end }),
    ...(code === undefined || message === undefined ? {} : { reason: { code, message } }),
  }))
}

/** How the change ended the current attempt. Undefined: the attempt goes on, or the job has no attempt yet. */
function endOf(before: Attempted, after: Attempted): AttemptEnd | undefined {
  if (after.losses > before.losses) return 'lost'
  if (after.failures > before.failures) return 'failed'
  if (isTerminalJob(after.status)) return after.status
  return after.status === 'pending' ? 'waiting' : undefined
}

type EndedAttempt = {
  readonly end: AttemptEnd
  readonly now: number
  readonly reason: Job['error']
}

/** Ends the last attempt, unless it has ended already. */
function endLast(stored: readonly Stored[], { end, now, reason }: EndedAttempt): readonly Stored[] {
  const last = stored.at(-1)
  if (last === undefined || last.length > 2) return stored
  const [attempt, started] = last
  const ended: Stored =
    reason === null || end === 'released'
      ? [attempt, started, now, end]
      : [attempt, started, now, end, reason.code, reason.message]
  return [...stored.slice(0, -1), ended]
}

// `noteAttempt` wrote this JSON.
function readStored(attempts: string | null): readonly Stored[] {
  return attempts === null ? [] : JSON.parse(attempts)
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
