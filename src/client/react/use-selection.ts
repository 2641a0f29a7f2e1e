import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'

import { type RunState, unseenRun } from './shared-run.ts'
import type { RunStore } from './use-run-store.ts'

/** What of a state is shown, and which of two values are as good as the same. */
export type Selection<T> = {
  readonly select: (state: RunState) => T
  readonly isEqual: (before: T, after: T) => boolean
}

/** What is selected, the same value for as long as it is equal, so that nothing renders for it. */
export function useSelection<T>({ subscribe, read }: RunStore, selection: Selection<T>): T {
  const { select, isEqual } = selection
  const [shown] = useState(() => new Shown<T>())
  const [now, onServer] = useMemo(() => {
    const by = { select, isEqual }
    return [selecting(read, by, shown), selecting(() => unseenRun, by, shown)]
  }, [read, select, isEqual, shown])
  const value = useSyncExternalStore(subscribe, now, onServer)
  useEffect(() => shown.set(value), [shown, value])
  return value
}

/** What is on the screen, whichever selection it came by. */
class Shown<T> {
  #last: { readonly value: T } | undefined

  get last() {
    return this.#last
  }

  set(value: T): void {
    this.#last = { value }
  }
}

/** Selects once for each state. */
function selecting<T>(
  read: () => RunState,
  { select, isEqual }: Selection<T>,
  shown: Shown<T>,
): () => T {
  let last: { readonly value: T; readonly state: RunState } | undefined
  return () => {
    const state = read()
    if (last?.state === state) return last.value
    const before = last ?? shown.last
    const value = select(state)
    last = { state, value: before && isEqual(before.value, value) ? before.value : value }
    return last.value
  }
}
