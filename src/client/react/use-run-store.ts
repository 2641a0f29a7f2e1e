import { useMemo } from 'react'

import { type RunOptions, useRoom } from './room.ts'
import { type RunState, unseenRun } from './shared-run.ts'

/** A run as components subscribe to it; nothing is followed before the first of them does. */
export type RunStore = {
  readonly subscribe: (listener: () => void) => () => void
  readonly read: () => RunState
  readonly followAgain: () => void
}

/** Without a run there is nothing to follow. */
const noRun: RunStore = {
  subscribe: () => () => {},
  read: () => unseenRun,
  followAgain() {},
}

/** Undefined: which run it is will be known later. */
export function useRunStore(run_id: string | undefined, wanted: RunOptions): RunStore {
  const { room, key: common } = useRoom()
  const key = JSON.stringify([run_id, common, wanted])
  return useMemo(() => {
    if (run_id === undefined) return noRun
    const watching = room.watching(run_id, wanted)
    return {
      subscribe: (listener) => room.cache.subscribe(key, watching, listener),
      read: () => room.cache.find(key)?.state ?? unseenRun,
      followAgain: () => room.cache.find(key)?.followAgain(),
    }
    // oxlint-disable-next-line react/exhaustive-deps react/memo-dependencies -- the key says what is wanted
  }, [room, key])
}
