import type { RunOptions } from './room.ts'
import { useRunStore } from './use-run-store.ts'

/**
 * A function that has a run followed anew which ended, or could not be followed: to be called when a
 * retry began its next round. It takes the options of the `useRun` that it stands beside, and does
 * nothing while that is still at it.
 */
export function useFollowAgain(run_id: string, options: RunOptions = {}): () => void {
  return useRunStore(run_id, options).followAgain
}
