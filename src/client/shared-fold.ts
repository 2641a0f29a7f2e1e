import type { RunEvent } from '../protocol/events.ts'
import { fold, type WatchedRun } from '../protocol/fold.ts'

/** The states before and after each event. */
const folded = new WeakMap<RunEvent, readonly [WatchedRun, WatchedRun]>()

/**
 * Applies an event to a watcher's state as `fold` does. A tab that shares its feed and the watch of the same page each apply all
 * events of a run: from the same state both get the same object, so that the page copies no map twice and holds each job once.
 */
export function foldShared(before: WatchedRun, event: RunEvent): WatchedRun {
  const known = folded.get(event)
  if (known?.[0] === before) return known[1]
  const after = fold(before, event)
  folded.set(event, [before, after])
  return after
}
