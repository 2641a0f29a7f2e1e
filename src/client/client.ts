/** The public surface of `runcast`. */
export { abortRun, type CallOptions, pauseRun, resumeRun, type Start, startRun } from './calls.ts'
export { ApiError, NoToken } from './errors.ts'
export type { Connection, Transport } from './feed.ts'
export type { Fetch, FetchInit, FetchResponse, Signal, Socket, SocketClass } from './platform.ts'
export type { RunWatch, WatchState } from './run-watch.ts'
export type { Timing } from './timing.ts'
export type { TokenSource } from './token.ts'
export { watchRun, type WatchOptions } from './watch-run.ts'

export type {
  Eta,
  GroupState,
  JobDetail,
  JobEntry,
  Progress,
  RunEvent,
  RunFacts,
  Wait,
} from '../protocol/events.ts'
export type { WatchedJob, WatchedRun } from '../protocol/fold.ts'
export type { LogDropped, LogLine } from '../protocol/log.ts'
export type { Problem } from '../protocol/problems.ts'
export type {
  AbortReceipt,
  Counts,
  Pause,
  RunPaused,
  RunStarted,
  Snapshot,
} from '../protocol/run.ts'
export { shownStatus, type ShownStatus } from '../protocol/run-problems.ts'
export type {
  GroupStatus,
  JobStatus,
  JobStep,
  Outcome,
  Reason,
  RunStatus,
} from '../protocol/status.ts'
