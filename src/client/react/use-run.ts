import type { RunOptions } from './room.ts'
import type { RunState } from './shared-run.ts'
import { useRunStore } from './use-run-store.ts'
import { type Selection, useSelection } from './use-selection.ts'

/** `isEqual` says which selections are as good as the same; unless it is given, Object.is does. */
export type UseRunOptions<T> = RunOptions &
  Pick<Selection<T>, 'select'> &
  Partial<Pick<Selection<T>, 'isEqual'>>

/**
 * What is selected of a run, which is followed while the component is mounted. It renders again only
 * when that changes. Components that want the same of the same run follow it together.
 */
export function useRun<T>(run_id: string, options: UseRunOptions<T>): T
export function useRun(run_id: string, options?: RunOptions): RunState
export function useRun<T>(
  run_id: string,
  options: Partial<UseRunOptions<T | RunState>> = {},
): T | RunState {
  const { select = whole, isEqual = Object.is, ...wanted } = options
  return useSelection(useRunStore(run_id, wanted), { select, isEqual })
}

function whole(state: RunState): RunState {
  return state
}
