import type { RunId } from '../../../protocol/ids.ts'
import { isTerminalRun } from '../../../protocol/terminal.ts'
import type { RunStanding } from '../owner-rpc.ts'

/**
 * How far a run at work had come when it was last looked at. `since`: from when on it had come so far. `due`: when it is asked
 * next. `told`: its endpoints know that it has stalled. Times in ms since 1970.
 */
export type ProgressMark = {
  readonly run_id: RunId
  readonly reached: string
  readonly since: number
  readonly due: number
  readonly told: boolean
}

/** The storage of the marks. Every call is synchronous. */
export type StallStore = {
  find(run_id: RunId): ProgressMark | undefined
  put(mark: ProgressMark): void
  drop(run_id: RunId): void
  /** The marks that are due, the first ones first. */
  due(now: number, limit: number): ProgressMark[]
  firstDue(): number | undefined
  clear(): void
}

type StallTimes = { readonly now: number; readonly stalled_ms: number }

/** A run is asked so often in the time after which it has stalled: a stall is told at most two thirds late. */
const LOOKS = 3

/** The mark of a run of which nothing is known yet. */
export function openMark(run_id: RunId, times: StallTimes, reached = ''): ProgressMark {
  return { run_id, reached, since: times.now, due: nextLook(times), told: false }
}

/**
 * What a standing says of a run's progress (NOTE-7). A run that waits or is paused does not stall: somebody wants it so. `after`:
 * undefined where there is nothing to follow. A run that goes on is written once between two looks, not with each standing.
 */
export function followProgress(
  before: ProgressMark | undefined,
  standing: RunStanding,
  times: StallTimes,
): { readonly after: ProgressMark | undefined; readonly stalled_since?: number } {
  const { run_id } = standing
  if (!isAtWork(standing)) return { after: undefined }
  const reached = reachedBy(standing)
  if (before === undefined) return { after: openMark(run_id, times, reached) }
  const passed = times.now - before.since
  if (reached !== before.reached) {
    const isFresh = passed < lookMs(times) && !before.told
    return { after: isFresh ? before : openMark(run_id, times, reached) }
  }
  if (before.told || passed < times.stalled_ms) return { after: before }
  return { after: { ...before, told: true }, stalled_since: before.since }
}

/** Sets the next look. */
export function lookAgain(mark: ProgressMark, times: StallTimes): ProgressMark {
  return { ...mark, due: nextLook(times) }
}

function nextLook(times: StallTimes): number {
  return times.now + lookMs(times)
}

function lookMs({ stalled_ms }: StallTimes): number {
  return Math.ceil(stalled_ms / LOOKS)
}

/** A run that took no order yet (`n` is 0) may have been admitted since: it tells that with its next status. */
function isAtWork({ status, asks, facts: { paused } }: RunStanding): boolean {
  if (isTerminalRun(status) || paused !== undefined) return false
  return asks === undefined || asks.admitted === true || asks.n === 0
}

/** What changes whenever a plan or a job comes a step further. A rate, or an estimate, changes by itself. */
function reachedBy({ status, round, facts: { progress } }: RunStanding): string {
  return JSON.stringify([status, round, progress.groups_open, progress.counts])
}
