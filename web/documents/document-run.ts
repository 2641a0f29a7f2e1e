import { type RunState, useFollowAgain, useRun } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'

/** Every component that shows documents passes these options, so that all of them share one connection. */
const WANTED = { detail: true } as const

export function useDocumentRun<T>(
  run_id: RunId,
  select: (state: RunState) => T,
  isEqual: (before: T, after: T) => boolean = Object.is,
): T {
  return useRun(run_id, { ...WANTED, select, isEqual })
}

/** Returns a function that follows the run again after a retry reopened it. */
export function useFollowRetriedRun(run_id: RunId): () => void {
  return useFollowAgain(run_id, WANTED)
}
