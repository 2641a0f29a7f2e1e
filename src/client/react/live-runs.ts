import type { RunFacts } from '../../protocol/events.ts'
import type { WatchedRun } from '../../protocol/fold.ts'
import type { Reason } from '../../protocol/status.ts'

/**
 * A run in an owner's list. `percent` says how many of its known jobs have ended. The facts beside its title and status
 * come with `detail`, which is on by default.
 */
export type LiveRun = Partial<RunFacts> & {
  readonly run_id: string
  readonly title: string
  /** A `RunStatus`, or a word of a later version. */
  readonly status: string
  readonly round: number | undefined
  readonly percent: number | undefined
  readonly message: string | undefined
  readonly error: Reason | undefined
}

/** The runs in the state of a list that is watched, the newest first. */
export function runsOf({ jobs }: Pick<WatchedRun, 'jobs'>): readonly LiveRun[] {
  const runs = [...(jobs.get('runs')?.values() ?? [])].toReversed()
  return runs.map(({ external_id: run_id, title, status, detail }) => {
    const { attempt: round, progress: percent, message, error, run } = detail ?? {}
    return { ...run, run_id, title, status, round, percent, message, error }
  })
}
