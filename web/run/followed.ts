import { type RunState, useFollowAgain, useRun } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'

/** Every component of the page passes these options, so that all of them share one connection. */
const WANTED = { detail: true, log: true } as const

export function useFollowed<T>(
  run_id: RunId,
  select: (state: RunState) => T,
  isEqual: (before: T, after: T) => boolean = Object.is,
): T {
  return useRun(run_id, { ...WANTED, select, isEqual })
}

/** Returns a function that connects again after the connection failed. */
export function useReconnect(run_id: RunId): () => void {
  return useFollowAgain(run_id, WANTED)
}
