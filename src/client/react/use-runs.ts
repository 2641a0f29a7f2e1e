import { useMemo } from 'react'

import type { Connection } from '../feed.ts'
import { type LiveRun, runsOf } from './live-runs.ts'
import type { RunOptions, RunState } from './runcast-client.ts'
import { useRun } from './use-run.ts'

/** All runs of the provider's owner, the newest first. */
export type RunsState = { readonly runs: readonly LiveRun[]; readonly connection: Connection }

/** The server serves the list at the paths of a run with this id. */
const LIVE = 'live'

/**
 * Follows all runs of the owner while the component is mounted. Components that want the same follow them together,
 * over one connection.
 */
export function useRuns(options: Omit<RunOptions, 'log'> = {}): RunsState {
  const jobs = useRun(LIVE, { detail: true, ...options, select: jobsOf })
  const connection = useRun(LIVE, { detail: true, ...options, select: connectionOf })
  return { runs: useMemo(() => runsOf({ jobs }), [jobs]), connection }
}

function jobsOf({ run }: RunState) {
  return run.jobs
}

function connectionOf({ connection }: RunState): Connection {
  return connection
}
