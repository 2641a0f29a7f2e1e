import { type RunState, useFollowAgain, useRun } from '../../src/client/react.ts'
import type { RunId } from '../../src/protocol/ids.ts'

/** All that shows documents wants the same of a run, and so shares one connection. */
const WANTED = { detail: true } as const

export function useDocumentRun<T>(run_id: RunId, select: (state: RunState) => T): T {
  return useRun(run_id, { ...WANTED, select })
}

/** Follows the run anew where a retry has begun its next round. */
export function useFollowRunAgain(run_id: RunId): () => void {
  return useFollowAgain(run_id, WANTED)
}
