import type { RunWatch, WatchState } from '../../src/client/run-watch.ts'
import { watchRun, type WatchOptions } from '../../src/client/watch-run.ts'
import type { WatchServer } from './watch-server.ts'

/** Intervals that are short enough for a test. */
export const quick = {
  first_byte_ms: 5_000,
  backoff_ms: 1,
  backoff_max_ms: 2,
  poll_ms: 1,
  up_ms: 60_000,
} as const

type Options = Partial<WatchOptions>

/** Watches the run `r` on a test's server. */
export function watchOn({ origin }: WatchServer, options: Options = {}): RunWatch {
  const timing = { ...quick, ...options.timing }
  return watchRun('r', { token: 't', log: true, transport: 'sse', ...options, origin, timing })
}

/** Collects the states of the connection until the watch is over. */
export async function connectionsOf(watch: RunWatch): Promise<WatchState['connection'][]> {
  const seen: WatchState['connection'][] = []
  for await (const { connection } of watch.states())
    if (seen.at(-1) !== connection) seen.push(connection)
  return seen
}

/** Resolves with the first state that satisfies `wanted`. */
export async function until(
  watch: RunWatch,
  wanted: (state: WatchState) => boolean,
): Promise<WatchState> {
  for await (const state of watch.states()) if (wanted(state)) return state
  throw new Error('the watch was over before what was waited for')
}

/** Returns each job's status in the group `g`. */
export function pictureOf({ run }: WatchState): Record<string, string> {
  const jobs = [...(run.jobs.get('g')?.values() ?? [])]
  return Object.fromEntries(jobs.map(({ external_id, status }) => [external_id, status]))
}
