import { useMemo } from 'react'
import { useSyncExternalStoreWithSelector } from 'use-sync-external-store/with-selector'

import {
  type RunHandle,
  type RunOptions,
  type RunState,
  unseenRun,
  useRuncastClient,
} from './runcast-client.ts'

/** The part of a run's state that a component selects. */
export type Selection<T> = {
  readonly select: (state: RunState) => T
  /** Whether two selections may count as the same. Without it Object.is decides. */
  readonly isEqual?: (before: T, after: T) => boolean
}

export type UseRunOptions<T> = RunOptions & Selection<T>

/**
 * Follows a run while the component is mounted, and gives what `select` picks of its state. The component
 * renders again only when that changes. Components that want the same of a run follow it together.
 */
export function useRun<T>(run_id: string, options: UseRunOptions<T>): T
export function useRun(run_id: string, options?: RunOptions): RunState
export function useRun<T>(
  run_id: string,
  options: Partial<UseRunOptions<T | RunState>> = {},
): T | RunState {
  const { select = whole, isEqual = Object.is, ...own } = options
  return useSelection(useRunHandle(run_id, own), { select, isEqual })
}

/**
 * A function that follows a run again after it ended or could not be followed: call it when a retry has
 * begun the next round. Pass the options of the `useRun` beside it. While the run is followed it does
 * nothing.
 */
export function useFollowAgain(run_id: string, options: RunOptions = {}): () => void {
  return useRunHandle(run_id, options).followAgain
}

/** Without a run id there is nothing to follow, until the id is known. */
export function useRunHandle(run_id: string | undefined, own: RunOptions): RunHandle {
  const { client, key: common } = useRuncastClient()
  const key = JSON.stringify([run_id, common, own])
  return useMemo(
    () => (run_id === undefined ? noRun : client.handleOf(key, run_id, own)),
    // oxlint-disable-next-line react/exhaustive-deps react/memo-dependencies -- the key stands for both
    [client, key],
  )
}

export function useSelection<T>(
  { subscribe, read }: RunHandle,
  { select, isEqual }: Selection<T>,
): T {
  return useSyncExternalStoreWithSelector(subscribe, read, readOnServer, select, isEqual)
}

const noRun: RunHandle = {
  subscribe: () => () => {},
  read: () => unseenRun,
  followAgain() {},
}

function readOnServer(): RunState {
  return unseenRun
}

function whole(state: RunState): RunState {
  return state
}
